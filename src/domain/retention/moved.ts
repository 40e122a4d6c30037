/** Which of the orders that have been moved out of the facts are old, and whether anything that is held depends on them. */
import type { OrderFact } from '../facts.ts';
import { productIdOf, tookEffect } from '../ledger/products.ts';
import type { Chunk } from '../past/chunk.ts';
import type { Register } from '../register.ts';

export interface MovedOrders {
  /** All that were stated up to then are among them, ms. */
  readonly upTo: number;
  readonly orders: ReadonlyMap<string, MovedOrder>;
  /** Of products that have left the ledger whether they were active by then. */
  readonly left: ReadonlyMap<string, boolean>;
}

export interface MovedOrder {
  readonly register: Register<OrderFact>;
  /** Those that it has changed: while one of them is active the order is needed. */
  readonly products: readonly string[];
}

/** `upTo`: ms. Beyond `most` orders the oldest are taken, and the others left for another time. */
export const oldOrders = async (
  chunks: AsyncIterable<Chunk>,
  { upTo, most }: { readonly upTo: number; readonly most: number },
): Promise<MovedOrders> => {
  const left = new Map<string, boolean>();
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
    for (const { product } of products) left.set(product.productId, product.status === 'active');
    for (const order of orders) if (order.at <= reached) old.push(order);
    if (old.length > 2 * most) bound();
  }
  bound();
  const changedBy = ({ value }: Register<OrderFact>): string[] =>
    value.items.filter((item) => tookEffect(value, item)).map((item) => productIdOf(value, item));
  return {
    upTo: reached,
    orders: new Map(old.map((register) => [register.value.orderId, { register, products: changedBy(register) }])),
    left,
  };
};
