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
import type { PaidBy } from '../ledger/ledger.ts';
import { addStatement } from './provenance.ts';

type Mediums = readonly ProfileContactMedium[];

/** `contactMediums`: those of the profile. */
export const derivePreferences = (
  facts: Facts,
  { paidBy }: { readonly paidBy: PaidBy | null },
  contactMediums: Mediums,
): Preferences => {
  return {
    languages: [...(facts.preferences.languages?.value ?? [])],
    billing: billingOf(facts),
    paymentMethodType: paidBy?.methodType ?? null,
    provenance: provenance(facts, paidBy ?? undefined, contactMediums),
  };
};

const billingOf = ({ preferences }: Facts): BillingPreference | null => {
  const format = preferences.billingFormat?.value ?? null;
  const cycle = preferences.billingCycle?.value ?? null;
  const media = preferences.billingMedia?.value ?? null;
  return format === null && cycle === null && media === null ? null : { format, cycle, media };
};

/** In the order of their names, as the contact media are in the order of their types. */
const provenance = (
  { preferences, contactMediums }: Facts,
  paid: PaidBy | undefined,
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
