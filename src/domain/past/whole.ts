/** All that is known, for who does not mind how much that is. */
import type { Facts } from '../facts.ts';
import type { Chunk } from './chunk.ts';
import { isCounted } from './recall.ts';

/** The facts as if nothing had ever been moved out. `chunks`: also such as do not count. */
export const wholeOf = (facts: Facts, chunks: readonly Chunk[]): Facts => {
  const { past, ...rest } = facts;
  if (past === undefined) return facts;
  const moved = chunks.filter((chunk) => isCounted(past, chunk)).flatMap(({ orders }) => orders);
  const orders = Object.fromEntries(moved.map((order) => [order.value.orderId, order]));
  return { ...rest, orders: { ...orders, ...facts.orders } };
};
