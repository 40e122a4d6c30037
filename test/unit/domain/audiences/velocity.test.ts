import { velocityOf } from '../../../../src/domain/audiences/velocity.ts';
import type { OrderVelocity } from '../../../../src/domain/generated/FraudProfileUpdated.ts';
import type { OrderFinalized } from '../../../../src/domain/generated/OrderFinalized.ts';
import { anOrder } from '../../../helpers/domain.ts';
import { customerOf, DAY, eur, HOUR } from './customer.ts';

const velocity = (...orders: ReturnType<typeof anOrder>[]): OrderVelocity[] =>
  velocityOf(customerOf(...orders).ledger.placements);

const NOW = Date.UTC(2024, 0, 1);

/** An order placed so long before the latest. */
const before = (ms: number, said: Partial<OrderFinalized> = {}): ReturnType<typeof anOrder> =>
  anOrder({ orderId: `order-${ms}`, orderDate: NOW - ms, ...said });

describe('the velocity of orders', () => {
  it('has every window, from the shortest, and none without orders', () => {
    expect(velocity()).toEqual([]);
    expect(velocity(before(0)).map(({ window }) => window)).toEqual(['PT1H', 'PT24H', 'P7D', 'P30D']);
  });

  it('counts both ends of a window and nothing before', () => {
    const lengths = [HOUR, DAY, 7 * DAY, 30 * DAY];
    const onTheEdge = velocity(before(0), ...lengths.map((length) => before(length)));
    expect(onTheEdge.map(({ placed }) => placed)).toEqual([2, 3, 4, 5]);
    const justBefore = velocity(before(0), ...lengths.map((length) => before(length + 1)));
    expect(justBefore.map(({ placed }) => placed)).toEqual([1, 2, 3, 4]);
  });

  it('looks back from when the latest order was placed, not from when it was heard of', () => {
    const heardLate = { occurredAt: NOW + 90 * DAY, completionDate: NOW + 90 * DAY };
    expect(velocity(before(0, heardLate), before(60, heardLate))[0]).toMatchObject({ placed: 2 });
  });

  it('counts orders placed at the same time', () => {
    const orders = ['a', 'b', 'c'].map((orderId) => before(0, { orderId }));
    expect(velocity(...orders)[0]).toMatchObject({ placed: 3 });
  });

  it('tells those that came to nothing, and sums all totals by currency', () => {
    const states = ['completed', 'partial', 'cancelled', 'failed', 'rejected', 'unknown'] as const;
    const orders = states.map((state, i) => before(0, { orderId: `o${i}`, state, orderTotalPrice: eur(10 ** i) }));
    const others = [
      before(1, { orderTotalPrice: { currency: 'CHF', minorUnits: -5 } }),
      before(2, { orderTotalPrice: null }),
      before(2 * HOUR, { orderTotalPrice: eur(2_000_000) }),
    ];
    const [hour, day] = velocity(...orders, ...others);
    const franc = { currency: 'CHF', minorUnits: -5 };
    expect(hour).toEqual({ window: 'PT1H', placed: 8, unsuccessful: 3, value: [franc, eur(111_111)] });
    expect(day).toEqual({ window: 'PT24H', placed: 9, unsuccessful: 3, value: [franc, eur(2_111_111)] });
  });

  it('follows a correction of when an order was placed', () => {
    const corrected = anOrder({ orderId: `order-${5 * HOUR}`, orderVersion: 2, orderDate: NOW - 5 });
    expect(velocity(before(0), before(5 * HOUR))[0]).toMatchObject({ placed: 1 });
    expect(velocity(before(0), corrected, before(5 * HOUR))[0]).toMatchObject({ placed: 2 });
  });
});
