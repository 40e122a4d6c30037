/** Orders as they are moved out together, with what a ledger does not name any more since then. */
import { compact } from '../compact.ts';
import type { InputEvent } from '../events.ts';
import type { OrderFact } from '../facts.ts';
import type { LeftOut } from '../ledger/record.ts';
import { productIdOf } from '../ledger/products.ts';
import type { Register } from '../register.ts';

export interface Chunk extends LeftOut {
  readonly number: number;
  /** Of the task owner that wrote it. */
  readonly epoch: number;
  /** In the order in which they took effect. */
  readonly orders: readonly Register<OrderFact>[];
}

/** What may have to be looked up, by kind and identifier. */
export type PastKey = `${'order' | 'product' | 'device' | 'instrument'}:${string}`;

export const kindOf = (key: PastKey): 'order' | 'product' | 'device' | 'instrument' =>
  key.slice(0, key.indexOf(':')) as ReturnType<typeof kindOf>;

/** By what the content of a chunk is found. */
export const keysOf = ({ orders, products, devices, instruments }: Chunk): PastKey[] => [
  ...orders.map(({ value }) => `order:${value.orderId}` as const),
  ...products.map(({ product }) => `product:${product.productId}` as const),
  ...devices.map(({ deviceFingerprint }) => `device:${deviceFingerprint}` as const),
  ...instruments.map((instrument) => `instrument:${instrument}` as const),
];

/** What an order names beside itself. */
export const namedIn = (
  order: Pick<OrderFact, 'orderId' | 'items' | 'deviceFingerprint' | 'paymentMethod'>,
): PastKey[] => [
  ...order.items.map((item) => `product:${productIdOf(order, item)}` as const),
  ...(order.deviceFingerprint === undefined ? [] : [`device:${order.deviceFingerprint}` as const]),
  ...(order.paymentMethod?.fingerprint === undefined ? [] : [`instrument:${order.paymentMethod.fingerprint}` as const]),
];

/** What has to be known of the past before an event is merged. */
export const keysFor = (input: InputEvent): PastKey[] =>
  input.type === 'OrderFinalized' ? [`order:${input.event.orderId}`, ...namedIn(compact(input.event))] : [];
