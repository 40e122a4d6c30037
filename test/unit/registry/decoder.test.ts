import { readFileSync } from 'node:fs';
import avro, { type schema } from 'avsc';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RegistryClient } from '../../../src/adapters/registry/client.ts';
import { createDecoder } from '../../../src/adapters/registry/decoder.ts';
import { frame } from '../../../src/adapters/registry/wire.ts';
import { contracts } from '../../../src/domain/contracts.ts';
import { isRefusal, judge } from '../../../src/domain/refusal.ts';
import { ProfileError } from '../../../src/errors.ts';

const read = (record: string): { fields: object[]; name: string } =>
  JSON.parse(readFileSync(new URL(`../../../schemas/${record}.avsc`, import.meta.url), 'utf8')) as never;
const typeOf = (node: unknown): avro.Type => avro.Type.forSchema(node as schema.AvroSchema);

const written = read('OrderFinalized');
const ORDER = typeOf(written);
const LONG = { name: 'size', type: 'long' };

const WRITTEN_AS_BYTES = {
  ...written,
  fields: (written.fields as { name: string }[]).map((field) =>
    field.name === 'sourceSystem' ? { ...field, type: 'bytes' } : field,
  ),
};
const WITH_BYTES = { ...written, fields: [{ name: 'picture', type: 'bytes' }, ...written.fields] };

/** Writer schemas by id, as a registry would know them. */
const WRITERS: Readonly<Record<number, avro.Type | 'unusable'>> = {
  1: ORDER,
  2: typeOf(read('ContractSigned')),
  3: 'unusable',
  4: typeOf({ ...written, fields: [LONG, ...written.fields] }),
  5: typeOf({ ...written, fields: [{ name: 'nothings', type: { type: 'array', items: 'null' } }, ...written.fields] }),
  6: typeOf({
    ...written,
    fields: [{ name: 'lists', type: { type: 'array', items: { type: 'array', items: 'string' } } }, ...written.fields],
  }),
  8: typeOf({
    ...written,
    fields: [{ name: 'unread', type: { type: 'enum', name: 'Unread', symbols: ['A', 'B'] } }, ...written.fields],
  }),
  9: typeOf(WRITTEN_AS_BYTES),
  10: typeOf(WITH_BYTES),
  7: typeOf({ ...written, fields: written.fields.slice(1) }),
};

const event = {
  eventId: 'event-1',
  occurredAt: 1_700_000_000_000,
  sourceSystem: 'shop',
  customerId: 'customer-1',
  correlationId: null,
  orderId: 'order-1',
  orderVersion: 1,
  state: 'completed',
  items: [
    { itemId: 'one', productId: 'Ünïcode', characteristics: { colour: 'blue', size: 'large' }, termMonths: 24 },
    { itemId: 'two', recurringPrice: { currency: 'EUR', minorUnits: 1999 } },
  ],
  contactMediums: [{ mediumType: 'email', emailAddress: 'somebody@example.org' }],
};

/** A registry of the writers above, counting questions; down while `down`. */
const registry = () => {
  const state = { questions: 0, down: false, writers: { ...WRITERS } as Record<number, avro.Type | 'unusable'> };
  const client: RegistryClient = {
    writerType: async (id) => {
      state.questions++;
      await new Promise(setImmediate);
      if (state.down) throw new ProfileError('REGISTRY_UNAVAILABLE', 'down');
      return state.writers[id] ?? 'unknown';
    },
    call: () => Promise.reject(new Error('the decoder makes no other calls')),
  };
  return { state, client };
};

const setUp = () => {
  const { state, client } = registry();
  const clock = { now: 1000 };
  const options = { unknownSchemaGraceMs: 30_000, now: () => clock.now };
  return { state, clock, decoder: createDecoder(client, contracts('p.'), options) };
};

const TOPIC = 'p.order-finalized';
const value = (id = 1, change: object = {}): Buffer => {
  const writer = WRITERS[id];
  if (!writer || writer === 'unusable') throw new Error('no such writer');
  return frame(id, writer.toBuffer({ ...event, ...change }));
};

const decodeOne = async (bytes: Buffer | null, topic = TOPIC) => {
  const { decoder } = setUp();
  await decoder.prepare([bytes]);
  return decoder.decode(topic, bytes);
};

const reasonOf = async (bytes: Buffer | null): Promise<unknown> => {
  const result = await decodeOne(bytes);
  return 'reason' in result ? result.reason : result;
};

