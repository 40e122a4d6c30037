/** What stretches amount to: rates, and our rate as a share of the bare loop's. */
import type { BareResult } from './bare.ts';
import type { Measured } from './member.ts';

/** The same events, by our member and by bare loops with so many bulk writes under way. */
export interface Stretch {
  readonly ours: Measured;
  readonly bare: ReadonlyMap<number, BareResult>;
}

const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const bareRate = (results: readonly BareResult[]): number =>
  sum(results.map(({ writes }) => writes)) / sum(results.map(({ seconds }) => seconds));

export const ratesOf = ({ ours, bare }: Stretch): string => {
  const loops = [...bare].map(([concurrency, result]) => `${round(bareRate([result]))} (${concurrency})`);
  return `${round(ours.versions / ours.seconds)} versions/s; bare ${loops.join(', ')} writes/s`;
};

export const reportOf = (stretches: readonly Stretch[]) => {
  const ours = stretches.map((stretch) => stretch.ours);
  const total = (of: (measured: Measured) => number): number => sum(ours.map(of));
  const seconds = total((each) => each.seconds);
  const versions = total((each) => each.versions);
  const events = total((each) => each.events);
  const concurrencies = [...(stretches[0]?.bare.keys() ?? [])];
  const rates = new Map(
    concurrencies.map((concurrency) => [
      concurrency,
      bareRate(stretches.flatMap((stretch) => stretch.bare.get(concurrency) ?? [])),
    ]),
  );
  const ratios = new Map([...rates].map(([concurrency, rate]) => [concurrency, round(versions / seconds / rate, 2)]));
  const stages = Object.keys(ours[0]?.msPerBatch ?? {});
  return {
    ratio: ratios.get(1),
    ratioToSeveralUnderWay: Object.fromEntries([...ratios].filter(([concurrency]) => concurrency > 1)),
    versionsPerSecond: round(versions / seconds),
    eventsPerSecond: round(events / seconds),
    bareWritesPerSecond: Object.fromEntries([...rates].map(([concurrency, rate]) => [concurrency, round(rate)])),
    cpuMsPerVersion: round((total((each) => each.cpuSeconds) * 1000) / versions, 2),
    eventsPerBatch: round(events / total((each) => each.batches)),
    msPerBatch: Object.fromEntries(
      stages.map((stage) => [stage, round(median(ours.map(({ msPerBatch }) => msPerBatch[stage] ?? 0)), 1)]),
    ),
  };
};
