/** Whether a soak was flat: one verdict a promise, from the samples alone. */
import type { MemberSample, Sample } from './sample.ts';
import { type Point, type Trend, trendOf } from './trend.ts';

export interface Verdict {
  readonly name: string;
  readonly ok: boolean;
  /** For people; the figures in it are those that were judged. */
  readonly said: string;
  readonly trend?: Trend;
}

export interface Soak {
  readonly samples: readonly Sample[];
  /** Samples before this do not count for what is to be flat, seconds. */
  readonly warmUpSeconds: number;
  /** Messages a second that were to be published. */
  readonly rate: number;
}

interface Limits {
  /** Rise over the time judged that is let pass; more is let pass only where the line may as well be level. */
  readonly rise: number;
  /** Rise that must be excluded with confidence: else the series is too unsteady, or too short, to judge. */
  readonly excluded: number;
  /** How far the highest value may be above the median. */
  readonly above: number;
}

const memory =
  (share: Limits) =>
  (median: number): Limits => ({
    rise: share.rise * median,
    excluded: share.excluded * median,
    above: share.above * median,
  });

/** A heap in use is a sawtooth, and tells less than the memory of the process does. */
const RSS = memory({ rise: 0.05, excluded: 0.15, above: 0.25 });
const HEAP = memory({ rise: 0.1, excluded: 0.5, above: Infinity });
/** A connection that is renewed, or one more for a while, is no leak. */
const COUNTS = (): Limits => ({ rise: 2, excluded: 8, above: 8 });

/** In seconds of input: what a member that keeps up may have under way, and how far a pause of the servers may throw it back. */
const LAG_SECONDS = { rise: 1, excluded: 5, above: 30 };
/** Of what was to be published. */
const LEAST_LOAD = 0.98;

/** The promises of a soak, each with whether it was kept. */
export const judge = (soak: Soak): Verdict[] => {
  const { samples, warmUpSeconds, rate } = soak;
  const steady = samples.filter(({ at }) => at >= warmUpSeconds);
  const { length: count } = samples[0]?.members ?? [];
  const lag = (): Limits => ({
    rise: LAG_SECONDS.rise * rate,
    excluded: LAG_SECONDS.excluded * rate,
    above: LAG_SECONDS.above * rate,
  });
  return [
    ...Array.from({ length: count }, (_, member) => {
      const of = (what: (sample: MemberSample) => number): Point[] =>
        steady.flatMap(({ at, members }) => members.slice(member, member + 1).map((own) => ({ at, value: what(own) })));
      const named = (name: string): string => (count === 1 ? name : `${name} of member ${member + 1}`);
      return [
        flat(
          named('memory (RSS)'),
          'MiB',
          of(({ rssMiB }) => rssMiB),
          RSS,
        ),
        flat(
          named('heap in use'),
          'MiB',
          of(({ heapMiB }) => heapMiB),
          HEAP,
        ),
        flat(
          named('file descriptors'),
          '',
          of(({ descriptors }) => descriptors),
          COUNTS,
        ),
        flat(
          named('threads'),
          '',
          of(({ threads }) => threads),
          COUNTS,
        ),
      ];
    }).flat(),
    flat(
      'lag',
      'records',
      steady.map(({ at, lag: value }) => ({ at, value })),
      lag,
    ),
    load(soak),
    none('recoveries', samples, ({ recoveries }) => recoveries),
    none('incidents', samples, ({ incidents }) => incidents),
  ];
};

const flat = (name: string, unit: string, points: readonly Point[], limitsOf: (median: number) => Limits): Verdict => {
  const trend = trendOf(points);
  if (trend === null) return { name, ok: false, said: `${points.length} samples are too few to judge` };
  const { median, max, rise, perHour } = trend;
  const limits = limitsOf(median);
  const faults = [
    ...(rise.fitted > limits.rise && rise.low > 0 ? [`it grows: a rise of ${round(limits.rise)} may pass`] : []),
    ...(rise.high > limits.excluded ? [`a rise of ${round(limits.excluded)} cannot be excluded`] : []),
    ...(max - median > limits.above ? [`the highest is more than ${round(limits.above)} above the median`] : []),
  ];
  const figures =
    `median ${round(median)}, highest ${round(max)} ${unit}`.trimEnd() +
    `; rise ${signed(rise.fitted)} (95 %: ${signed(rise.low)} to ${signed(rise.high)}), ${signed(perHour)} an hour`;
  return { name, ok: faults.length === 0, said: [figures, ...faults].join('; '), trend };
};

const load = ({ samples, rate }: Soak): Verdict => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) {
    return { name: 'load', ok: false, said: 'nothing was measured' };
  }
  const reached = (last.published - first.published) / (last.at - first.at);
  return {
    name: 'load',
    ok: reached >= LEAST_LOAD * rate,
    said: `${round(reached)} messages a second, of ${round(rate)} asked for`,
  };
};

const none = (name: string, samples: readonly Sample[], of: (sample: MemberSample) => number): Verdict => {
  const total = (sample: Sample | undefined): number => sample?.members.reduce((sum, own) => sum + of(own), 0) ?? 0;
  const count = total(samples.at(-1)) - total(samples[0]);
  return { name, ok: samples.length > 0 && count === 0, said: String(count) };
};

export const round = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toFixed(1)));

const signed = (value: number): string => (value > 0 ? `+${round(value)}` : round(value).replace('-', '−'));