describe('decoding', () => {
  it('gives the event with its type, and the defaults of what the writer left out', async () => {
    const result = await decodeOne(value());
    expect(result).toMatchObject({ type: 'OrderFinalized', event: { customerId: 'customer-1', party: null } });
    expect('event' in result && 'items' in result.event && Object.keys(result.event.items[0] ?? {})).toContain(
      'quantity',
    );
  });

  it('reads a writer that has more fields', async () => {
    expect(await decodeOne(value(4, { size: 5 }))).toMatchObject({ event: { orderId: 'order-1' } });
  });

  it.each<[string, Buffer | null, string]>([
    ['a null value', null, 'empty-value'],
    ['an empty value', Buffer.alloc(0), 'empty-value'],
    ['JSON', Buffer.from('{"customerId":"c"}'), 'not-confluent-format'],
    ['four bytes', Buffer.from([0, 0, 0, 1]), 'not-confluent-format'],
    ['the schema of another event', frame(2, Buffer.from([1, 2, 3])), 'wrong-schema'],
    ['a schema that is no Avro', frame(3, Buffer.from([1, 2, 3])), 'wrong-schema'],
    ['a writer without a required field', frame(7, Buffer.from([1, 2, 3])), 'wrong-schema'],
    ['no body', frame(1, Buffer.alloc(0)), 'undecodable'],
    ['a truncated body', value().subarray(0, -3), 'undecodable'],
    ['a byte too many', Buffer.concat([value(), Buffer.from([0])]), 'undecodable'],
    [
      'a string that is not UTF-8',
      Buffer.concat([value().subarray(0, 6), Buffer.from([0xff]), value().subarray(7)]),
      'undecodable',
    ],
  ])('refuses %s', async (_, bytes, reason) => {
    expect(await reasonOf(bytes)).toBe(reason);
  });

  it('refuses a number beyond what JavaScript holds exactly', async () => {
    const body = value().subarray(5);
    const eventIdEnd = 1 + 'event-1'.length;
    const occurredAtBytes = typeOf('long').toBuffer(event.occurredAt).length;
    const huge = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    const bytes = Buffer.concat([body.subarray(0, eventIdEnd), huge, body.subarray(eventIdEnd + occurredAtBytes)]);
    expect(await reasonOf(frame(1, bytes))).toBe('undecodable');
  });

  it('refuses an int of more than 32 bits, which could not be written again', async () => {
    const wide = JSON.parse(JSON.stringify(written).replaceAll('"int"', '"long"')) as object;
    const items = [{ ...event.items[0], termMonths: 2 ** 40 }];
    expect(await reasonOf(frame(1, typeOf(wide).toBuffer({ ...event, items })))).toBe('undecodable');
  });

  it('refuses a boolean that is neither true nor false', async () => {
    const bytes = value(1, {
      contactMediums: [{ mediumType: 'email', emailAddress: 'a@example.org', preferred: true }],
    });
    const plain = value(1, {
      contactMediums: [{ mediumType: 'email', emailAddress: 'a@example.org', preferred: false }],
    });
    const at = bytes.findIndex((byte, index) => byte !== plain[index]);
    bytes[at] = 2;
    expect(await reasonOf(bytes)).toBe('undecodable');
  });

  it('reads bytes as text, and refuses those that are none', async () => {
    const of = (sourceSystem: Buffer): Buffer =>
      frame(9, typeOf(WRITTEN_AS_BYTES).toBuffer({ ...event, sourceSystem }));
    expect(await decodeOne(of(Buffer.from('Lädchen')))).toMatchObject({ event: { sourceSystem: 'Lädchen' } });
    expect(await reasonOf(of(Buffer.from([0xff])))).toBe('undecodable');
  });

  it('lets bytes that nobody reads hold anything', async () => {
    const bytes = frame(10, typeOf(WITH_BYTES).toBuffer({ ...event, picture: Buffer.from([0xff]) }));
    expect(await decodeOne(bytes)).toMatchObject({ event: { orderId: 'order-1' } });
  });

  it('keeps an option called __proto__ from vanishing: it is refused', async () => {
    const characteristics = JSON.parse('{"__proto__": "large", "colour": "blue"}') as object;
    const items = [event.items[0], { itemId: 'two', characteristics }];
    const result = await decodeOne(value(1, { items }));
    if (!('event' in result) || result.type !== 'OrderFinalized') throw new Error('it cannot be decoded');
    const arrival = { key: event.customerId, recordTimestamp: event.occurredAt, futureToleranceMs: 0 };
    expect(judge(result, arrival)).toMatchObject({ reason: 'invalid-value', field: 'items[1].characteristics' });
  });

  it.each([-(2 ** 52) - 1, -5_000_000_000_000_001, -(2 ** 53) + 3])(
    'does not take %d, which avsc reads as a positive number, for a version',
    async (orderVersion) => {
      const result = await decodeOne(value(1, { orderVersion }));
      const arrival = { key: event.customerId, recordTimestamp: event.occurredAt, futureToleranceMs: 0 };
      expect(isRefusal(result) ? result : judge(result, arrival)).toMatchObject({
        reason: 'invalid-value',
        field: 'orderVersion',
      });
    },
  );

  it('throws nothing but "not learned" for an id that was never prepared', () => {
    expect(() => setUp().decoder.decode(TOPIC, value())).toThrow('has not been learned');
  });
});

