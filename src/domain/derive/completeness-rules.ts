import type { ContactMediumType, CustomerProfile } from '../generated/CustomerUpdated.ts';

/** The profile before any rule was asked. */
export type ProfileSoFar = Omit<CustomerProfile, 'segments' | 'completeness'>;

interface CompletenessRule {
  /** What is missing, within the profile. */
  readonly path: string;
  /** Who asks for it. */
  readonly requiredBy: string;
  readonly applies: (profile: ProfileSoFar) => boolean;
  readonly isMissing: (profile: ProfileSoFar) => boolean;
}

/** Categories of products that are delivered to a place. */
const FIXED = new Set(['broadband', 'fixed', 'fixedVoice', 'tv']);

const always = (): boolean => true;
const isOrganization = ({ party }: ProfileSoFar): boolean => party?.partyType === 'organization';
const isPerson = (profile: ProfileSoFar): boolean => !isOrganization(profile);
const isServed = ({ status }: ProfileSoFar): boolean => status === 'active';
const isServedAtHome = ({ products }: ProfileSoFar): boolean =>
  products.some(({ status, category }) => status === 'active' && category !== null && FIXED.has(category));
const isBilledBy =
  (media: string) =>
  (profile: ProfileSoFar): boolean =>
    isServed(profile) && profile.preferences.billing?.media === media;
const isUnreachableBy =
  (type: ContactMediumType) =>
  ({ contactMediums }: ProfileSoFar): boolean =>
    !contactMediums.some(({ mediumType, validation }) => mediumType === type && validation !== 'invalid');

/** What it takes to serve a customer. Sorted by path, then by who asks. */
export const COMPLETENESS_RULES: readonly CompletenessRule[] = [
  {
    path: 'contactMediums',
    requiredBy: 'customer care',
    applies: always,
    isMissing: ({ contactMediums }) => contactMediums.every(({ validation }) => validation === 'invalid'),
  },
  {
    path: 'contactMediums.email',
    requiredBy: 'billing by email',
    applies: isBilledBy('email'),
    isMissing: isUnreachableBy('email'),
  },
  {
    path: 'contactMediums.postalAddress',
    requiredBy: 'billing by paper',
    applies: isBilledBy('paper'),
    isMissing: isUnreachableBy('postalAddress'),
  },
  {
    path: 'contactMediums.postalAddress',
    requiredBy: 'fixed products',
    applies: isServedAtHome,
    isMissing: isUnreachableBy('postalAddress'),
  },
  {
    path: 'party.familyName',
    requiredBy: 'customer care',
    applies: isPerson,
    isMissing: ({ party }) => party?.familyName == null,
  },
  {
    path: 'party.organizationName',
    requiredBy: 'customer care',
    applies: isOrganization,
    isMissing: ({ party }) => party?.organizationName == null,
  },
  {
    path: 'preferences.billing.format',
    requiredBy: 'billing',
    applies: isServed,
    isMissing: ({ preferences }) => preferences.billing?.format == null,
  },
  {
    path: 'preferences.billing.media',
    requiredBy: 'billing',
    applies: isServed,
    isMissing: ({ preferences }) => preferences.billing?.media == null,
  },
  {
    path: 'preferences.languages',
    requiredBy: 'communication',
    applies: isServed,
    isMissing: ({ preferences }) => preferences.languages.length === 0,
  },
  {
    path: 'preferences.paymentMethodType',
    requiredBy: 'billing',
    applies: isServed,
    isMissing: ({ preferences }) => preferences.paymentMethodType === null,
  },
];
