/** Which of the orders that have been moved out of the facts are old, and whether anything that is held depends on them. */
import { ordersInEffect } from '../derive/orders.ts';
import type { Facts, OrderFact } from '../facts.ts';
import { post } from '../ledger/ledger.ts';
import { LIMITS } from '../ledger/limits.ts';
import { productIdOf, tookEffect } from '../ledger/products.ts';
import { ledgerOf } from '../ledger/record.ts';
import type { Chunk } from '../past/chunk.ts';
import type { Register } from '../register.ts';

export interface MovedOrders {
  /** All that were stated up to then are among them, ms. */
  readonly upTo: number;
  readonly orders: ReadonlyMap<string, MovedOrder>;
}

export interface MovedOrder {
  readonly register: Register<OrderFact>;
  /** A product that is active depends on it. */
  readonly isNeeded: boolean;
}

/** `upTo`: ms. Beyond `most` orders the oldest are taken, and the others left for another time. */
export const oldOrders = async (
  facts: Facts,
  chunks: AsyncIterable<Chunk>,
  { upTo, most }: { readonly upTo: number; readonly most: number },
): Promise<MovedOrders> => {
  const active = new Map<string, boolean>();
  let old: Register<OrderFact>[] = [];
  let reached = upTo;
  const bound = (): void => {
    if (old.length <= most) return;
    old.sort((a, b) => a.at - b.at);
    // Those stated at once go together.
    const last = old[most - 1]?.at ?? reached;
    reached = last;
    old = old.filter(({ at }) => at <= last);
  };
  for await (const { orders, products } of chunks) {
    for (const { product } of products) active.set(product.productId, product.status === 'active');
    for (const order of orders) if (order.at <= reached) old.push(order);
    if (old.length > 2 * most) bound();
  }
  bound();
  const ledger = ledgerOf(facts.past?.ledger, LIMITS);
  // Those that are held may have ended a product since, or begun it again.
  for (const order of ordersInEffect(facts)) post(ledger, order);
  for (const { product } of ledger.products.values()) active.set(product.productId, product.status === 'active');
  const isNeeded = ({ value }: Register<OrderFact>): boolean =>
    value.items.some((item) => tookEffect(value, item) && active.get(productIdOf(value, item)) === true);
  return {
    upTo: reached,
    orders: new Map(old.map((register) => [register.value.orderId, { register, isNeeded: isNeeded(register) }])),
  };
};
