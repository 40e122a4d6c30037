/** What happened month by month, so that a model sees a course and not only a sum. */
import type { OrderInEffect } from '../derive/orders.ts';
import type { ProductChange } from '../derive/products.ts';
import type { MonthOfOrders } from '../generated/ChurnProfileUpdated.ts';

const MONTHS = 36;

/** The latest in which an order was placed, in their order. What an order did to products counts for its month. */
export const monthsOf = (orders: readonly OrderInEffect[], changes: readonly ProductChange[]): MonthOfOrders[] => {
  const months = new Map<number, MonthOfOrders>();
  for (const { order, placedAt } of orders) {
    const month = monthAt(months, placedAt);
    month.placed += 1;
    if (order.state === 'cancelled') month.cancelled += 1;
    if (order.state === 'failed' || order.state === 'rejected') month.failed += 1;
  }
  for (const change of changes) {
    if (isDowngrade(change)) monthAt(months, change.placedAt).downgrades += 1;
    if (isTermination(change)) monthAt(months, change.placedAt).terminations += 1;
  }
  return [...months]
    .sort(([a], [b]) => a - b)
    .slice(-MONTHS)
    .map(([, month]) => month);
};

const monthAt = (months: Map<number, MonthOfOrders>, time: number): MonthOfOrders => {
  const date = new Date(time);
  const number = date.getUTCFullYear() * 12 + date.getUTCMonth();
  const known = months.get(number);
  if (known !== undefined) return known;
  const added = {
    month: date.toISOString().slice(0, 'YYYY-MM'.length),
    placed: 0,
    cancelled: 0,
    failed: 0,
    downgrades: 0,
    terminations: 0,
  };
  months.set(number, added);
  return added;
};

/** What is terminated already costs nothing and cannot be ended again. */
const isDowngrade = ({ item, before, after }: ProductChange): boolean => {
  if (item.action !== 'modify' || before?.status !== 'active') return false;
  const [was, is] = [before.recurringPrice, after.recurringPrice];
  return was !== null && is !== null && is.currency === was.currency && is.minorUnits < was.minorUnits;
};

const isTermination = ({ item, before }: ProductChange): boolean =>
  item.action === 'delete' && before?.status === 'active';
