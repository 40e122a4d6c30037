/** How fast a customer orders: windows that end with the latest order, so that the answer stays what it was. */
import { totals } from '../derive/money.ts';
import type { OrderInEffect } from '../derive/orders.ts';
import type { OrderVelocity, VelocityWindow } from '../generated/FraudProfileUpdated.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

const WINDOWS: readonly (readonly [window: VelocityWindow, length: number])[] = [
  ['PT1H', HOUR],
  ['PT24H', DAY],
  ['P7D', 7 * DAY],
  ['P30D', 30 * DAY],
];

const UNSUCCESSFUL: ReadonlySet<string> = new Set(['cancelled', 'failed', 'rejected']);

/** `placed`: the latest first. */
export const velocityOf = (placed: readonly OrderInEffect[]): OrderVelocity[] => {
  const [latest] = placed;
  if (latest === undefined) return [];
  return WINDOWS.map(([window, length]) => {
    const orders = placed.filter(({ placedAt }) => placedAt >= latest.placedAt - length);
    return {
      window,
      placed: orders.length,
      unsuccessful: orders.filter(({ order }) => UNSUCCESSFUL.has(order.state)).length,
      value: totals(orders.flatMap(({ order }) => order.orderTotalPrice ?? [])),
    };
  });
};
