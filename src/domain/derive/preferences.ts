import type { Facts } from '../facts.ts';
import type { BillingPreference, PaymentMethodType, Preferences } from '../generated/CustomerUpdated.ts';
import type { OrderInEffect } from './orders.ts';

export const derivePreferences = (facts: Facts, orders: readonly OrderInEffect[]): Preferences => ({
  languages: [...(facts.preferences.languages?.value ?? [])],
  billing: billingOf(facts),
  paymentMethodType: lastPaidBy(orders),
});

const billingOf = ({ preferences }: Facts): BillingPreference | null => {
  const format = preferences.billingFormat?.value ?? null;
  const cycle = preferences.billingCycle?.value ?? null;
  const media = preferences.billingMedia?.value ?? null;
  return format === null && cycle === null && media === null ? null : { format, cycle, media };
};

/** Of the orders that came about: nothing was paid for the others. */
const lastPaidBy = (orders: readonly OrderInEffect[]): PaymentMethodType | null => {
  const paid = orders.findLast(
    ({ order }) => order.paymentMethod !== undefined && (order.state === 'completed' || order.state === 'partial'),
  );
  return paid?.order.paymentMethod?.methodType ?? null;
};
