/**
 * What a customer's orders amount to, one after the other in the order in which they took effect: whoever goes on from what the
 * earlier ones amounted to comes to the same as who begins with the first.
 */
import type { OrderInEffect } from '../derive/orders.ts';
import { type Amount, add, type Sums } from '../derive/money.ts';
import type { Compact } from '../compact.ts';
import type { OrderFact } from '../facts.ts';
import type { MonthOfOrders } from '../generated/ChurnProfileUpdated.ts';
import type { DeviceOrders } from '../generated/FraudProfileUpdated.ts';
import type { OrderItem } from '../generated/OrderFinalized.ts';
import { placeOf } from '../place.ts';
import type { Statement } from '../derive/provenance.ts';
import type { Limits } from './limits.ts';
import { postMonths, postPlacement } from './months.ts';
import {
  isPlacedLater,
  keepLatest,
  keepLatestValue,
  type NamedValue,
  type Placement,
  placementOf,
} from './placements.ts';
import { changeOf, type Held, type ProductChange, productIdOf, tookEffect } from './products.ts';
import { nothingUnlisted, type Unlisted } from './unlisted.ts';

export const VALUE_KINDS = ['address', 'device', 'paymentInstrument'] as const;

export type ValueKind = (typeof VALUE_KINDS)[number];

/** An order that is not completed, with those of its items that wait for something. */
export interface OpenOrder extends Pick<OrderFact, 'state' | 'category' | 'channel'> {
  readonly items: readonly Compact<OrderItem>[];
}

export interface PaidBy extends Statement {
  readonly methodType: NonNullable<OrderFact['paymentMethod']>['methodType'];
}

export interface Ledger {
  readonly limits: Limits;
  orders: number;
  readonly states: Map<OrderFact['state'], number>;
  /** What was paid for, by currency. */
  readonly paid: Sums;
  firstPlacedAt: number;
  /** Placed last, the latest first. */
  readonly placements: Placement[];
  /** The latest that names a place to deliver to. */
  delivered: NamedValue | null;
  /** Of the latest that came about and names it. */
  paidBy: PaidBy | null;
  /** In the order in which they took effect. */
  readonly open: OpenOrder[];
  readonly values: Readonly<Record<ValueKind, NamedValue[]>>;
  /** By the number of the month. */
  readonly months: Map<number, MonthOfOrders>;
  /** Number of changes of products. */
  changes: number;
  readonly products: Map<string, Held>;
  readonly devices: Map<string, DeviceOrders>;
  /** Those used last come last. */
  readonly instruments: Set<string>;
  /** Products, devices and instruments that have to be looked up. */
  readonly unlisted: Unlisted;
  unlistedDevices: number;
  unlistedInstruments: number;
}

export const emptyLedger = (limits: Limits): Ledger => ({
  limits,
  orders: 0,
  states: new Map(),
  paid: new Map(),
  firstPlacedAt: Infinity,
  placements: [],
  delivered: null,
  paidBy: null,
  open: [],
  values: { address: [], device: [], paymentInstrument: [] },
  months: new Map(),
  changes: 0,
  products: new Map(),
  devices: new Map(),
  instruments: new Set(),
  unlisted: nothingUnlisted(),
  unlistedDevices: 0,
  unlistedInstruments: 0,
});

/** Adds an order that took effect after those that are in already; returns what it did to products. */
export const post = (ledger: Ledger, effective: OrderInEffect): ProductChange[] => {
  const { limits } = ledger;
  const { order, placedAt } = effective;
  const { state } = order;
  ledger.orders += 1;
  ledger.states.set(state, (ledger.states.get(state) ?? 0) + 1);
  for (const amount of payments(order)) add(ledger.paid, amount);
  ledger.firstPlacedAt = Math.min(ledger.firstPlacedAt, placedAt);
  keepLatest(ledger.placements, placementOf(effective), limits.placements);
  postPayment(ledger, effective);
  postOpen(ledger, order);
  postValues(ledger, effective);
  postPlacement(ledger.months, effective);
  const changes = postItems(ledger, effective);
  postMonths(ledger.months, changes);
  return changes;
};

/** A total of a partial order would count what never came about. */
const payments = (order: OrderFact): Amount[] => {
  if (order.state === 'completed') return order.orderTotalPrice ? [order.orderTotalPrice] : [];
  if (order.state !== 'partial') return [];
  return order.items.flatMap(({ state, oneOffPrice, quantity }) =>
    state === 'completed' && oneOffPrice ? [{ ...oneOffPrice, times: quantity }] : [],
  );
};

/** Of the orders that came about: nothing was paid for the others. */
const postPayment = (ledger: Ledger, { order, at, by, source }: OrderInEffect): void => {
  if (order.paymentMethod === undefined || (order.state !== 'completed' && order.state !== 'partial')) return;
  ledger.paidBy = { methodType: order.paymentMethod.methodType, at, by, source };
};

/**
 * An order is to be completed while it is partial or failed; an item of it, while nobody says that it came about or that
 * nobody wants it any more.
 */
const postOpen = ({ open, limits }: Ledger, { state, category, channel, items }: OrderFact): void => {
  if (state !== 'partial' && state !== 'failed') return;
  const waiting = items.filter(
    (item) => item.action !== 'noChange' && (item.state === 'failed' || item.state === 'unknown'),
  );
  if (waiting.length === 0) return;
  open.push({
    state,
    ...(category !== undefined && { category }),
    ...(channel !== undefined && { channel }),
    items: waiting,
  });
  if (open.length > limits.open) open.shift();
};

const postValues = (ledger: Ledger, { order, placedAt: orderDate }: OrderInEffect): void => {
  const { orderId, deviceFingerprint: device, paymentMethod } = order;
  const place = placeOf(order.deliveryAddress);
  const instrument = paymentMethod?.fingerprint;
  const keep = (kind: ValueKind, value: string): void =>
    keepLatestValue(ledger.values[kind], { value, orderDate, orderId }, ledger.limits.values);
  if (place !== null) {
    keep('address', place);
    const delivered = { value: place, orderDate, orderId };
    if (ledger.delivered === null || isPlacedLater(delivered, ledger.delivered)) ledger.delivered = delivered;
  }
  if (device !== undefined) {
    keep('device', device);
    const { devices } = ledger;
    const known = devices.get(device) ?? { orders: 0, firstOrderAt: orderDate, lastOrderAt: orderDate };
    devices.set(device, {
      deviceFingerprint: device,
      orders: known.orders + 1,
      firstOrderAt: Math.min(known.firstOrderAt, orderDate),
      lastOrderAt: Math.max(known.lastOrderAt, orderDate),
    });
  }
  if (instrument !== undefined) {
    keep('paymentInstrument', instrument);
    ledger.instruments.delete(instrument);
    ledger.instruments.add(instrument);
  }
};

const postItems = (ledger: Ledger, effective: OrderInEffect): ProductChange[] => {
  const { order } = effective;
  const changes: ProductChange[] = [];
  for (const item of order.items) {
    if (!tookEffect(order, item)) continue;
    const productId = productIdOf(order, item);
    const change = changeOf(ledger.products.get(productId)?.product, item, effective);
    ledger.changes += 1;
    ledger.products.set(productId, { product: change.after, changed: ledger.changes });
    changes.push(change);
  }
  return changes;
};