describe('hostile bytes', () => {
  const long = (number: number): Buffer => typeOf('long').toBuffer(number);

  it.each([
    ['a billion items that follow nowhere', frame(6, long(1e9))],
    ['the most items an array can have', frame(6, long(2 ** 32 - 1))],
    ['as many items as a number can say', frame(6, long(2 ** 52))],
    ['a billion items that take no byte', frame(5, long(1e9))],
    ['a string of a gigabyte', frame(1, long(2 ** 30))],
    ['a string of negative size', frame(1, Buffer.concat([long(-9), Buffer.alloc(64, 1)]))],
    [
      'a block whose declared size leads back to its start',
      frame(6, Buffer.concat([long(-1), long(-2), long(0), long(0), ORDER.toBuffer(event)])),
    ],
    ['a number that never ends', frame(4, Buffer.alloc(1000, 0xff))],
    ['a number of 65 bits', frame(4, Buffer.concat([Buffer.alloc(9, 0xff), Buffer.from([2]), ORDER.toBuffer(event)]))],
    ['a symbol that there is not', frame(8, Buffer.concat([long(2), ORDER.toBuffer(event)]))],
  ])('refuses %s, at once and without memory', async (_, bytes) => {
    const { decoder } = setUp();
    await decoder.prepare([bytes]);
    const before = process.memoryUsage();
    const start = performance.now();
    expect(decoder.decode(TOPIC, bytes)).toMatchObject({ reason: 'undecodable' });
    expect(performance.now() - start).toBeLessThan(200);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    expect(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(16 * 1024 * 1024);
  });

  it('never throws for 100,000 mutated messages', async () => {
    const { decoder } = setUp();
    const originals = [value(1), value(4, { size: 7 }), value(5, { nothings: [] }), value(6, { lists: [['a'], []] })];
    await decoder.prepare(originals);
    const random = xoroshiro128plus(20261123);
    const below = (limit: number): number => uniformInt(random, 0, limit - 1);
    const mutate = (bytes: Buffer): Buffer => {
      const copy = Buffer.from(bytes);
      for (let times = 1 + below(4); times > 0; times--) copy[5 + below(copy.length - 5)] = below(256);
      const cut = below(10);
      if (cut === 0) return copy.subarray(0, 5 + below(copy.length - 5));
      return cut === 1 ? Buffer.concat([copy, copy.subarray(below(copy.length))]) : copy;
    };
    const outcomes: Record<string, number> = {};
    for (let run = 0; run < 100_000; run++) {
      const result = decoder.decode(TOPIC, mutate(originals[run % originals.length] ?? value()));
      const outcome = 'reason' in result ? result.reason : 'event';
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    expect(Object.keys(outcomes).sort()).toEqual(['event', 'undecodable']);
    expect(outcomes['undecodable']).toBeGreaterThan(10_000);
  });

  it('what still decodes can be written again', async () => {
    const { decoder } = setUp();
    await decoder.prepare([value()]);
    const random = xoroshiro128plus(7);
    for (let run = 0; run < 20_000; run++) {
      const bytes = value();
      bytes[uniformInt(random, 5, bytes.length - 1)] = uniformInt(random, 0, 255);
      const result = decoder.decode(TOPIC, bytes);
      if ('event' in result) ORDER.toBuffer(result.event);
    }
  });
});

describe('unknown schema ids', () => {
  const stranger = frame(99, Buffer.from([1]));

  it('are retried within the grace and refused after it', async () => {
    const { decoder, clock } = setUp();
    await expect(decoder.prepare([stranger])).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN', retriable: true });
    clock.now += 29_999;
    await expect(decoder.prepare([stranger])).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' });
    clock.now += 1000;
    await decoder.prepare([stranger]);
    expect(decoder.decode(TOPIC, stranger)).toMatchObject({ reason: 'unknown-schema' });
  });

  it('decode when the registry learns them within the grace, and after it', async () => {
    for (const delay of [2000, 120_000]) {
      const { decoder, clock, state } = setUp();
      const late = frame(99, value().subarray(5));
      await expect(decoder.prepare([late])).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' });
      if (delay > 30_000) {
        clock.now += 31_000;
        await decoder.prepare([late]);
        expect(decoder.decode(TOPIC, late)).toMatchObject({ reason: 'unknown-schema' });
      }
      state.writers[99] = ORDER;
      clock.now += delay;
      await decoder.prepare([late]);
      expect(decoder.decode(TOPIC, late)).toMatchObject({ type: 'OrderFinalized' });
    }
  });

  it('do not ask the registry for every message', async () => {
    const { decoder, state, clock } = setUp();
    for (let run = 0; run < 100; run++) await decoder.prepare([stranger]).catch(() => undefined);
    expect(state.questions).toBe(1);
    clock.now += 31_000;
    for (let run = 0; run < 100; run++) await decoder.prepare([stranger]);
    expect(state.questions).toBe(2);
    clock.now += 31_000;
    await decoder.prepare([stranger]);
    expect(state.questions).toBe(3);
  });

  it('are not refused while the registry is away, however long', async () => {
    const { decoder, state, clock } = setUp();
    await expect(decoder.prepare([stranger])).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' });
    state.down = true;
    clock.now += 3_600_000;
    await expect(decoder.prepare([stranger])).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(() => decoder.decode(TOPIC, stranger)).toThrow(ProfileError);
  });

  it('keep progress possible in a batch that names very many', async () => {
    const { decoder, clock } = setUp();
    const strangers = Array.from({ length: 20_000 }, (_, index) => frame(1000 + index, Buffer.from([1])));
    await expect(decoder.prepare([...strangers, value()])).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' });
    clock.now += 31_000;
    await decoder.prepare([...strangers, value()]);
    const reasons = strangers.map((bytes) => decoder.decode(TOPIC, bytes));
    expect(reasons.every((result) => 'reason' in result && result.reason === 'unknown-schema')).toBe(true);
    expect(decoder.decode(TOPIC, value())).toMatchObject({ type: 'OrderFinalized' });
  });
});

describe('known schema ids', () => {
  it('of many other records leave room for ours', async () => {
    const { decoder, state } = setUp();
    const foreign = Array.from({ length: 20_000 }, (_, index) => frame(1000 + index, Buffer.from([1])));
    const other = typeOf({ type: 'record', name: 'Other', fields: [] });
    foreign.forEach((_, index) => (state.writers[1000 + index] = other));
    const batch = [value(), ...foreign];
    await decoder.prepare(batch);
    const results = batch.map((bytes) => decoder.decode(TOPIC, bytes));
    expect(results.filter((result) => 'reason' in result && result.reason === 'wrong-schema')).toHaveLength(20_000);
    expect(results[0]).toMatchObject({ type: 'OrderFinalized' });
  });

  it('are asked for once, also by calls at the same time', async () => {
    const { decoder, state } = setUp();
    await Promise.all([
      decoder.prepare([value(), value()]),
      decoder.prepare([value()]),
      decoder.prepare([null, value()]),
    ]);
    await decoder.prepare([value()]);
    expect(state.questions).toBe(1);
  });

  it('are asked for again after an outage', async () => {
    const { decoder, state } = setUp();
    state.down = true;
    await expect(decoder.prepare([value()])).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    state.down = false;
    await decoder.prepare([value()]);
    expect(decoder.decode(TOPIC, value())).toMatchObject({ type: 'OrderFinalized' });
  });

  it('still decode during an outage', async () => {
    const { decoder, state } = setUp();
    await decoder.prepare([value()]);
    state.down = true;
    await decoder.prepare([value()]);
    expect(decoder.decode(TOPIC, value())).toMatchObject({ type: 'OrderFinalized' });
  });
});
