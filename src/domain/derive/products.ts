/** What the customer holds: every item that came about, applied in the order in which it took effect. */
import { compare } from '../canonical.ts';
import type { OrderFact } from '../facts.ts';
import type { ProfileAgreement, ProfileProduct } from '../generated/CustomerUpdated.ts';
import { agreementCovering } from './coverage.ts';
import type { OrderInEffect } from './orders.ts';

type Item = OrderFact['items'][number];

/** Derived from the orders that count now, so that a corrected order undoes what its earlier version did. */
export const deriveProducts = (
  orders: readonly OrderInEffect[],
  agreements: readonly ProfileAgreement[],
): ProfileProduct[] => {
  const products = new Map<string, ProfileProduct>();
  for (const { order, effectiveAt } of orders) {
    for (const item of order.items) {
      if (!tookEffect(order, item)) continue;
      const productId = item.productId ?? `${order.orderId}/${item.itemId}`;
      const before = products.get(productId) ?? unheld(productId);
      products.set(productId, { ...apply(before, item, effectiveAt), orderId: order.orderId });
    }
  }
  const covering = agreementCovering(agreements);
  return [...products.values()]
    .map((product) => ({ ...product, agreementId: covering(product) }))
    .sort((a, b) => compare(a.productId, b.productId));
};

/** A completed order need not state it item by item; of a partial one only what is stated to be completed counts. */
const tookEffect = (order: OrderFact, { action, state }: Item): boolean => {
  if (action === 'unknown' || action === 'noChange') return false;
  if (order.state === 'completed') return state === 'completed' || state === 'unknown';
  return order.state === 'partial' && state === 'completed';
};

const unheld = (productId: string): ProfileProduct => ({
  productId,
  status: 'active',
  offeringId: null,
  offeringName: null,
  category: null,
  quantity: 1,
  startDate: null,
  terminationDate: null,
  termMonths: null,
  recurringPrice: null,
  orderId: null,
  agreementId: null,
  characteristics: {},
});

const apply = (before: ProfileProduct, item: Item, effectiveAt: number): ProfileProduct => {
  const after: ProfileProduct = {
    ...before,
    offeringId: item.offeringId ?? before.offeringId,
    offeringName: item.offeringName ?? before.offeringName,
    category: item.category ?? before.category,
    quantity: item.quantity,
    startDate: item.startDate ?? before.startDate,
    terminationDate: item.terminationDate ?? before.terminationDate,
    termMonths: item.termMonths ?? before.termMonths,
    recurringPrice: item.recurringPrice ?? before.recurringPrice,
    characteristics: { ...before.characteristics, ...item.characteristics },
  };
  if (item.action === 'add') return { ...after, status: 'active', terminationDate: item.terminationDate ?? null };
  if (item.action === 'modify') return after;
  return {
    ...after,
    status: 'terminated',
    quantity: before.orderId === null ? item.quantity : before.quantity,
    terminationDate: item.terminationDate ?? effectiveAt,
  };
};
