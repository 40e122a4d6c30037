/** The demo itself: burst, drain, story, verification, and what comes after. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafka } from '../../adapters/kafka/client.ts';
import { connectPublisher } from '../../adapters/kafka/publisher.ts';
import { connectMongo } from '../../adapters/mongodb/client.ts';
import { PROFILES } from '../../adapters/mongodb/profiles.ts';
import { isProfileError } from '../../errors.ts';
import { createHealth } from '../../operations/health.ts';
import { observers } from '../../pipeline/observer.ts';
import { verifyInstallation } from '../../verification/index.ts';
import { type RunningProcessor, startWhenPossible } from '../compose.ts';
import { type Installation, prepare } from './installation.ts';
import type { Screen } from './screen.ts';
import { readStory, storyLines } from './story.ts';
import { createStream } from './stream.ts';
import { howToLookFurther, type Summary, summaryLines, surprises } from './summary.ts';
import { createRate, createTally } from './tally.ts';

export interface DemoOptions {
  readonly events: number;
  readonly customers: number;
  readonly seed: number;
  readonly once?: true;
  readonly keep?: true;
}

const TICK_MS = 250;
/** A burst that makes no progress for so long is given up, and verification says what is missing. */
const PATIENCE_MS = 60_000;
const GENTLE_EVENTS = 5;
const GENTLE_EVERY_MS = 1_000;

/** Runs until done, or until `signal` aborts; null when it was aborted before the verification was done. */
export const runDemo = async (
  installation: Installation,
  options: DemoOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<Summary | null> => {
  const closing: (() => Promise<void>)[] = [];
  try {
    return await play(installation, options, { screen, signal, atTheEnd: (close) => void closing.push(close) });
  } catch (error) {
    if (signal.aborted && isProfileError(error, 'CLOSED')) return null;
    throw error;
  } finally {
    await Promise.all(closing.map((close) => close()));
  }
};

interface Stage {
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Has something closed at the end, however it ends. */
  readonly atTheEnd: (close: () => Promise<void>) => void;
}

const play = async (
  { config, environment }: Installation,
  options: DemoOptions,
  { screen, signal, atTheEnd }: Stage,
): Promise<Summary | null> => {
  const { events, customers, seed } = options;
  const tally = createTally();
  const health = createHealth(config.stallLimitMs);
  const mongo = await connectMongo(config.mongodb);
  atTheEnd(() => mongo.close());
  const publisher = await connectPublisher(createKafka(config.kafka, 'customer-profile-demo'));
  atTheEnd(() => publisher.close());
  const schemaIds = await prepare(config, signal);
  const hooks = { observe: observers(tally.observe, health.observe) };
  const processor = await startWhenPossible(config, hooks, signal, () => undefined);
  atTheEnd(() => processor.stop());
  const startedAt = Date.now();
  const rate = createRate();
  const stopped = (): boolean => signal.aborted;
  const seconds = (): number => (Date.now() - startedAt) / 1000;

  const look = async (phase: string): Promise<number | null> => {
    const lag = await lagOf(processor);
    const profiles = await mongo.db.collection(PROFILES).estimatedDocumentCount();
    const known = { phase, lag, profiles, events, tally, seconds: seconds(), rate: rate(tally.consumed) };
    screen.show({ ...known, readiness: health.ready() });
    return lag;
  };

  const drained = async (phase: string, isSent: () => boolean): Promise<void> => {
    for (let consumed = 0, movedAt = Date.now(), quiet = 0; !stopped() && Date.now() - movedAt < PATIENCE_MS;) {
      const wasSent = isSent();
      quiet = (await look(phase)) === 0 && wasSent ? quiet + 1 : 0;
      // What a task says to another one shows in its log a moment after the offsets of what made it say so.
      if (quiet > 1) return;
      if (tally.consumed > consumed) [consumed, movedAt] = [tally.consumed, Date.now()];
      await pause(TICK_MS, signal);
    }
  };

  const stream = createStream(publisher, tally, {
    ...{ seed, customers, events, schemaIds },
    topicPrefix: config.topicPrefix,
  });
  await Promise.all([stream.publish(events, signal), drained('processing', () => tally.sent >= events)]);
  if (stopped()) return null;
  const took = seconds();

  const { protagonist } = stream;
  if (protagonist !== null) screen.print(...storyLines(await readStory(config, protagonist, signal), screen.paint));
  if (stopped()) return null;
  const verification = await verifyInstallation(config, signal);
  const odd = surprises(tally, verification);
  const summary: Summary = {
    ok: verification.ok && odd.length === 0,
    ...{ seed, customers, events, seconds: took, eventsPerSecond: Math.round(events / took), surprises: odd },
    verification,
  };
  screen.print(...summaryLines(summary, screen.paint));
  if (options.once && !options.keep) return summary;

  screen.print(...howToLookFurther(environment, protagonist ?? '<customerId>', screen.paint));
  screen.print(`  ${options.keep ? 'The servers and the processor stay' : 'A gentle stream goes on'} until ctrl-C.`);
  while (!stopped() && options.keep) await pause(GENTLE_EVERY_MS, signal);
  while (!stopped()) {
    await stream.publish(GENTLE_EVENTS, signal);
    await look('a gentle stream, ctrl-C to stop');
    await pause(GENTLE_EVERY_MS, signal);
  }
  return summary;
};

/** Null while Kafka does not answer. */
const lagOf = async (processor: RunningProcessor): Promise<number | null> => {
  try {
    return (await processor.lag()).reduce((sum, { records }) => sum + records, 0);
  } catch (error) {
    if (isProfileError(error) && error.retriable) return null;
    throw error;
  }
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
