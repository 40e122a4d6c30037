/** The work of a benchmark: a history that makes profiles, of 2.2-2.5 KB with the defaults, then events of the same kind, which are measured. */
import { connectPublisher } from '../src/adapters/kafka/publisher.ts';
import { createKafka } from '../src/adapters/kafka/client.ts';
import type { Config } from '../src/config.ts';
import type { SchemaIds } from '../src/adapters/registry/schemas.ts';
import { encodeTraffic, generateTraffic, type TrafficItem } from '../src/traffic/index.ts';

export interface Workload {
  readonly seed: number;
  readonly customers: number;
  /** Events that build the profiles up; not measured. */
  readonly history: number;
  /** Events measured. */
  readonly events: number;
  /** They are published and worked off in so many parts; the first one warms up. */
  readonly stretches: number;
}

export const eventsOfStretch = ({ events, stretches }: Workload): number => Math.floor(events / stretches);

/** All events of a workload, history first; the same for the same workload, in any process. */
export const eventsOf = ({ seed, customers, history, events }: Workload): Generator<TrafficItem> =>
  generateTraffic({
    seed,
    customers,
    events: history + events,
    brokenRatio: 0,
    duplicateRatio: 0,
    lateRatio: 0,
    spread: 'even',
  });

const AT_ONCE = 500;

/** Publishes the next `count` events. */
export const publish = async (
  config: Config,
  schemaIds: SchemaIds,
  events: Iterator<TrafficItem>,
  count: number,
): Promise<void> => {
  const publisher = await connectPublisher(createKafka(config.kafka, 'bench-upstream'));
  try {
    for (let left = count; left > 0; left -= AT_ONCE) {
      const items = take(events, Math.min(left, AT_ONCE));
      await publisher.send(items.map((item) => encodeTraffic({ ...item, headers: {} }, schemaIds, config.topicPrefix)));
    }
  } finally {
    await publisher.close();
  }
};

/** The next `count` items; the iterator goes on behind them. */
export const take = <T>(items: Iterator<T>, count: number): T[] => {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = items.next() as IteratorResult<T, undefined>;
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
};
