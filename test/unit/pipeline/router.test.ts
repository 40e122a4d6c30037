import { refuse } from '../../../src/domain/refusal.ts';
import { decode, type Decoded } from '../../../src/pipeline/decode.ts';
import type { EventDecoder, InboundRecord } from '../../../src/pipeline/ports.ts';
import type { Router } from '../../../src/pipeline/router.ts';
import { order } from '../../helpers/events.ts';
import { handMade } from '../../helpers/hand-made.ts';

const SENT_AT = Date.UTC(2024, 0, 1);
const TOLERANCE_MS = 60_000;
const HOUR = 3_600_000;

/** The value names the customer and when the order occurred. */
const decoder: EventDecoder = {
  prepare: () => Promise.resolve(),
  decode: (_, value) => {
    const [customerId = '', occurredAt] = String(value).split('@');
    return customerId === 'unknown' ? refuse('unknown-schema') : order({ customerId, occurredAt: Number(occurredAt) });
  },
};

const router: Router = { routes: new Map([['orders', 'orders.by-customer']]), partitionOf: (id) => id.length };

const decoded = (...records: Partial<InboundRecord>[]): Promise<Decoded> =>
  decode(
    handMade({ decoder, router, futureToleranceMs: TOLERANCE_MS }).context,
    records.map((said) => ({
      ...{ topic: 'orders', partition: 2, offset: 7, timestamp: SENT_AT, key: Buffer.from('o1') },
      ...{ value: Buffer.from(`anna@${SENT_AT}`), headers: {} },
      ...said,
    })),
  );

describe('a message of a rekeyed input', () => {
  it('goes on as it is to the partition of its customer, and says where it comes from', async () => {
    const value = Buffer.from(`anna@${SENT_AT}`);
    const headers = { traceparent: Buffer.from('x'), 'origin-offset': Buffer.from('what somebody else says') };
    const { routed, byCustomer, refused } = await decoded({ value, headers });
    expect(routed).toEqual([
      {
        topic: 'orders.by-customer',
        partition: 4,
        key: 'anna',
        value,
        headers: {
          traceparent: Buffer.from('x'),
          'origin-topic': 'orders',
          'origin-partition': '2',
          'origin-offset': '7',
          'origin-timestamp': String(SENT_AT),
        },
      },
    ]);
    expect(byCustomer.size).toBe(0);
    expect(refused).toEqual([]);
  });

  it.each<[what: string, key: Buffer | null]>([
    ['none', null],
    ['of another customer', Buffer.from('bert')],
    ['no text', Buffer.from([0xff])],
  ])('may have any key: %s', async (_, key) => {
    const { routed, refused } = await decoded({ key });
    expect(routed).toMatchObject([{ key: 'anna' }]);
    expect(refused).toEqual([]);
  });

  it.each<[reason: string, value: string]>([
    ['unknown-schema', 'unknown'],
    ['from-the-future', `anna@${SENT_AT + TOLERANCE_MS + 1}`],
    ['invalid-value', `@${SENT_AT}`],
  ])('is refused where it arrives, and its key names no customer: %s', async (reason, value) => {
    const { routed, byCustomer, refused } = await decoded({ value: Buffer.from(value) });
    expect(refused).toMatchObject([{ record: { topic: 'orders', key: Buffer.from('o1') }, refusal: { reason } }]);
    expect(routed).toEqual([]);
    expect(byCustomer.size).toBe(0);
  });
});

describe('a message in another partition than its key belongs to', () => {
  const contract = { topic: 'contracts', key: Buffer.from('anna') };

  it('is refused, whoever publishes it', async () => {
    expect((await decoded({ ...contract, partition: 4 })).refused).toEqual([]);
    const { refused } = await decoded({ ...contract, partition: 2 });
    expect(refused).toMatchObject([{ record: contract, refusal: { reason: 'misplaced', field: null } }]);
  });

  it.each(['unknown', `anna@${SENT_AT}`])(
    'counts for no customer, for whatever reason it is refused: %s',
    async (value) => {
      const { refused, byCustomer } = await decoded({ ...contract, partition: 2, value: Buffer.from(value) });
      expect(refused).toHaveLength(1);
      expect(byCustomer.size).toBe(0);
    },
  );
});

describe('a message that was sent on', () => {
  const sentOn = (
    timestamp: number,
    occurredAt: number,
    headers: InboundRecord['headers'],
  ): Partial<InboundRecord> => ({
    ...{ topic: 'orders.by-customer', partition: 4, key: Buffer.from('anna'), timestamp, headers },
    value: Buffer.from(`anna@${occurredAt}`),
  });
  const origin = { 'origin-timestamp': Buffer.from(String(SENT_AT)) };

  it('is for its customer', async () => {
    const { byCustomer, routed } = await decoded(sentOn(SENT_AT, SENT_AT, origin));
    expect([...byCustomer.keys()]).toEqual(['anna']);
    expect(routed).toEqual([]);
  });

  it('is judged as of when it arrived, however much earlier or later it was sent on', async () => {
    for (const timestamp of [SENT_AT - HOUR, SENT_AT, SENT_AT + HOUR]) {
      const inTime = await decoded(sentOn(timestamp, SENT_AT + TOLERANCE_MS, origin));
      expect(inTime.refused).toEqual([]);
      const tooEarly = await decoded(sentOn(timestamp, SENT_AT + TOLERANCE_MS + 1, origin));
      expect(tooEarly.refused).toMatchObject([{ refusal: { reason: 'from-the-future' } }]);
    }
  });

  it.each<[what: string, topic: string, headers: InboundRecord['headers']]>([
    ['that does not say when it arrived', 'orders.by-customer', {}],
    ['that says it with no value', 'orders.by-customer', { 'origin-timestamp': null }],
    ['that says it in no number', 'orders.by-customer', { 'origin-timestamp': Buffer.from('soon') }],
    ['that says it twice', 'orders.by-customer', { 'origin-timestamp': ['1', '2'] }],
    ['of others, whatever they say', 'contracts', origin],
  ])('is judged by its own time: one %s', async (_, topic, headers) => {
    const dated = (occurredAt: number) => ({ ...sentOn(SENT_AT + HOUR, occurredAt, headers), topic });
    expect((await decoded(dated(SENT_AT + HOUR + TOLERANCE_MS))).refused).toEqual([]);
    const tooEarly = await decoded(dated(SENT_AT + HOUR + TOLERANCE_MS + 1));
    expect(tooEarly.refused).toMatchObject([{ refusal: { reason: 'from-the-future' } }]);
  });
});
