/** Mutations of what is around the body: key, topic, timestamp, headers, header of the value. */
import { TOLERANCE_MS, TOPICS } from '../cases.ts';
import { OFFLINE_IDS } from '../writers.ts';
import { type Mutation, oneOf, randomBytes } from './mutation.ts';

const IDS = Object.values(OFFLINE_IDS);
const DAY_MS = 86_400_000;

const keyed =
  (change: (...given: Parameters<Mutation>) => Buffer | string | null): Mutation =>
  (message, subject) => {
    const key = change(message, subject);
    return { ...message, key: typeof key === 'string' ? Buffer.from(key) : key };
  };

const claiming =
  (id: (...given: Parameters<Mutation>) => number): Mutation =>
  (message, subject) => {
    if (message.value === null || message.value.length < 5) return message;
    const value = Buffer.from(message.value);
    value.writeUInt32BE(id(message, subject), 1);
    return { ...message, value };
  };

const at =
  (timestamp: (...given: Parameters<Mutation>) => number): Mutation =>
  (message, subject) => ({ ...message, timestamp: timestamp(message, subject) });

export const envelope = {
  'has no value': (message) => ({ ...message, value: null }),
  'has a value of no bytes': (message) => ({ ...message, value: Buffer.alloc(0) }),
  'has no key': keyed(() => null),
  'has an empty key': keyed(() => ''),
  'has another’s key': keyed((_, { random, others }) => random.pick(others).message.key),
  'has a random key': keyed((_, { random }) => randomBytes(random, random.int(1, 40))),
  'has a key with a bit flipped': keyed(({ key }, { random }) => {
    const copy = Buffer.from(key ?? 'k');
    if (copy.length > 0) copy[random.int(0, copy.length - 1)] = random.int(0, 255);
    return copy;
  }),
  'has an odd key': keyed((_, { random }) => random.pick(['__proto__', '$where', 'a.b', '\0', ' ', 'k'.repeat(2_000)])),
  'is on the other topic': (message) => ({
    ...message,
    topic: message.topic === TOPICS.OrderFinalized ? TOPICS.ContractSigned : TOPICS.OrderFinalized,
  }),
  'claims a schema that there is': claiming((_, { random }) => oneOf(random, IDS)),
  'claims any schema': claiming((_, { random }) =>
    random.pick([0, 0xffff_ffff, 0x7fff_ffff, 0x8000_0000, random.int(0, 0x7fff_ffff), random.int(0, 40)]),
  ),
  'has another magic byte': (message, { random }) =>
    message.value === null
      ? message
      : { ...message, value: Buffer.concat([Buffer.of(random.int(1, 255)), message.value.subarray(1)]) },
  'is recorded around the tolerance': at(
    (_, { random, good }) => good.occurredAt - TOLERANCE_MS + random.pick([-1, 0, 1]),
  ),
  'is recorded at another time': at(({ timestamp }, { random }) =>
    random.pick([1, timestamp - 400 * DAY_MS, timestamp + 400 * DAY_MS, timestamp - random.int(0, 600_000)]),
  ),
  'has odd headers': (message, { random }) => ({
    ...message,
    headers: oneOf<typeof message.headers>(random, [
      { 'dlq-attempt': random.pick(['x', '-1', '7', '1e999']), ce_id: ['a', Buffer.of(0xff)] },
      Object.fromEntries([['__proto__', 'x']]),
      { constructor: 'x', 'x-none': null, ce_id: ['a', null] },
      Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`x-${index}`, 'y'])),
    ]),
  }),
} satisfies Record<string, Mutation>;
