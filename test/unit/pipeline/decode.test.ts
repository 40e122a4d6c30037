import { refuse } from '../../../src/domain/refusal.ts';
import type { TaskContext } from '../../../src/pipeline/context.ts';
import { decode, type Decoded } from '../../../src/pipeline/decode.ts';
import type { EventDecoder, InboundRecord } from '../../../src/pipeline/ports.ts';
import { order } from '../../helpers/events.ts';
import { handMade } from '../../helpers/hand-made.ts';

const DAY = 24 * 60 * 60 * 1000;
const SENT_AT = Date.UTC(2024, 0, 1);
const TOLERANCE_MS = 60_000;

/** The value names what the decoder makes of it: `unknown`, or the customer and when the order occurred. */
const decoder: EventDecoder = {
  prepare: () => Promise.resolve(),
  decode: (_, value) => {
    const [customerId = '', occurredAt] = String(value).split('@');
    return customerId === 'unknown' ? refuse('unknown-schema') : order({ customerId, occurredAt: Number(occurredAt) });
  },
};

const record = (said: Partial<InboundRecord> = {}): InboundRecord => ({
  topic: 'order-finalized',
  partition: 0,
  offset: 7,
  timestamp: SENT_AT,
  key: Buffer.from('a'),
  value: Buffer.from(`a@${SENT_AT}`),
  headers: {},
  ...said,
});

const decoded = (records: InboundRecord[], context: Partial<TaskContext> = {}): Promise<Decoded> =>
  decode(handMade({ decoder, futureToleranceMs: TOLERANCE_MS, ...context }).context, records);

const reasons = ({ refused }: Decoded): string[] => refused.map(({ refusal }) => refusal.reason);

describe('decoding', () => {
  it('gathers what a batch says of each customer, in order', async () => {
    const { byCustomer, refused } = await decoded([
      record({ offset: 1 }),
      record({ offset: 2, key: Buffer.from('b'), value: Buffer.from(`b@${SENT_AT}`) }),
      record({ offset: 3 }),
    ]);
    expect([...byCustomer].map(([id, deliveries]) => [id, deliveries.map(({ offset }) => offset)])).toEqual([
      ['a', [1, 3]],
      ['b', [2]],
    ]);
    expect(refused).toEqual([]);
  });

  it('counts a refused record to the customer of its key, since it may be the marker of a version', async () => {
    const { byCustomer, refused } = await decoded([record({ value: Buffer.from('unknown') })]);
    expect(byCustomer.get('a')).toEqual([{ topic: 'order-finalized', offset: 7, input: refuse('unknown-schema') }]);
    expect(refused).toHaveLength(1);
  });

  it('takes no link for a customer when a statement about it is refused', async () => {
    const said = record({ topic: 'customer-link', key: Buffer.from('phone:x'), value: Buffer.from('unknown') });
    const { byCustomer, refused } = await decoded([said]);
    expect(byCustomer.size).toBe(0);
    expect(refused).toHaveLength(1);
  });

  it.each<[what: string, key: Buffer | null]>([
    ['none', null],
    ['empty', Buffer.alloc(0)],
    ['longer than any customer id', Buffer.alloc(1025, 'a')],
    ['not UTF-8', Buffer.from([0x61, 0xff])],
    ['half a character', Buffer.from('é').subarray(0, 1)],
  ])('refuses a record whose key cannot name a document: %s', async (_, key) => {
    const result = await decoded([record({ key })]);
    expect(result.byCustomer.size).toBe(0);
    expect(reasons(result)).toEqual(['missing-key']);
    expect(result.refused[0]?.record.key).toBe(key);
  });

  it('takes the sign for a character that was lost as a character like any other', async () => {
    const { byCustomer } = await decoded([record({ key: Buffer.from('a\uFFFD') })]);
    expect([...byCustomer.keys()]).toEqual(['a\uFFFD']);
  });

  it('refuses a record that another customer’s key would hide', async () => {
    expect(reasons(await decoded([record({ key: Buffer.from('b') })]))).toEqual(['key-mismatch']);
  });

  it('lets a record’s neighbours pass when it is refused', async () => {
    const { byCustomer, refused } = await decoded([record({ offset: 1, key: null }), record({ offset: 2 })]);
    expect(byCustomer.get('a')).toHaveLength(1);
    expect(refused).toHaveLength(1);
  });

  it('fails as a whole while schemas cannot be learned: an outage refuses nothing', async () => {
    const outage = { ...decoder, prepare: () => Promise.reject(new Error('no registry')) };
    await expect(decoded([record()], { decoder: outage })).rejects.toThrow('no registry');
  });
});

describe('two members whose clocks are years apart', () => {
  const wall = Date.now;
  afterEach(() => {
    Date.now = wall;
  });

  it.each<[what: string, occurredAt: number, verdict: string[]]>([
    ['in time', SENT_AT, []],
    ['at the edge of the tolerance', SENT_AT + TOLERANCE_MS, []],
    ['just beyond it', SENT_AT + TOLERANCE_MS + 1, ['from-the-future']],
    ['a day ahead of its record, and long past by now', SENT_AT + DAY, ['from-the-future']],
  ])('judge the same record alike: %s', async (_, occurredAt, verdict) => {
    for (const now of [SENT_AT - 3650 * DAY, SENT_AT, SENT_AT + 3650 * DAY]) {
      Date.now = () => now;
      const clock = { ...handMade().context.clock, now: () => now };
      const result = await decoded([record({ value: Buffer.from(`a@${occurredAt}`) })], { clock });
      expect(reasons(result)).toEqual(verdict);
    }
  });
});
