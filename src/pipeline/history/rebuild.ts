/** Moves orders out anew, the earliest first, when what has been moved before does not hold any more. */
import { cutUpTo } from '../../domain/cuts.ts';
import { inEffect, registersInEffect } from '../../domain/derive/orders.ts';
import type { Facts, OrderFact } from '../../domain/facts.ts';
import { lookup } from '../../domain/keyed.ts';
import type { Limits } from '../../domain/ledger/limits.ts';
import { type Register, statedAfter, statementsIn } from '../../domain/register.ts';
import { type Chunk, namedIn, type PastKey } from '../../domain/past/chunk.ts';
import { moveOut, type Room } from '../../domain/past/move-out.ts';
import { compareEffects, type Past } from '../../domain/past/past.ts';
import { recall, unknownOf } from '../../domain/past/recall.ts';

type Order = Register<OrderFact>;

/** Where chunks come from and go to, of one customer. */
export interface ChunkAccess {
  /** Those of a past, in the order of their numbers. */
  readonly read: (past: Past) => AsyncIterable<Chunk>;
  /** For each of the keys the last that counts and holds it, and perhaps others. */
  readonly find: (past: Past, keys: ReadonlySet<PastKey>) => Promise<readonly Chunk[]>;
  readonly put: (chunks: readonly Chunk[]) => Promise<void>;
}

export interface Rebuilding {
  readonly epoch: number;
  readonly room: Room;
  readonly limits: Limits;
}

/**
 * `facts`: what holds now, with the past as it was; orders among them take the place of those that have been moved, and `gone` are there
 * no more. Never holds more orders than lie in a few chunks, besides those of the facts and those that a cut gave another version.
 */
export const rebuild = async (
  facts: Facts,
  gone: ReadonlySet<string>,
  chunks: ChunkAccess,
  { epoch, room, limits }: Rebuilding,
): Promise<Facts> => {
  const { past } = facts;
  if (past === undefined) return facts;
  const isReplaced = ({ value }: Order): boolean =>
    gone.has(value.orderId) || lookup(facts.orders, value.orderId) !== undefined;
  const left = (order: Order): Order | null => statedAfter(order, cutUpTo(facts, 'orders', order.value.orderId));

  const others: Order[] = Object.values(facts.orders);
  for await (const { orders } of chunks.read(past)) {
    for (const order of orders) {
      const still = isReplaced(order) ? order : left(order);
      if (still !== null && still !== order) others.push(still);
    }
  }
  const waiting = registersInEffect({
    orders: Object.fromEntries(others.map((order) => [order.value.orderId, order])),
  });

  let state: Facts = withoutPast({ ...facts, orders: {} });
  let next = past.next;
  let pool: Order[] = [];
  const add = async (order: Order): Promise<void> => {
    pool.push(order);
    if (pool.length < room.hot + room.chunk) return;
    state = await known({ ...state, orders: keyed(pool) }, pool.slice(0, room.chunk));
    const moved = moveOut(state, { ...room, most: room.hot }, { epoch, limits, next });
    await chunks.put(moved.chunks);
    next += moved.chunks.length;
    state = moved.facts;
    pool = pool.slice(room.chunk);
  };
  /** What the orders name, by any statement, may have been left out of the ledger a few chunks ago. */
  const known = async (at: Facts, orders: readonly Order[]): Promise<Facts> => {
    if (at.past === undefined) return at;
    const keys = unknownOf(
      at.past,
      orders.flatMap(statementsIn).flatMap(({ value }) => namedIn(value)),
    );
    return keys.size === 0 ? at : recall(at, await chunks.find(at.past, keys), keys).facts;
  };

  let at = 0;
  const isBefore = (a: Order, b: Order): boolean => compareEffects(inEffect(a), inEffect(b)) < 0;
  for await (const { orders } of chunks.read(past)) {
    for (const order of orders) {
      if (isReplaced(order) || left(order) !== order) continue;
      for (let first = waiting[at]; first !== undefined && isBefore(first, order); first = waiting[at]) {
        await add(first);
        at += 1;
      }
      await add(order);
    }
  }
  for (const order of waiting.slice(at)) await add(order);
  return known({ ...state, orders: keyed(pool) }, pool);
};

const keyed = (orders: readonly Order[]): Facts['orders'] =>
  Object.fromEntries(orders.map((order) => [order.value.orderId, order]));

const withoutPast = (facts: Facts): Facts => {
  const rest = { ...facts };
  delete (rest as { past?: Past }).past;
  return rest;
};
