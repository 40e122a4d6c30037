/** The orders that count, placed in time, and what they are in numbers. */
import { order } from './canonical.ts';
import { totalsOf } from './money.ts';
import { isTree, listOf, numberOf, textOf, treeOf, type Tree } from './read.ts';

export interface OrderInEffect {
  /** The winning statement about it. */
  readonly statement: unknown;
  /** The order in its winning version. */
  readonly value: Tree;
  /** When it was placed, or when its event occurred. */
  readonly placedAt: number;
  /** When what it orders took effect. */
  readonly effectiveAt: number;
}

/** In the order in which they took effect. */
export const ordersInEffect = (facts: Tree): OrderInEffect[] =>
  Object.values(treeOf(facts, 'orders'))
    .map((register) => {
      const value = treeOf(register, 'value');
      const at = numberOf(register, 'at') ?? 0;
      const placedAt = numberOf(value, 'orderDate') ?? at;
      return {
        statement: register,
        value,
        placedAt,
        effectiveAt: numberOf(value, 'completionDate') ?? placedAt,
        at,
        by: textOf(register, 'by') ?? '',
      };
    })
    .sort((a, b) => a.effectiveAt - b.effectiveAt || a.at - b.at || order(a.by, b.by) || order(idOf(a), idOf(b)));

export const idOf = ({ value }: OrderInEffect): string => textOf(value, 'orderId') ?? '';

/** Of those placed at the same time the first by its id. */
export const lastPlacedFirst = (orders: readonly OrderInEffect[]): OrderInEffect[] =>
  orders.toSorted((a, b) => b.placedAt - a.placedAt || order(idOf(a), idOf(b)));

const RECENT = 5;

export const orderSummaryOf = (orders: readonly OrderInEffect[]): Tree => {
  const newestFirst = lastPlacedFirst(orders);
  const byState = Map.groupBy(orders, ({ value }) => textOf(value, 'state') ?? '');
  return {
    totalCount: orders.length,
    countsByState: Object.fromEntries([...byState].map(([state, those]) => [state, those.length])),
    lifetimeValue: lifetimeValueOf(orders),
    firstOrderDate: newestFirst.at(-1)?.placedAt ?? null,
    lastOrderDate: newestFirst[0]?.placedAt ?? null,
    recent: newestFirst.slice(0, RECENT).map(({ value, placedAt }) => {
      const { orderId, state, category, channel, completionDate, orderTotalPrice } = value;
      return { orderId, state, category, channel, orderDate: placedAt, completionDate, orderTotalPrice };
    }),
  };
};

/** Completed orders count with their total, partial ones with the one-off prices of what was completed. */
const lifetimeValueOf = (orders: readonly OrderInEffect[]): Tree[] =>
  totalsOf(
    orders.flatMap(({ value }): [price: Tree, quantity: number][] => {
      const state = textOf(value, 'state');
      if (state === 'completed') return [[treeOf(value, 'orderTotalPrice'), 1]];
      if (state !== 'partial') return [];
      return listOf(value, 'items')
        .filter(isTree)
        .filter((item) => item['state'] === 'completed')
        .map((item) => [treeOf(item, 'oneOffPrice'), numberOf(item, 'quantity') ?? 0]);
    }),
  );

/** The last order that came about and says how it was paid. */
export const lastPaid = (orders: readonly OrderInEffect[]): OrderInEffect | undefined =>
  orders
    .filter(({ value }) => ['completed', 'partial'].includes(textOf(value, 'state') ?? ''))
    .findLast(({ value }) => isTree(value['paymentMethod']));
