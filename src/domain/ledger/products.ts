/** What orders do to products: every item that came about, applied in the order in which it took effect. */
import type { OrderFact } from '../facts.ts';
import type { ProductStatus, ProfileProduct } from '../generated/CustomerUpdated.ts';
import type { OrderInEffect } from '../derive/orders.ts';

type Item = OrderFact['items'][number];

/** An item that took effect, with the product as it was and as it became. */
export interface ProductChange {
  readonly item: Item;
  /** When its order was placed. */
  readonly placedAt: number;
  readonly before: ProfileProduct | undefined;
  readonly after: ProfileProduct;
}

/** A product, with the number of the change that changed it last: they are counted over all products of the customer. */
export interface Held {
  readonly product: ProfileProduct;
  readonly changed: number;
}

/** An item that names no product makes one of its own. */
export const productIdOf = (
  { orderId }: Pick<OrderFact, 'orderId'>,
  item: Pick<Item, 'productId' | 'itemId'>,
): string => item.productId ?? `${orderId}/${item.itemId}`;

/** A completed order need not state it item by item; of a partial one only what is stated to be completed counts. */
export const tookEffect = (order: OrderFact, { action, state }: Item): boolean => {
  if (action === 'unknown' || action === 'noChange') return false;
  if (order.state === 'completed') return state === 'completed' || state === 'unknown';
  return order.state === 'partial' && state === 'completed';
};

/** What the item leaves unsaid stays as it was. */
export const changeOf = (
  before: ProfileProduct | undefined,
  item: Item,
  { order, placedAt, effectiveAt }: OrderInEffect,
): ProductChange => {
  const after: ProfileProduct = {
    productId: productIdOf(order, item),
    status: statusAfter(item, before),
    offeringId: item.offeringId ?? before?.offeringId ?? null,
    offeringName: item.offeringName ?? before?.offeringName ?? null,
    category: item.category ?? before?.category ?? null,
    quantity: item.action === 'delete' ? (before?.quantity ?? item.quantity) : item.quantity,
    startDate: item.startDate ?? before?.startDate ?? null,
    terminationDate: item.terminationDate ?? terminationAfter(item, before, effectiveAt),
    termMonths: item.termMonths ?? before?.termMonths ?? null,
    recurringPrice: item.recurringPrice ?? before?.recurringPrice ?? null,
    orderId: order.orderId,
    agreementId: null,
    characteristics: before ? { ...before.characteristics, ...item.characteristics } : item.characteristics,
  };
  return { item, placedAt, before, after };
};

/** Modifying what is terminated does not bring it back; adding it again does. */
const statusAfter = ({ action }: Item, before: ProfileProduct | undefined): ProductStatus => {
  if (action === 'delete') return 'terminated';
  return action === 'add' ? 'active' : (before?.status ?? 'active');
};

const terminationAfter = ({ action }: Item, before: ProfileProduct | undefined, effectiveAt: number): number | null => {
  if (action === 'delete') return effectiveAt;
  return action === 'add' ? null : (before?.terminationDate ?? null);
};

/** What is terminated already costs nothing and cannot be ended again. */
export const isDowngrade = ({ item, before, after }: ProductChange): boolean => {
  if (item.action !== 'modify' || before?.status !== 'active') return false;
  const [was, is] = [before.recurringPrice, after.recurringPrice];
  return was !== null && is !== null && is.currency === was.currency && is.minorUnits < was.minorUnits;
};

export const isTermination = ({ item, before }: ProductChange): boolean =>
  item.action === 'delete' && before?.status === 'active';
