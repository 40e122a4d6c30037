import { compare } from '../canonical.ts';
import type { OrderFact } from '../facts.ts';
import type { Money, OrderSummary, RecentOrder } from '../generated/CustomerUpdated.ts';
import type { OrderInEffect } from './orders.ts';

const RECENT = 5;

export const deriveOrderSummary = (orders: readonly OrderInEffect[]): OrderSummary => {
  const byPlacement = orders.toSorted((a, b) => b.placedAt - a.placedAt || compare(a.order.orderId, b.order.orderId));
  return {
    totalCount: orders.length,
    countsByState: countsByState(orders),
    lifetimeValue: lifetimeValue(orders),
    firstOrderDate: byPlacement.at(-1)?.placedAt ?? null,
    lastOrderDate: byPlacement[0]?.placedAt ?? null,
    recent: byPlacement.slice(0, RECENT).map(recentOrder),
  };
};

const countsByState = (orders: readonly OrderInEffect[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { order } of orders) counts[order.state] = (counts[order.state] ?? 0) + 1;
  return counts;
};

const lifetimeValue = (orders: readonly OrderInEffect[]): Money[] => {
  const sums = new Map<string, number>();
  for (const { order } of orders) {
    for (const { currency, minorUnits } of payments(order)) sums.set(currency, (sums.get(currency) ?? 0) + minorUnits);
  }
  return [...sums]
    .map(([currency, sum]) => ({ currency, minorUnits: safe(sum) }))
    .sort((a, b) => compare(a.currency, b.currency));
};

/** A total of a partial order would count what never came about. */
const payments = (order: OrderFact): Money[] => {
  if (order.state === 'completed') return order.orderTotalPrice ? [order.orderTotalPrice] : [];
  if (order.state !== 'partial') return [];
  return order.items.flatMap(({ state, oneOffPrice, quantity }) =>
    state === 'completed' && oneOffPrice
      ? [{ currency: oneOffPrice.currency, minorUnits: oneOffPrice.minorUnits * quantity }]
      : [],
  );
};

/**
 * Absurd prices must not make a profile that cannot be encoded: avsc writes no long beyond 2^53 - 2, and reads some of those
 * below -2^52 as positive.
 */
const MOST = 2 ** 52;

const safe = (sum: number): number => Math.max(-MOST, Math.min(MOST, sum));

const recentOrder = ({ order, placedAt }: OrderInEffect): RecentOrder => ({
  orderId: order.orderId,
  state: order.state,
  category: order.category ?? null,
  channel: order.channel ?? null,
  orderDate: placedAt,
  completionDate: order.completionDate ?? null,
  orderTotalPrice: order.orderTotalPrice ?? null,
});
