/** Which orders were placed last. */
import { compare } from '../canonical.ts';
import type { OrderInEffect } from '../derive/orders.ts';
import type { RecentOrder } from '../generated/CustomerUpdated.ts';

/** `orderDate` is when it was placed, or when its event occurred. */
export interface Placement extends RecentOrder {
  readonly orderDate: number;
  readonly deviceFingerprint: string | null;
}

export const placementOf = ({ order, placedAt }: OrderInEffect): Placement => ({
  orderId: order.orderId,
  state: order.state,
  category: order.category ?? null,
  channel: order.channel ?? null,
  orderDate: placedAt,
  completionDate: order.completionDate ?? null,
  orderTotalPrice: order.orderTotalPrice ?? null,
  deviceFingerprint: order.deviceFingerprint ?? null,
});

/** When an order was placed, and which. */
export type Placed = Pick<Placement, 'orderDate' | 'orderId'>;

/** Whether `a` was placed after `b`, or comes first of two placed at once. */
export const isPlacedLater = (a: Placed, b: Placed): boolean =>
  a.orderDate > b.orderDate || (a.orderDate === b.orderDate && compare(a.orderId, b.orderId) < 0);

/** Puts it in place among those that are kept, the latest first; `most` are. */
export const keepLatest = <T extends Placed>(kept: T[], placed: T, most: number): void => {
  const last = kept.at(-1);
  if (kept.length >= most && (last === undefined || !isPlacedLater(placed, last))) return;
  let at = 0;
  for (let known = kept[at]; known !== undefined && !isPlacedLater(placed, known); known = kept[at]) at += 1;
  kept.splice(at, 0, placed);
  if (kept.length > most) kept.pop();
};

/** A value by the latest order that named it. */
export interface NamedValue extends Placed {
  readonly value: string;
}

/** The same of values, each once. */
export const keepLatestValue = (kept: NamedValue[], named: NamedValue, most: number): void => {
  const known = kept.findIndex(({ value }) => value === named.value);
  const before = kept[known];
  if (before !== undefined) {
    if (!isPlacedLater(named, before)) return;
    kept.splice(known, 1);
  }
  keepLatest(kept, named, most);
};
