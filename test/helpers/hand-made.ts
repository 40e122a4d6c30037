/** Ports made by hand, for the life cycle of tasks only: what they do with data is tested on real servers. */
import { setTimeout as pause } from 'node:timers/promises';
import { ProfileError } from '../../src/errors.ts';
import { createProfileCache } from '../../src/pipeline/cache.ts';
import { systemClock } from '../../src/pipeline/clock.ts';
import type { TaskContext } from '../../src/pipeline/context.ts';
import type { PipelineEvent } from '../../src/pipeline/observer.ts';
import type { FetchedBatch, OutboundRecord, TaskProducer } from '../../src/pipeline/ports.ts';
import { createTurns } from '../../src/pipeline/turns.ts';
import { order } from './events.ts';
import { noHistory } from './no-history.ts';
import { noLinks } from './no-links.ts';
import { noRoutes } from './no-routes.ts';
import { noSweeps } from './no-sweeps.ts';
import { RULES } from './rules.ts';

export const TOPIC = 'order-finalized';

/** Time runs so many times faster than on the wall. */
const FASTER = 10;

export interface HandMade {
  readonly context: TaskContext;
  readonly events: PipelineEvent[];
  /** What touched the outside, in order, as `<what> <partition>`. */
  readonly touched: string[];
  /** What was sent, whether or not it was committed. */
  readonly sent: OutboundRecord[];
  /** How long somebody wanted to sleep, ms. */
  readonly sleeps: number[];
  /** Producers that were opened and not closed. */
  readonly open: () => number;
  /** Fails the next calls of a port, once each. */
  fail(port: 'fence' | 'prepare' | 'commit', times: number): void;
}

/** One input topic whose records are orders of the customer named by the key. */
export const handMade = (overrides: Partial<TaskContext> = {}): HandMade => {
  const events: PipelineEvent[] = [];
  const touched: string[] = [];
  const sent: OutboundRecord[] = [];
  const sleeps: number[] = [];
  const failures = new Map<string, number>();
  const epochs = new Map<string, number>();
  const committed = new Map<number, number>();
  const producers = new Set<TaskProducer>();

  const touch = async (what: string, partition: number | string = ''): Promise<void> => {
    touched.push(`${what} ${partition}`);
    const left = failures.get(what) ?? 0;
    failures.set(what, left - 1);
    await pause(1);
    if (left > 0) throw new ProfileError('KAFKA_UNAVAILABLE', `${what} failed`);
  };

  const producerOf = (partition: number): TaskProducer => {
    const producer: TaskProducer = {
      fence: () => touch('fence', partition),
      begin: async () => {
        await touch('begin', partition);
        let offset = committed.get(partition) ?? 0;
        return {
          send: (records) => {
            sent.push(...records);
            return touch('send', partition);
          },
          addOffsets: (position) => {
            offset = position[TOPIC] ?? offset;
            return touch('offsets', partition);
          },
          commit: async () => {
            await touch('commit', partition);
            committed.set(partition, offset);
          },
        };
      },
      close: async () => {
        await pause(1);
        producers.delete(producer);
        touched.push(`close ${partition}`);
      },
    };
    producers.add(producer);
    return producer;
  };

  const context: TaskContext = {
    group: 'group',
    outputTopic: 'customer-updated',
    futureToleranceMs: 1_000,
    rules: RULES,
    epochs: {
      take: async (task) => {
        await touch('epoch', task);
        const epoch = (epochs.get(task) ?? 0) + 1;
        epochs.set(task, epoch);
        return epoch;
      },
      confirm: (task, epoch) => Promise.resolve(epochs.get(task) === epoch),
    },
    profiles: {
      load: async () => {
        await touch('load');
        return new Map();
      },
      save: () => touch('save'),
      discard: () => touch('discard'),
    },
    erased: { among: () => Promise.resolve(new Map()) },
    decisions: { record: () => Promise.reject(new Error('nothing is asked of retention here')) },
    ...noHistory,
    producers: producerOf,
    offsets: { read: (partition) => Promise.resolve({ [TOPIC]: committed.get(partition) ?? 0 }) },
    decoder: {
      prepare: () => touch('prepare'),
      decode: (_, value) => order({ customerId: String(value), orderId: String(value), occurredAt: 1_000 }),
    },
    encoder: { encode: ({ eventId }) => Buffer.from(eventId) },
    audiences: [],
    links: noLinks,
    router: noRoutes,
    sweeping: noSweeps,
    membership: { confirmed: () => Promise.resolve() },
    // Keeps whatever it is given: a stale document in it would be found.
    cache: createProfileCache(1024 * 1024, () => true),
    inTurn: createTurns(1_000),
    clock: {
      now: () => performance.now() * FASTER,
      sleep: (ms, signal) => {
        sleeps.push(ms);
        return systemClock.sleep(ms / FASTER, signal);
      },
    },
    observe: (event) => void events.push(event),
    passed: () => undefined,
    ...overrides,
  };
  return {
    context,
    events,
    touched,
    sent,
    sleeps,
    open: () => producers.size,
    fail: (port, times) => failures.set(port, times),
  };
};

/** One record an offset; each of another customer. */
export const batchOf = (partition: number, from: number, to: number): FetchedBatch => ({
  topic: TOPIC,
  partition,
  fetchedOffset: from,
  nextOffset: to,
  records: Array.from({ length: to - from }, (_, index) => ({
    topic: TOPIC,
    partition,
    offset: from + index,
    timestamp: 1_000,
    key: Buffer.from(`customer-${partition}-${from + index}`),
    value: Buffer.from(`customer-${partition}-${from + index}`),
    headers: {},
  })),
});
