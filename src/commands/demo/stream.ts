/** The traffic on its way to Kafka, counted, with an eye on whose story is worth telling. */
import type { Publisher } from '../../adapters/kafka/publisher.ts';
import type { SchemaIds } from '../../adapters/registry/schemas.ts';
import { encodeTraffic, generateTraffic, type TrafficItem } from '../../traffic/index.ts';
import type { Tally } from './tally.ts';

export interface StreamOptions {
  readonly seed: number;
  readonly customers: number;
  /** Of the burst; the stream goes on after it. */
  readonly events: number;
  readonly schemaIds: SchemaIds;
  readonly topicPrefix: string;
}

export interface Stream {
  /** Publishes the next messages; fewer when `signal` aborts. */
  publish(count: number, signal: AbortSignal): Promise<void>;
  /** The customer to whom most kinds of things have happened, of those seen first. */
  readonly protagonist: string | null;
}

const CHUNK = 500;
const HALF_YEAR_MS = 182 * 86_400_000;
/** A short demo shows every kind of broken message as well. */
const brokenRatio = (events: number): number => Math.min(0.1, Math.max(0.002, 18 / events));

export const createStream = (publisher: Publisher, tally: Tally, options: StreamOptions): Stream => {
  const { seed, customers, events, schemaIds, topicPrefix } = options;
  const traffic = generateTraffic({
    ...{ seed, customers, events: Infinity, stepMs: HALF_YEAR_MS / events },
    brokenRatio: brokenRatio(events),
    requestRatio: 0.02,
  });
  const happenings = createHappenings();

  const next = (count: number): TrafficItem[] => {
    const items: TrafficItem[] = [];
    for (let item = traffic.next(); !item.done; item = traffic.next()) {
      items.push(item.value);
      if (items.length === count) break;
    }
    return items;
  };

  const note = (item: TrafficItem): void => {
    const { expected } = tally;
    tally.sent += 1;
    if (item.expected === 'applied') expected.applied += 1;
    else expected.refused[item.expected] = (expected.refused[item.expected] ?? 0) + 1;
    happenings.note(item);
  };

  return {
    publish: async (count, signal) => {
      for (let left = count; left > 0 && !signal.aborted; left -= CHUNK) {
        const items = next(Math.min(CHUNK, left));
        await publisher.send(items.map((item) => encodeTraffic(item, schemaIds, topicPrefix)));
        items.forEach(note);
      }
    },
    get protagonist() {
      return happenings.protagonist();
    },
  };
};

/** Enough customers to find a story among. */
const WATCHED = 5_000;
const BEST_LENGTH = 8;

interface Life {
  events: number;
  /** When the latest event so far occurred, ms. */
  latest: number;
  readonly kinds: Set<string>;
  /** Which message was the first to give consent to marketing, and the last to refuse it. */
  granted: number | null;
  refused: number | null;
}

/** So many messages later, and consent is seen to end, whatever batches they come in. */
const APART = 1_000;

const createHappenings = () => {
  const lives = new Map<string, Life>();
  let messages = 0;
  const owners = new Map<string, Life>();
  const shares = (life: Life, value: string | null | undefined): void => {
    if (value == null) return;
    const owner = owners.get(value) ?? life;
    owners.set(value, owner);
    if (owner === life) return;
    for (const each of [owner, life]) each.kinds.add('shares');
  };
  return {
    note: ({ key, input, arrival, expected }: TrafficItem): void => {
      if (key === null || expected !== 'applied') return;
      messages += 1;
      const life = lives.get(key) ?? { events: 0, latest: 0, kinds: new Set(), granted: null, refused: null };
      if (life.events === 0 && lives.size >= WATCHED) return;
      const { type, event } = input;
      life.kinds.add(type);
      if (arrival === 'duplicate') life.kinds.add('duplicate');
      else if (event.occurredAt < life.latest) life.kinds.add('late');
      if (type === 'OrderFinalized') {
        if (event.orderVersion > 1) life.kinds.add('correction');
        for (const value of [event.deviceFingerprint, event.paymentMethod?.fingerprint]) shares(life, value);
      }
      if (type === 'ContractSigned') {
        const marketing = event.consents.filter(({ purpose }) => purpose === 'marketing');
        for (const { granted } of marketing) {
          life.kinds.add(granted ? 'consent' : 'no consent');
          if (granted) life.granted ??= messages;
          else life.refused = messages;
        }
      }
      life.events += 1;
      life.latest = Math.max(life.latest, event.occurredAt);
      lives.set(key, life);
    },
    protagonist: (): string | null => {
      // What each audience may see shows best where consent comes and goes.
      const changesMind = ({ granted, refused }: Life): number =>
        Number(granted !== null && refused !== null && refused - granted > APART);
      const ranked = [...lives].sort(
        ([, a], [, b]) =>
          changesMind(b) - changesMind(a) || b.kinds.size - a.kinds.size || distance(a.events) - distance(b.events),
      );
      return ranked[0]?.[0] ?? null;
    },
  };
};

const distance = (events: number): number => Math.abs(events - BEST_LENGTH);
