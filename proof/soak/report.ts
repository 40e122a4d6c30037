/** A soak in words, and as JSON. */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Options } from './options.ts';
import type { Result } from './run.ts';
import { type Sample, thinned } from './sample.ts';
import { medianOf } from './trend.ts';
import { round } from './verdict.ts';

const SAMPLES_KEPT = 121;

export const progressLine = ({ at, published, lag, members }: Sample): string =>
  [
    `${Math.round(at / 60)} min: ${published} published`,
    `lag ${lag}`,
    ...members.map(
      ({ rssMiB, heapMiB, descriptors, threads, recoveries, incidents }) =>
        `RSS ${round(rssMiB)} MiB, heap ${round(heapMiB)} MiB, ${descriptors} descriptors, ${threads} threads, ` +
        `${recoveries} recoveries, ${incidents} incidents`,
    ),
  ].join('; ');

export const reportLines = (options: Options, result: Result): string[] => {
  const { maximum, rate, warmUpSeconds, samples, published, verdicts } = result;
  const [first, last] = [samples[0], samples.at(-1)];
  const versions = (sample: Sample | undefined): number =>
    sample?.members.reduce((sum, member) => sum + member.versions, 0) ?? 0;
  const seconds = (last?.at ?? 0) - (first?.at ?? 0);
  const delays = samples.flatMap(({ members }) => members.map(({ loopDelayMs }) => loopDelayMs));
  return [
    `Soak: ${options.minutes} minutes, seed ${options.seed}, ${options.members} member(s), commit ${commit()}`,
    `  maximum ${round(maximum)} messages a second; load ${round(rate)}; ${published} published in all`,
    `  ${round((versions(last) - versions(first)) / seconds)} versions a second; ` +
      `event loop delay (99th percentile of 5 s): median ${round(medianOf(delays))} ms, highest ${round(Math.max(...delays))} ms`,
    `  judged after ${Math.round(warmUpSeconds)} s of warm-up, from samples every 5 s`,
    ...verdicts.map(({ name, ok, said }) => `  ${ok ? 'ok  ' : 'FAIL'} ${name}: ${said}`),
    verdicts.every(({ ok }) => ok) ? 'Everything is flat and verified.' : 'NOT everything is flat and verified.',
  ];
};

export const reportJson = (options: Options, result: Result): string => {
  const { samples, verified, ...rest } = result;
  const report = {
    ok: result.verdicts.every(({ ok }) => ok),
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    cores: availableParallelism(),
    options: { ...options, out: undefined },
    ...rest,
    verified,
    samples: thinned(samples, SAMPLES_KEPT),
  };
  return `${JSON.stringify(report, (_key, value: unknown) => (typeof value === 'number' ? brief(value) : value), 1)}\n`;
};

const brief = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(6)));

const commit = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
};
