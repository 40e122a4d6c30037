/** What happened month by month, so that a model sees a course and not only a sum. */
import type { OrderInEffect } from '../derive/orders.ts';
import type { MonthOfOrders } from '../generated/ChurnProfileUpdated.ts';
import { isDowngrade, isTermination, type ProductChange } from './products.ts';

type Months = Map<number, MonthOfOrders>;

export const postPlacement = (months: Months, { order, placedAt }: OrderInEffect): void => {
  const month = monthAt(months, placedAt);
  month.placed += 1;
  if (order.state === 'cancelled') month.cancelled += 1;
  if (order.state === 'failed' || order.state === 'rejected') month.failed += 1;
};

/** What an order did to products counts for its month. */
export const postMonths = (months: Months, changes: readonly ProductChange[]): void => {
  for (const change of changes) {
    if (isDowngrade(change)) monthAt(months, change.placedAt).downgrades += 1;
    if (isTermination(change)) monthAt(months, change.placedAt).terminations += 1;
  }
};

/** The latest in which an order was placed, in their order. */
export const latestMonths = (months: Months, most: number): MonthOfOrders[] =>
  monthsRecord(months, most).map(([, month]) => month);

export type MonthRecord = readonly [number: number, month: MonthOfOrders];

export const monthsRecord = (months: Months, most: number): MonthRecord[] =>
  [...months].sort(([a], [b]) => a - b).slice(-most);

export const monthsOf = (record: readonly MonthRecord[]): Months =>
  new Map(record.map(([number, month]) => [number, { ...month }]));

const monthAt = (months: Months, time: number): MonthOfOrders => {
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
