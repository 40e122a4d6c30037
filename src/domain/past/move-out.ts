/** The orders that took effect first leave the facts; what they amount to stays. */
import { effectOf, inEffect, registersInEffect } from '../derive/orders.ts';
import type { Facts, OrderFact } from '../facts.ts';
import { post } from '../ledger/ledger.ts';
import type { Limits } from '../ledger/limits.ts';
import { ledgerOf, type Named, recordOf } from '../ledger/record.ts';
import { productIdOf } from '../ledger/products.ts';
import { type Register, statementsIn } from '../register.ts';
import type { Chunk } from './chunk.ts';
import type { Past, Stretch } from './past.ts';

/** When orders leave, and how many. */
export interface Room {
  /** Orders that facts may hold. */
  readonly most: number;
  /** Of these so many stay when it is exceeded. */
  readonly hot: number;
  /** Orders that lie in one chunk at the most. */
  readonly chunk: number;
}

export const ROOM: Room = { most: 64, hot: 32, chunk: 128 };

export interface MovedOut {
  readonly facts: Facts;
  readonly chunks: readonly Chunk[];
}

export interface Moving {
  /** Of the task owner that moves them. */
  readonly epoch: number;
  readonly limits: Limits;
  /** Number of the first chunk where the facts have no past: what lay there before may still count if nothing is saved. */
  readonly next?: number | undefined;
}

/** The same facts while there is room. */
export const moveOut = (facts: Facts, { most, hot, chunk }: Room, { epoch, limits, next }: Moving): MovedOut => {
  const count = Object.keys(facts.orders).length;
  if (count <= most) return { facts, chunks: [] };
  const chunks: Chunk[] = [];
  let left = facts;
  for (let beyond = count - hot; beyond > 0; beyond -= chunk) {
    const number = left.past?.next ?? next ?? 0;
    const moved = moveFirst(left, Math.min(beyond, chunk), { number, epoch }, limits);
    left = moved.facts;
    chunks.push(moved.chunk);
  }
  return { facts: left, chunks };
};

/** `count`: how many; none of them took effect before those that have been moved. */
const moveFirst = (
  facts: Facts,
  count: number,
  { number, epoch }: Pick<Chunk, 'number' | 'epoch'>,
  limits: Limits,
): { facts: Facts; chunk: Chunk } => {
  const { past } = facts;
  const inOrder = registersInEffect(facts);
  const [orders, stay] = [inOrder.slice(0, count), inOrder.slice(count)];
  const ledger = ledgerOf(past?.ledger, limits);
  for (const register of orders) post(ledger, inEffect(register));
  const { record, leftOut } = recordOf(ledger, namedBy(stay));
  const last = orders.at(-1);
  if (last === undefined) throw new Error('there is nothing to move');
  const after: Past = {
    ledger: record,
    upTo: effectOf(inEffect(last)),
    earliestAt: Math.min(past?.earliestAt ?? Infinity, ...orders.map(({ at }) => at)),
    heardAt: Math.max(past?.heardAt ?? -Infinity, ...orders.map(({ at }) => at)),
    statedAt: Math.max(
      past?.statedAt ?? -Infinity,
      ...orders.flatMap((each) => statementsIn(each).map(({ at }) => at)),
    ),
    lineage: withStretch(past?.lineage ?? [], { from: number, epoch }),
    next: number + 1,
  };
  const remaining = Object.fromEntries(stay.map((register) => [register.value.orderId, register]));
  return { facts: { ...facts, orders: remaining, past: after }, chunk: { number, epoch, orders, ...leftOut } };
};

const withStretch = (lineage: readonly Stretch[], stretch: Stretch): readonly Stretch[] =>
  lineage.at(-1)?.epoch === stretch.epoch ? lineage : [...lineage, stretch];

/** By any statement, of which each may come to count. */
const namedBy = (registers: readonly Register<OrderFact>[]): Named => {
  const named = { products: new Set<string>(), devices: new Set<string>(), instruments: new Set<string>() };
  for (const { value } of registers.flatMap(statementsIn)) {
    for (const item of value.items) named.products.add(productIdOf(value, item));
    if (value.deviceFingerprint !== undefined) named.devices.add(value.deviceFingerprint);
    if (value.paymentMethod?.fingerprint !== undefined) named.instruments.add(value.paymentMethod.fingerprint);
  }
  return named;
};
