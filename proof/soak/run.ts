/** The course of a soak: backlog, maximum, steady load, drain, stop, verification. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProfileError } from '../../src/errors.ts';
import type { Installation } from './installation.ts';
import type { SoakMember } from './member.ts';
import type { Options } from './options.ts';
import { progressLine } from './report.ts';
import type { Sample } from './sample.ts';
import { judge, type Verdict } from './verdict.ts';
import { type Verified, verifySoak } from './verification.ts';

export interface Result {
  /** Messages a second that the members took from a backlog. */
  readonly maximum: number;
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly samples: readonly Sample[];
  readonly published: number;
  readonly verified: Verified;
  readonly verdicts: readonly Verdict[];
}

interface Work {
  readonly installation: Installation;
  readonly options: Options;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const SAMPLE_SECONDS = 5;
const PROGRESS_SAMPLES = 12;
/** While it works a backlog off a member is asked as seldom as in the benchmark. */
const LOOK_MS = 2_000;
/** The compiler warms up on the first part of a backlog; at its end the partitions run dry one after the other. */
const STEADY_PART = { from: 0.25, to: 0.85 };
const DRAIN_MS = 120_000;
const WARM_UP = { share: 0.2, leastSeconds: 300, mostShare: 0.5 };

/** Throws CLOSED once `signal` aborts, and when a member ends by itself. */
export const soak = async (work: Work): Promise<Result> => {
  const { installation, options, signal, say } = work;
  const { load, config } = installation;

  say(`publishing a backlog of ${options.backlog} messages`);
  await load.publish(options.backlog, signal);
  const members: SoakMember[] = [];
  for (let i = 0; i < options.members; i += 1) members.push(await installation.start());
  const maximum = await measureMaximum(members, work);
  const rate = maximum * options.share;
  say(`the maximum is ${Math.round(maximum)} messages a second; the load will be ${Math.round(rate)}`);
  await drained(work);

  const samples = await underLoad(rate, members, work);
  say('draining');
  await drained(work);
  const exits = await Promise.all(members.map((member) => member.stop()));
  say(`verifying ${load.published} messages`);
  const verified = await verifySoak(config, { published: load.published, most: options.verified }, signal);

  const warmUpSeconds = warmUpOf(options.minutes);
  const verdicts = [
    ...judge({ samples, warmUpSeconds, rate }),
    { name: 'exit codes', ok: exits.every((code) => code === 0), said: exits.map(String).join(', ') },
    verificationVerdict(verified, load.published),
  ];
  return { maximum, rate, warmUpSeconds, samples, published: load.published, verified, verdicts };
};

/** A fifth, and at least five minutes, until the heap has grown to its bound; of a short run, no more than half. */
const warmUpOf = (minutes: number): number => {
  const seconds = minutes * 60;
  return Math.min(Math.max(seconds * WARM_UP.share, WARM_UP.leastSeconds), seconds * WARM_UP.mostShare);
};

const measureMaximum = async (members: readonly SoakMember[], { options, signal }: Work): Promise<number> => {
  const reached = async (part: number): Promise<{ at: number; consumed: number }> => {
    for (;;) {
      const looks = await Promise.all(members.map((member) => member.look()));
      const consumed = looks.reduce((sum, look) => sum + look.consumed, 0);
      if (consumed >= part * options.backlog) return { at: performance.now(), consumed };
      await pause(LOOK_MS, signal);
    }
  };
  const from = await reached(STEADY_PART.from);
  const to = await reached(STEADY_PART.to);
  if (to.at === from.at) throw new ProfileError('USAGE', '--backlog is too small to measure the maximum on it');
  return ((to.consumed - from.consumed) / (to.at - from.at)) * 1000;
};

const underLoad = async (rate: number, members: readonly SoakMember[], work: Work): Promise<Sample[]> => {
  const { installation, options, signal, say } = work;
  const { load } = installation;
  const over = new AbortController();
  const loading = load.steadily(rate, AbortSignal.any([signal, over.signal]));
  // A load that failed ends the sampling; its error is thrown below.
  loading.catch(() => over.abort());
  const startedAt = performance.now();
  const samples: Sample[] = [];
  try {
    for (let due = 0; due <= options.minutes * 60 && !over.signal.aborted; due += SAMPLE_SECONDS) {
      await pause(startedAt + due * 1000 - performance.now(), signal);
      const [lag, looks] = await Promise.all([installation.lag(), Promise.all(members.map((member) => member.look()))]);
      const sample = { at: (performance.now() - startedAt) / 1000, published: load.published, lag, members: looks };
      if (samples.length % PROGRESS_SAMPLES === 0) say(progressLine(sample));
      samples.push(sample);
    }
  } finally {
    over.abort();
    await loading;
  }
  return samples;
};

const drained = async ({ installation, signal }: Work): Promise<void> => {
  const deadline = performance.now() + DRAIN_MS;
  for (;;) {
    const lag = await installation.lag();
    if (lag === 0) return;
    if (performance.now() > deadline) throw new Error(`${lag} messages are not consumed after ${DRAIN_MS / 1000} s`);
    await pause(LOOK_MS, signal);
  }
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(Math.max(0, ms), undefined, { signal }).catch(() => {
    throw new ProfileError('CLOSED', 'stopped');
  });

const verificationVerdict = ({ report, everyNth, seconds, peakMiB }: Verified, published: number): Verdict => {
  const { ok, inputs, accepted, deadLetters, profiles, published: versions, violationCounts } = report;
  const isComplete = everyNth > 1 || inputs === published;
  const whose = everyNth === 1 ? 'all customers' : `one customer in ${everyNth}`;
  return {
    name: 'verification',
    ok: ok && isComplete && inputs > 0,
    said: [
      `${inputs} of ${published} messages (${whose}) in ${Math.round(seconds)} s and ${Math.round(peakMiB)} MiB`,
      `${accepted} accepted, ${deadLetters} refused, ${profiles} profiles, ${versions} versions`,
      ...Object.entries(violationCounts).map(([kind, count]) => `${kind}: ${count}`),
    ].join('; '),
  };
};
