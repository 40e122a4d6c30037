/** Endless traffic whose customers come and go, so that after an hour a profile is no larger than after ten minutes. */
import type { UpstreamEvent } from '../../src/domain/events.ts';
import { generateTraffic, type TrafficItem } from '../../src/traffic/index.ts';

export interface SoakTraffic {
  readonly seed: number;
  /** Of one generation; `GENERATIONS` of them are alive at a time. */
  readonly customers: number;
}

export const GENERATIONS = 4;
/** On average; the most frequent customer has thirteen times as many. */
const MESSAGES_A_CUSTOMER = 6;
/** No run has so many generations. */
const SEEDS_APART = 10_000;

/**
 * Several generations of customers in turn, each of another age: one that has said everything makes way for a new one, whose
 * customers nobody has heard of. Duplicates, late messages, corrections and broken ones as in `src/traffic`.
 */
export const soakTraffic = function* ({ seed, customers }: SoakTraffic): Generator<TrafficItem, void, undefined> {
  let born = 0;
  const begin = (share: number): Generator<TrafficItem, void, undefined> => {
    const prefix = `g${born}-`;
    const events = Math.max(1, Math.round(customers * MESSAGES_A_CUSTOMER * share));
    const items = generateTraffic({ seed: seed * SEEDS_APART + born, customers, events });
    born += 1;
    return ofGeneration(items, prefix);
  };
  // The first ones end early, one after the other, so that from then on the generations are of different ages.
  const alive = Array.from({ length: GENERATIONS }, (_, place) => begin((place + 1) / GENERATIONS));
  for (let turn = 0; ; turn = (turn + 1) % GENERATIONS) {
    const next = alive[turn]?.next();
    if (next?.done === false) yield next.value;
    else alive[turn] = begin(1);
  }
};

const ofGeneration = function* (items: Iterable<TrafficItem>, prefix: string): Generator<TrafficItem, void, undefined> {
  for (const item of items) {
    yield { ...item, key: item.key === null ? null : prefix + item.key, input: renamed(item.input, prefix) };
  }
};

const renamed = (input: UpstreamEvent, prefix: string): UpstreamEvent =>
  ({ ...input, event: { ...input.event, customerId: prefix + input.event.customerId } }) as UpstreamEvent;
