/** Where a series of measurements is heading, robustly: outliers, steps and the sawtooth of a garbage collector do not bend it. */

export interface Point {
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  readonly median: number;
  readonly max: number;
  /** How much the fitted line rises from the first to the last point; `low` and `high` bound it with 95 % confidence. */
  readonly rise: { readonly fitted: number; readonly low: number; readonly high: number };
  /** Of the fitted line. */
  readonly perHour: number;
}

/** Neighbouring samples resemble each other; medians of blocks hardly do, so that the confidence is not exaggerated. */
const BLOCKS = 24;
const SAMPLES_A_BLOCK = 2;
const FEWEST_BLOCKS = 6;
/** Standard deviations that bound 95 % of a normal distribution. */
const CONFIDENCE = 1.96;

/** Theil–Sen over block medians, with the bounds that follow from Kendall's tau. Null for fewer than twelve points. */
export const trendOf = (points: readonly Point[]): Trend | null => {
  const blocks = blocksOf(points);
  const [first, last] = [points[0], points.at(-1)];
  if (blocks.length < FEWEST_BLOCKS || first === undefined || last === undefined) return null;
  const slopes = blocks
    .flatMap((a, i) => blocks.slice(i + 1).map((b) => (b.value - a.value) / (b.at - a.at)))
    .sort((a, b) => a - b);
  const n = blocks.length;
  const spread = CONFIDENCE * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const slopeAt = (place: number): number => slopes[Math.min(Math.max(Math.round(place), 0), slopes.length - 1)] ?? 0;
  const seconds = last.at - first.at;
  const slope = medianOf(slopes);
  return {
    median: medianOf(points.map(({ value }) => value)),
    max: Math.max(...points.map(({ value }) => value)),
    rise: {
      fitted: slope * seconds,
      low: slopeAt((slopes.length - spread) / 2 - 1) * seconds,
      high: slopeAt((slopes.length + spread) / 2) * seconds,
    },
    perHour: slope * 3600,
  };
};

const blocksOf = (points: readonly Point[]): Point[] => {
  const count = Math.min(BLOCKS, Math.floor(points.length / SAMPLES_A_BLOCK));
  return Array.from({ length: count }, (_, i) => {
    const block = points.slice((i * points.length) / count, ((i + 1) * points.length) / count);
    return { at: medianOf(block.map(({ at }) => at)), value: medianOf(block.map(({ value }) => value)) };
  });
};

/** 0 of nothing. */
export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};
