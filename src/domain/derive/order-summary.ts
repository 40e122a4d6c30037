import { compare } from '../canonical.ts';
import type { OrderFact } from '../facts.ts';
import type { OrderSummary, RecentOrder } from '../generated/CustomerUpdated.ts';
import { type Amount, totals } from './money.ts';
import type { OrderInEffect } from './orders.ts';

const RECENT = 5;

export const deriveOrderSummary = (orders: readonly OrderInEffect[]): OrderSummary => {
  const placed = byPlacement(orders);
  return {
    totalCount: orders.length,
    countsByState: countsByState(orders),
    lifetimeValue: totals(orders.flatMap(({ order }) => payments(order))),
    firstOrderDate: placed.at(-1)?.placedAt ?? null,
    lastOrderDate: placed[0]?.placedAt ?? null,
    recent: placed.slice(0, RECENT).map(recentOrder),
  };
};

/** The latest placed first. */
export const byPlacement = (orders: readonly OrderInEffect[]): OrderInEffect[] =>
  orders.toSorted((a, b) => b.placedAt - a.placedAt || compare(a.order.orderId, b.order.orderId));

const countsByState = (orders: readonly OrderInEffect[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { order } of orders) counts[order.state] = (counts[order.state] ?? 0) + 1;
  return counts;
};

/** A total of a partial order would count what never came about. */
const payments = (order: OrderFact): Amount[] => {
  if (order.state === 'completed') return order.orderTotalPrice ? [order.orderTotalPrice] : [];
  if (order.state !== 'partial') return [];
  return order.items.flatMap(({ state, oneOffPrice, quantity }) =>
    state === 'completed' && oneOffPrice ? [{ ...oneOffPrice, times: quantity }] : [],
  );
};

const recentOrder = ({ order, placedAt }: OrderInEffect): RecentOrder => ({
  orderId: order.orderId,
  state: order.state,
  category: order.category ?? null,
  channel: order.channel ?? null,
  orderDate: placedAt,
  completionDate: order.completionDate ?? null,
  orderTotalPrice: order.orderTotalPrice ?? null,
});
