/** Messages of inputs that are keyed by something else: each that is to be applied goes on once, as it is, to its customer. */
import { digestOf } from './canonical.ts';
import { byCustomer } from './contracts.ts';
import type { Find } from './findings.ts';
import { partitionOf } from './murmur2.ts';
import type { JudgeSettings, LogRecord } from './types.ts';
import { customerOf } from './verdict.ts';

export interface RouteCheck {
  /** To be sent on. */
  accepted(record: LogRecord, customerId: string): void;
  arrived(record: LogRecord): void;
  /** Once everything has been read. */
  finish(): void;
}

/** What there must be, and what there is, in as little memory as that takes. */
interface Message {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly customerId: string | null;
  readonly digest: string;
}

export const createRouteCheck = ({ partitions }: JudgeSettings, find: Find): RouteCheck => {
  const expected = new Map<string, Message>();
  const found = new Map<string, Message>();
  const repeated: string[] = [];

  return {
    accepted: (record, customerId) => {
      const { topic, timestamp, value, headers } = record;
      const origin = { ...placeIn(record), 'origin-timestamp': String(timestamp) };
      expected.set(Object.values(placeIn(record)).join(':'), {
        topic: byCustomer(topic),
        partition: partitionOf(customerId, partitions),
        offset: record.offset,
        customerId,
        digest: digest(value, { ...headers, ...origin }),
      });
    },
    arrived: (record) => {
      // Sent again by hand, it comes from where it came from before.
      if (record.headers['redriven-from'] !== undefined) return;
      const { topic, partition, offset, value, headers } = record;
      const source = Object.keys(placeIn(record))
        .map((name) => String([headers[name]].flat().at(-1)))
        .join(':');
      if (found.has(source)) repeated.push(source);
      else
        found.set(source, { topic, partition, offset, customerId: customerOf(record), digest: digest(value, headers) });
    },
    finish: () => {
      for (const source of repeated) find('route-repeated', found.get(source)?.customerId ?? null, source);
      for (const [source, { customerId }] of expected)
        if (!found.has(source)) find('route-missing', customerId, source);
      for (const [source, message] of found) {
        const wanted = expected.get(source);
        if (wanted === undefined) find('route-unexpected', message.customerId, source);
        else compare(source, message, wanted, find);
      }
      checkOrder(expected, found, find);
    },
  };
};

const placeIn = ({ topic, partition, offset }: LogRecord): Readonly<Record<string, string>> => ({
  'origin-topic': topic,
  'origin-partition': String(partition),
  'origin-offset': String(offset),
});

const digest = (value: Buffer | null, headers: LogRecord['headers']): string => {
  const named = Object.entries(headers)
    .filter(([, said]) => said !== undefined)
    .map(([name, said]) => [name, [said ?? null].flat().map((each) => each && Buffer.from(each).toString('base64'))])
    .sort();
  return digestOf(JSON.stringify([value && value.toString('base64'), named]));
};

const compare = (source: string, message: Message, wanted: Message, find: Find): void => {
  const { topic, partition, customerId } = wanted;
  if (message.topic !== topic || message.partition !== partition) find('route-misplaced', customerId, source);
  if (message.customerId !== customerId || message.digest !== wanted.digest) find('route-altered', customerId, source);
};

/** Those of one partition stay in their order wherever they go. */
const checkOrder = (expected: ReadonlyMap<string, Message>, found: ReadonlyMap<string, Message>, find: Find): void => {
  const last = new Map<string, number>();
  const sources = [...expected].sort(([, a], [, b]) => a.offset - b.offset);
  for (const [source, { customerId }] of sources) {
    const message = found.get(source);
    if (message === undefined) continue;
    const lane = `${source.slice(0, source.lastIndexOf(':'))} ${message.partition}`;
    if (message.offset < (last.get(lane) ?? 0)) find('route-reorder', customerId, source);
    last.set(lane, message.offset);
  }
};
