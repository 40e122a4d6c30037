/** How fast a customer orders: windows that end with the latest order, so that the answer stays what it was. */
import { totals } from '../derive/money.ts';
import type { OrderVelocity } from '../generated/FraudProfileUpdated.ts';
import type { Placement } from '../ledger/placements.ts';
import { WINDOWS } from '../ledger/windows.ts';

const UNSUCCESSFUL: ReadonlySet<string> = new Set(['cancelled', 'failed', 'rejected']);

/** `placed`: the latest first, as many as are kept. */
export const velocityOf = (placed: readonly Placement[]): OrderVelocity[] => {
  const [latest] = placed;
  if (latest === undefined) return [];
  return WINDOWS.map(([window, length]) => {
    const orders = placed.filter(({ orderDate }) => orderDate >= latest.orderDate - length);
    return {
      window,
      placed: orders.length,
      unsuccessful: orders.filter(({ state }) => UNSUCCESSFUL.has(state)).length,
      value: totals(orders.flatMap(({ orderTotalPrice }) => orderTotalPrice ?? [])),
    };
  });
};
