/** Good messages without end: realistic traffic, and now and then one that sets every field, by some writer or other. */
import { createRandom, type Random } from '../../src/traffic/random.ts';
import { encodeTraffic, generateTraffic } from '../../src/traffic/index.ts';
import { bodyOf, framed, type Message, shapeFor, TOPICS } from './cases.ts';
import { type Span, spansOf } from './spans.ts';
import { type EventType, fullEvent } from './events.ts';
import { type AvroWriter, OFFLINE_IDS } from './writers.ts';

export interface Good {
  readonly message: Message & { readonly key: Buffer; readonly value: Buffer };
  readonly writer: AvroWriter;
  /** When its event occurred, ms. */
  readonly occurredAt: number;
}

const HEADER_BYTES = 5;

/** Where everything stands in the value. */
export const spansIn = ({ message, writer }: Good): Span[] => spansOf(shapeFor(writer), message.value, HEADER_BYTES);

/** So few customers that those of a batch meet again. */
const CUSTOMERS = 40;
const LATEST_DELAY_MS = 60_000;
const FULL_RATIO = 0.15;

const WRITERS: Readonly<Record<EventType, readonly [AvroWriter, ...AvroWriter[]]>> = {
  OrderFinalized: ['OrderFinalized', 'newerOrder', 'olderOrder', 'reversedOrder', 'nestedOrder', 'recursiveOrder'],
  ContractSigned: ['ContractSigned', 'newerContract', 'olderContract'],
  PrivacyRequested: ['PrivacyRequested'],
};

/** The same for the same seed; memory depends on the number of customers only. */
export const goodMessages = function* (seed: number): Generator<Good, never, undefined> {
  const random = createRandom(seed, 1);
  const traffic = generateTraffic({ seed, customers: CUSTOMERS, events: Number.POSITIVE_INFINITY, brokenRatio: 0 });
  for (;;) {
    const { value: item } = traffic.next();
    if (item === undefined) throw new Error('the traffic has an end');
    const { type, event } = item.input;
    const { topic, value } = encodeTraffic(item, OFFLINE_IDS);
    const timestamp = event.occurredAt + random.int(0, LATEST_DELAY_MS);
    const key = Buffer.from(event.customerId);
    if (value === null) throw new Error('good traffic has values');
    yield {
      writer: type,
      occurredAt: event.occurredAt,
      message: { topic, key, value, headers: item.headers, timestamp },
    };
    if (random.chance(FULL_RATIO)) yield fullMessage(random, type, event.customerId, timestamp);
  }
};

const fullMessage = (random: Random, type: EventType, customerId: string, timestamp: number): Good => {
  const writer = random.pick(WRITERS[type]);
  const event = { ...fullEvent(type, customerId, timestamp), eventId: random.uuid() };
  const value = framed(OFFLINE_IDS[writer], bodyOf(writer, event));
  const message = { topic: TOPICS[type], key: Buffer.from(customerId), value, headers: {}, timestamp };
  return { writer, occurredAt: timestamp - 1_000, message };
};
