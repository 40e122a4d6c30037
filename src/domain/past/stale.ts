/** Whether what is known of the past still holds once facts have changed. */
import { cutUpTo } from '../cuts.ts';
import { inEffect } from '../derive/orders.ts';
import type { Facts, OrderFact } from '../facts.ts';
import { lookup, type Keyed } from '../keyed.ts';
import type { Register } from '../register.ts';
import { compareEffects } from './past.ts';

type Orders = Keyed<Register<OrderFact>>;

/** Owners that have moved anything, beyond whom their chunks are written anew: the list of them must not grow for ever. */
const MOST_STRETCHES = 64;

/**
 * An order that has been moved was corrected, one took effect before some that have been moved, or some of them are forgotten.
 * `recalled`: orders that had been moved, as they were when they came back among the facts.
 */
export const isStale = (before: Facts, after: Facts, recalled: Orders): boolean => {
  const { past } = after;
  if (past === undefined) return false;
  if (past.lineage.length > MOST_STRETCHES || isCutInto(before, after, past.earliestAt)) return true;
  if (Object.keys(recalled).some((id) => lookup(after.orders, id) === undefined)) return true;
  return Object.entries(after.orders).some(([id, register]) => {
    const was = lookup(recalled, id);
    if (was !== undefined) return was !== register;
    return compareEffects(inEffect(register), past.upTo) <= 0;
  });
};

/** The facts without orders that have been moved and have not changed. */
export const withoutRecalled = (facts: Facts, recalled: Orders): Facts => {
  if (facts.past === undefined || Object.keys(recalled).length === 0) return facts;
  const orders = Object.entries(facts.orders).filter(([id, order]) => lookup(recalled, id) !== order);
  return { ...facts, orders: Object.fromEntries(orders) };
};

/** `earliestAt`: when the earliest of those that have been moved was stated, ms. */
const isCutInto = (before: Facts, after: Facts, earliestAt: number): boolean =>
  (before.erased !== after.erased || before.cuts?.orders !== after.cuts?.orders) &&
  cutUpTo(after, 'orders') >= earliestAt;
