/** What customers have ordered and not got: items that wait for something before they can be completed. */
import type { OrderItemAction, OrderState } from '../generated/OrderFinalized.ts';
import type { Ledger } from '../ledger/ledger.ts';

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

/** What the item leaves unsaid is as the product has it. */
export const openItemsOf = ({ open, products }: Pick<Ledger, 'open' | 'products'>): OpenItem[] =>
  open.flatMap(({ state, category = null, channel = null, items }) =>
    items.map((item): OpenItem => {
      const held = item.productId === undefined ? undefined : products.get(item.productId)?.product;
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
