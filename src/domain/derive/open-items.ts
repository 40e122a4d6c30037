/** What customers have ordered and not got: items that wait for something before they can be completed. */
import type { OrderItemAction, OrderState } from '../generated/OrderFinalized.ts';
import type { OrderInEffect } from './orders.ts';
import type { ProductChange } from './products.ts';

/** What a rule of completeness may ask about one. */
export interface OpenItem {
  readonly action: OrderItemAction;
  readonly offeringId: string | null;
  readonly category: string | null;
  readonly quantity: number;
  readonly termMonths: number | null;
  /** Options chosen, by name; of a product that is held, also those that it has. */
  readonly characteristics: Readonly<Record<string, string>>;
  readonly order: {
    readonly state: OrderState;
    readonly category: string | null;
    readonly channel: string | null;
  };
}

/**
 * An order is to be completed while it is partial or failed; an item of it, while nobody says that it came about or that
 * nobody wants it any more. What the item leaves unsaid is as the product has it.
 */
export const openItemsOf = (orders: readonly OrderInEffect[], changes: readonly ProductChange[]): OpenItem[] => {
  const open = orders.filter(({ order: { state } }) => state === 'partial' || state === 'failed');
  if (open.length === 0) return [];
  const products = new Map(changes.map(({ after }) => [after.productId, after]));
  return open.flatMap(({ order: { state, category = null, channel = null, items } }) =>
    items
      .filter((item) => item.action !== 'noChange' && (item.state === 'failed' || item.state === 'unknown'))
      .map((item): OpenItem => {
        const held = item.productId === undefined ? undefined : products.get(item.productId);
        return {
          action: item.action,
          offeringId: item.offeringId ?? held?.offeringId ?? null,
          category: item.category ?? held?.category ?? null,
          quantity: item.quantity,
          termMonths: item.termMonths ?? held?.termMonths ?? null,
          characteristics: { ...held?.characteristics, ...item.characteristics },
          order: { state, category, channel },
        };
      }),
  );
};
