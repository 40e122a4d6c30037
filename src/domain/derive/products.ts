/** What the customer holds: every item that came about, applied in the order in which it took effect. */
import { compare } from '../canonical.ts';
import type { OrderFact } from '../facts.ts';
import type { ProductStatus, ProfileAgreement, ProfileProduct } from '../generated/CustomerUpdated.ts';
import { agreementCovering } from './coverage.ts';
import type { OrderInEffect } from './orders.ts';

type Item = OrderFact['items'][number];

/** An item that took effect, with the product as it was and as it became. */
export interface ProductChange {
  readonly item: Item;
  /** When its order was placed. */
  readonly placedAt: number;
  readonly before: ProfileProduct | undefined;
  readonly after: ProfileProduct;
}

/** Derived from the orders that count now, so that a corrected order undoes what its earlier version did. */
export const deriveProducts = (
  changes: readonly ProductChange[],
  agreements: readonly ProfileAgreement[],
): ProfileProduct[] => {
  const products = new Map(changes.map(({ after }) => [after.productId, after]));
  const covering = agreementCovering(agreements);
  for (const product of products.values()) product.agreementId = covering(product);
  return [...products.values()].sort((a, b) => compare(a.productId, b.productId));
};

/** In the order in which they took effect; what covers a product is not part of them. */
export const productChangesOf = (orders: readonly OrderInEffect[]): ProductChange[] => {
  const products = new Map<string, ProfileProduct>();
  const changes: ProductChange[] = [];
  for (const { order, placedAt, effectiveAt } of orders) {
    for (const item of order.items) {
      if (!tookEffect(order, item)) continue;
      const productId = item.productId ?? `${order.orderId}/${item.itemId}`;
      const before = products.get(productId);
      const after = apply(before, { productId, item, orderId: order.orderId, effectiveAt });
      products.set(productId, after);
      changes.push({ item, placedAt, before, after });
    }
  }
  return changes;
};

/** A completed order need not state it item by item; of a partial one only what is stated to be completed counts. */
const tookEffect = (order: OrderFact, { action, state }: Item): boolean => {
  if (action === 'unknown' || action === 'noChange') return false;
  if (order.state === 'completed') return state === 'completed' || state === 'unknown';
  return order.state === 'partial' && state === 'completed';
};

interface Step {
  readonly productId: string;
  readonly orderId: string;
  readonly item: Item;
  readonly effectiveAt: number;
}

/** What the item leaves unsaid stays as it was. */
const apply = (
  before: ProfileProduct | undefined,
  { productId, orderId, item, effectiveAt }: Step,
): ProfileProduct => ({
  productId,
  status: statusAfter(item, before),
  offeringId: item.offeringId ?? before?.offeringId ?? null,
  offeringName: item.offeringName ?? before?.offeringName ?? null,
  category: item.category ?? before?.category ?? null,
  quantity: item.action === 'delete' ? (before?.quantity ?? item.quantity) : item.quantity,
  startDate: item.startDate ?? before?.startDate ?? null,
  terminationDate: item.terminationDate ?? terminationAfter(item, before, effectiveAt),
  termMonths: item.termMonths ?? before?.termMonths ?? null,
  recurringPrice: item.recurringPrice ?? before?.recurringPrice ?? null,
  orderId,
  agreementId: null,
  characteristics: before ? { ...before.characteristics, ...item.characteristics } : item.characteristics,
});

/** Modifying what is terminated does not bring it back; adding it again does. */
const statusAfter = ({ action }: Item, before: ProfileProduct | undefined): ProductStatus => {
  if (action === 'delete') return 'terminated';
  return action === 'add' ? 'active' : (before?.status ?? 'active');
};

const terminationAfter = ({ action }: Item, before: ProfileProduct | undefined, effectiveAt: number): number | null => {
  if (action === 'delete') return effectiveAt;
  return action === 'add' ? null : (before?.terminationDate ?? null);
};
