/** What batches do to a customer whose older orders have moved out, whatever comes of the save. */
import { canonicalJson } from '../../../src/domain/canonical.ts';
import { derive } from '../../../src/domain/derive.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import type { Room } from '../../../src/domain/past/move-out.ts';
import { wholeOf } from '../../../src/domain/past/whole.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import { planWithHistory } from '../../../src/pipeline/history/plan.ts';
import { type CustomerPlan, planCustomer } from '../../../src/pipeline/plan.ts';
import { anItem, anOrder, aRequest, aRetention, factsOf } from '../../helpers/domain.ts';
import { createHistoryMemory } from '../../helpers/history-memory.ts';
import { RULES } from '../../helpers/rules.ts';

const CUSTOMER = 'customer-1';
const YEAR = 366 * 24 * 60 * 60 * 1000;
const TOPIC = 'order-finalized';
const ROOM: Room = { most: 4, hot: 2, chunk: 8 };

const nth = (number: number, said: Parameters<typeof anOrder>[0] = {}) =>
  anOrder({
    ...{ eventId: `event-${number}`, orderId: `order-${number}`, occurredAt: number },
    orderTotalPrice: { currency: 'EUR', minorUnits: 100 },
    items: [anItem({ productId: `product-${number}` })],
    ...said,
  });

const numbered = (from: number, to: number): ReturnType<typeof nth>[] =>
  Array.from({ length: to - from }, (_, at) => nth(from + at));

/** One customer, on a store without a server. */
const life = () => {
  const history = createHistoryMemory('the key');
  let document: ProfileDocument | null = null;
  let offset = 0;
  let epoch = 1;
  /** All that comes before the save, with the history written. */
  const planned = async (events: readonly InputEvent[]): Promise<CustomerPlan> => {
    const deliveries = events.map((input, at) => ({ topic: TOPIC, offset: offset + at, input }));
    const stretch = { epoch, from: { [TOPIC]: offset }, to: { [TOPIC]: offset + events.length } };
    const then = { rules: RULES, audiences: [], hash: null, room: ROOM };
    const plan =
      document?.facts.past === undefined
        ? planCustomer(CUSTOMER, document, deliveries, stretch, then)
        : await planWithHistory(history, document, deliveries, stretch, then);
    await history.put(CUSTOMER, plan.chunks);
    return plan;
  };
  return {
    batch: async (...events: InputEvent[]): Promise<CustomerPlan> => {
      const plan = await planned(events);
      document = plan.document;
      if (plan.leavesChunks) await history.tidy(CUSTOMER, document?.facts.past, epoch);
      offset += events.length;
      return plan;
    },
    /** The owner crashes before it saves, and another takes the task. */
    crash: async (...events: InputEvent[]): Promise<void> => {
      await planned(events);
      epoch += 1;
    },
    /** The same, once it has saved. */
    crashSaved: async (...events: InputEvent[]): Promise<void> => {
      document = (await planned(events)).document;
      epoch += 1;
    },
    known: async () => {
      if (document === null) throw new Error('there is no document');
      const { facts, profile } = document;
      const chunks = facts.past === undefined ? [] : await Array.fromAsync(history.read(CUSTOMER, facts.past));
      return { whole: wholeOf(facts, chunks), profile, past: facts.past };
    },
    stored: () => history.stored(),
  };
};

type Life = ReturnType<typeof life>;

const expectAll = async ({ known }: Life, ...events: InputEvent[]): Promise<void> => {
  const expected = factsOf(events);
  const { whole, profile } = await known();
  expect(canonicalJson(whole)).toBe(canonicalJson(expected));
  expect(canonicalJson(profile)).toBe(canonicalJson(derive(expected, RULES)));
};

