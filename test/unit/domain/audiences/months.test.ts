import type { MonthOfOrders } from '../../../../src/domain/generated/ChurnProfileUpdated.ts';
import type { OrderFinalized, OrderItem } from '../../../../src/domain/generated/OrderFinalized.ts';
import { latestMonths } from '../../../../src/domain/ledger/months.ts';
import { anItem, anOrder } from '../../../helpers/domain.ts';
import { customerOf, eur } from './customer.ts';

type Order = ReturnType<typeof anOrder>;

const months = (...placed: Order[]): MonthOfOrders[] => {
  const { ledger } = customerOf(...placed);
  return latestMonths(ledger.months, ledger.limits.months);
};

/** An order of 2024, placed and completed on the first of a month. */
const inMonth = (month: number, said: Partial<OrderFinalized> & { items?: OrderItem[] } = {}): Order => {
  const orderDate = Date.UTC(2024, month - 1, 1);
  return anOrder({ orderId: `order-${month}`, orderDate, ...said });
};

/** What orders did to the products, by month. */
const downgrades = (...orders: Order[]): number[] => months(...orders).map((month) => month.downgrades);
const terminations = (...orders: Order[]): number[] => months(...orders).map((month) => month.terminations);

const priced = (action: OrderItem['action'], minorUnits: number, said: Partial<OrderItem> = {}): OrderItem[] => [
  anItem({ action, recurringPrice: eur(minorUnits), ...said }),
];
const ended = [anItem({ action: 'delete' })];

describe('the months of orders', () => {
  it('count orders where they were placed, and what became of them', () => {
    const states = ['completed', 'cancelled', 'failed', 'rejected', 'partial', 'unknown'] as const;
    const march = states.map((state, i) => inMonth(3, { orderId: `o${i}`, state }));
    expect(months(...march, inMonth(1, { state: 'cancelled', completionDate: Date.UTC(2024, 4, 1) }))).toEqual([
      { month: '2024-01', placed: 1, cancelled: 1, failed: 0, downgrades: 0, terminations: 0 },
      { month: '2024-03', placed: 6, cancelled: 1, failed: 2, downgrades: 0, terminations: 0 },
    ]);
  });

  it('begin and end in UTC', () => {
    const times = ['2024-01-31T23:59:59.999Z', '2024-02-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z', '1969-12-31'];
    const orders = times.map((time, i) => anOrder({ orderId: `o${i}`, orderDate: Date.parse(time) }));
    expect(months(...orders).map(({ month, placed }) => [month, placed])).toEqual([
      ['1969-12', 1],
      ['2024-01', 1],
      ['2024-02', 2],
    ]);
  });

  it('place an order without a date where its event occurred', () => {
    expect(months(anOrder({ occurredAt: Date.UTC(2023, 6, 15) }))).toMatchObject([{ month: '2023-07' }]);
  });

  it('are the latest 36 of those that have orders', () => {
    const orders = Array.from({ length: 40 }, (_, i) =>
      anOrder({ orderId: `o${i}`, orderDate: Date.UTC(2000, 2 * i, 1) }),
    );
    const listed = months(...orders.toReversed()).map(({ month }) => month);
    expect(listed).toHaveLength(36);
    expect([listed[0], listed.at(-1)]).toEqual(['2000-09', '2006-07']);
  });
});

describe('downgrades', () => {
  const added = inMonth(1, { items: priced('add', 1000) });

  it('are modifications that lower the recurring price', () => {
    expect(downgrades(added, inMonth(2, { items: priced('modify', 999) }))).toEqual([0, 1]);
    expect(downgrades(added, inMonth(2, { items: priced('modify', 1000) }))).toEqual([0, 0]);
    expect(downgrades(added, inMonth(2, { items: priced('modify', 1001) }))).toEqual([0, 0]);
    expect(downgrades(added, inMonth(2, { items: priced('add', 999) }))).toEqual([0, 0]);
  });

  it('are none without a price before and after in one currency', () => {
    const unpriced = inMonth(1, { items: [anItem()] });
    const franc = priced('modify', 5, { recurringPrice: { currency: 'CHF', minorUnits: 5 } });
    expect(downgrades(unpriced, inMonth(2, { items: priced('modify', 5) }))).toEqual([0, 0]);
    expect(downgrades(added, inMonth(2, { items: priced('modify', 5, { recurringPrice: null }) }))).toEqual([0, 0]);
    expect(downgrades(added, inMonth(2, { items: franc }))).toEqual([0, 0]);
    expect(downgrades(inMonth(2, { items: priced('modify', 5) }))).toEqual([0]);
  });

  it('compare with the price before, also when a modification between named none', () => {
    const silent = inMonth(2, { items: [anItem({ action: 'modify' })] });
    expect(downgrades(added, silent, inMonth(3, { items: priced('modify', 900) }))).toEqual([0, 0, 1]);
  });

  it('follow the order in which orders took effect, but count where they were placed', () => {
    const late = inMonth(1, { orderId: 'late', completionDate: Date.UTC(2024, 5, 1), items: priced('modify', 500) });
    expect(downgrades(late, inMonth(3, { items: priced('add', 1000) }))).toEqual([1, 0]);
  });

  it('are items that took effect', () => {
    const items = priced('modify', 500, { state: 'failed' });
    expect(downgrades(added, inMonth(2, { state: 'failed', items: priced('modify', 500) }))).toEqual([0, 0]);
    expect(downgrades(added, inMonth(2, { state: 'partial', items }))).toEqual([0, 0]);
    expect(downgrades(added, inMonth(2, { state: 'partial', items: priced('modify', 500) }))).toEqual([0, 1]);
  });

  it('of products that are terminated are none', () => {
    const deleted = inMonth(2, { items: ended });
    expect(downgrades(added, deleted, inMonth(3, { items: priced('modify', 5) }))).toEqual([0, 0, 0]);
  });

  it('are undone by a correction', () => {
    const lowered = inMonth(2, { items: priced('modify', 500) });
    const corrected = inMonth(2, { orderVersion: 2, occurredAt: 1, state: 'cancelled', items: priced('modify', 500) });
    expect(downgrades(added, lowered, corrected)).toEqual([0, 0]);
    expect(downgrades(corrected, added, lowered)).toEqual([0, 0]);
  });
});

describe('terminations', () => {
  const added = inMonth(1, { items: [anItem(), anItem({ productId: 'product-2' })] });

  it('are deletions of products that were active', () => {
    const both = [...ended, anItem({ productId: 'product-2', action: 'delete' })];
    expect(terminations(added, inMonth(2, { items: both }))).toEqual([0, 2]);
    expect(terminations(added, inMonth(2, { items: ended }), inMonth(3, { items: both }))).toEqual([0, 1, 1]);
    expect(terminations(inMonth(2, { items: both }))).toEqual([0]);
  });

  it('happen again when the product was added again', () => {
    const again = inMonth(3, { items: [anItem()] });
    expect(terminations(added, inMonth(2, { items: ended }), again, inMonth(4, { items: ended }))).toEqual([
      0, 1, 0, 1,
    ]);
  });

  it('are undone by a correction', () => {
    const corrected = inMonth(2, { orderVersion: 2, items: [anItem({ action: 'noChange' })] });
    expect(terminations(added, inMonth(2, { items: ended }), corrected)).toEqual([0, 0]);
  });
});
