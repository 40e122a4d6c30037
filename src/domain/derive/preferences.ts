import type { Facts } from '../facts.ts';
import type {
  BillingPreference,
  ContactMediumType,
  PreferenceName,
  Preferences,
  ProfileContactMedium,
  StatedPreferences,
} from '../generated/CustomerUpdated.ts';
import { lookup } from '../keyed.ts';
import type { OrderInEffect } from './orders.ts';
import { addStatement } from './provenance.ts';

type Mediums = readonly ProfileContactMedium[];

/** `contactMediums`: those of the profile. */
export const derivePreferences = (
  facts: Facts,
  orders: readonly OrderInEffect[],
  contactMediums: Mediums,
): Preferences => {
  const paid = lastPaid(orders);
  return {
    languages: [...(facts.preferences.languages?.value ?? [])],
    billing: billingOf(facts),
    paymentMethodType: paid?.order.paymentMethod?.methodType ?? null,
    provenance: provenance(facts, paid, contactMediums),
  };
};

const billingOf = ({ preferences }: Facts): BillingPreference | null => {
  const format = preferences.billingFormat?.value ?? null;
  const cycle = preferences.billingCycle?.value ?? null;
  const media = preferences.billingMedia?.value ?? null;
  return format === null && cycle === null && media === null ? null : { format, cycle, media };
};

/** Of the orders that came about: nothing was paid for the others. */
const lastPaid = (orders: readonly OrderInEffect[]): OrderInEffect | undefined =>
  orders.findLast(
    ({ order }) => order.paymentMethod !== undefined && (order.state === 'completed' || order.state === 'partial'),
  );

/** In the order of their names, as the contact media are in the order of their types. */
const provenance = (
  { preferences, contactMediums }: Facts,
  paid: OrderInEffect | undefined,
  mediums: Mediums,
): StatedPreferences[] => {
  const stated: StatedPreferences[] = [];
  addStatement(stated, 'billingCycle', preferences.billingCycle);
  addStatement(stated, 'billingFormat', preferences.billingFormat);
  addStatement(stated, 'billingMedia', preferences.billingMedia);
  addStatement(stated, 'languages', preferences.languages);
  addStatement(stated, 'paymentMethodType', paid);
  for (const { id, mediumType, preferred } of mediums) {
    if (preferred) addStatement(stated, PREFERRED[mediumType], lookup(contactMediums, id)?.preferred);
  }
  return stated;
};

const PREFERRED: Readonly<Record<ContactMediumType, PreferenceName>> = {
  unknown: 'unknown',
  email: 'preferredEmail',
  phone: 'preferredPhone',
  postalAddress: 'preferredPostalAddress',
};
