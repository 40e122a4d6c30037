import { compare } from '../canonical.ts';
import type { Facts, OrderFact } from '../facts.ts';

/** The version of an order that counts, with the times that place it among the others. */
export interface OrderInEffect {
  readonly order: OrderFact;
  /** When it was placed, or when its event occurred. */
  readonly placedAt: number;
  /** When what it orders took effect. */
  readonly effectiveAt: number;
  /** When its event occurred. */
  readonly at: number;
  readonly by: string;
  readonly source: string;
}

/** The latest version of every order, in the order in which they took effect. */
export const ordersInEffect = ({ orders }: Facts): OrderInEffect[] =>
  Object.values(orders)
    .map(({ value: order, at, by, source }) => ({
      order,
      placedAt: order.orderDate ?? at,
      effectiveAt: order.completionDate ?? order.orderDate ?? at,
      at,
      by,
      source,
    }))
    .sort(
      (a, b) =>
        a.effectiveAt - b.effectiveAt ||
        a.at - b.at ||
        compare(a.by, b.by) ||
        compare(a.order.orderId, b.order.orderId),
    );