describe('a customer whose older orders have moved out', () => {
  it('is corrected though who began it crashed, where what is made anew fits into the document', async () => {
    const one = life();
    await one.batch(...numbered(0, 6));
    const corrected = nth(1, { eventId: 'corrected', orderVersion: 2, occurredAt: 30, state: 'cancelled' });
    await one.crash(corrected);
    await one.batch(corrected);
    await expectAll(one, ...numbered(0, 6), corrected);
  });

  it('is known as before though who erased it crashed, with new orders in the same batch', async () => {
    const one = life();
    await one.batch(...numbered(0, 6));
    const erased = aRequest({ kind: 'erase', eventId: 'erased', occurredAt: 10 });
    await one.crash(erased, ...numbered(20, 30));
    await one.batch(nth(1));
    await expectAll(one, ...numbered(0, 6));
    await one.batch(erased, ...numbered(20, 30));
    await expectAll(one, ...numbered(0, 6), erased, ...numbered(20, 30));
    expect(one.stored()).toHaveLength(1);
  });

  it('is judged by retention as it is, though an older order comes again or is corrected in the same batch', async () => {
    const one = life();
    const held = anItem({ productId: 'held' });
    const orders = [
      nth(0, { items: [held] }),
      nth(1, { items: [{ ...held, action: 'delete' }] }),
      nth(2, { items: [held] }),
      ...numbered(3, 9).map(({ event }) => anOrder({ ...event, items: [] })),
    ];
    await one.batch(...orders);
    const term = { legalBasis: 'the law', minimum: 'P0D', maximum: 'P1Y' };
    const terms = { ...{ policy: 'p1', jurisdiction: '*' }, customer: term, order: term };
    const command = aRetention(terms, { occurredAt: 2 * YEAR });
    const { event } = nth(3, { items: [] });
    const corrected = anOrder({ ...event, eventId: 'corrected', orderVersion: 2, occurredAt: 2 * YEAR - 1 });
    const { decisions } = await one.batch(
      orders[1] ?? corrected,
      corrected,
      command,
      aRetention(terms, {
        ...{ occurredAt: 2 * YEAR, eventId: 'again' },
      }),
    );
    expect(decisions.map(({ outcome, orders: gone }) => [outcome, [...gone].sort()])).toEqual([
      ['erased', ['order-4', 'order-5', 'order-6', 'order-7', 'order-8']],
      ['kept', []],
    ]);
    const { whole } = await one.known();
    expect(Object.keys(whole.orders).sort()).toEqual(['order-0', 'order-1', 'order-2', 'order-3']);
  });

  it('loses old orders of a product that has ended since they moved, and keeps those of one that began again', async () => {
    const one = life();
    const [ended, again] = [anItem({ productId: 'ended' }), anItem({ productId: 'again' })];
    await one.batch(
      nth(0, { items: [ended] }),
      nth(1, { items: [again] }),
      nth(2, { items: [{ ...again, action: 'delete' }] }),
      ...numbered(3, 7).map(({ event }) => anOrder({ ...event, items: [] })),
      nth(2 * YEAR, {
        items: [
          { ...ended, action: 'delete' },
          { ...again, itemId: 'item-2' },
        ],
      }),
    );
    const term = { legalBasis: 'the law', minimum: 'P0D', maximum: 'P1Y' };
    const terms = { ...{ policy: 'p1', jurisdiction: '*' }, order: term };
    await one.batch(aRetention(terms, { occurredAt: 2 * YEAR + 1 }));
    const { whole } = await one.known();
    expect(Object.keys(whole.orders).sort()).toEqual(['order-1', 'order-2', `order-${2 * YEAR}`]);
  });

  it.each([
    ['again', []],
    ['along with more', [nth(2 * YEAR + 2)]],
  ])(
    'leaves nothing that is forgotten in the history, though who forgot it crashed once it had saved: %s',
    async (_, more) => {
      const one = life();
      await one.batch(...numbered(0, 7).map(({ event }) => anOrder({ ...event, items: [] })), nth(2 * YEAR));
      const term = { legalBasis: 'the law', minimum: 'P0D', maximum: 'P1Y' };
      const terms = { ...{ policy: 'p1', jurisdiction: '*' }, order: term };
      const command = aRetention(terms, { occurredAt: 2 * YEAR + 1 });
      await one.crashSaved(command);
      expect(one.stored()).not.toEqual([]);
      await one.batch(command, ...more);
      expect(one.stored()).toEqual([]);
    },
  );
});
