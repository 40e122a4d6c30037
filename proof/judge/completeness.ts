/** What is still missing to serve a customer: a table of who asks for what, and when. */
import { listOf, member, textOf, treeOf, type Tree } from './read.ts';

type Test = (profile: Tree) => boolean;

const isActive: Test = ({ status }) => status === 'active';
const isOrganization: Test = (profile) => textOf(treeOf(profile, 'party'), 'partyType') === 'organization';
const has = (section: string, field: string): Test => {
  return (profile) => member(treeOf(profile, section), field) != null;
};
const billing = (profile: Tree, field: string): unknown => member(treeOf(profile, 'preferences')['billing'], field);
const isBilledBy = (media: string): Test => {
  return (profile) => isActive(profile) && billing(profile, 'media') === media;
};
const isReachable = (type?: string): Test => {
  return (profile) =>
    listOf(profile, 'contactMediums').some(
      (medium) =>
        member(medium, 'validation') !== 'invalid' &&
        (type ?? member(medium, 'mediumType')) === member(medium, 'mediumType'),
    );
};
const DELIVERED = ['broadband', 'fixed', 'fixedVoice', 'tv'];
const isServedAtHome: Test = (profile) =>
  listOf(profile, 'products').some(
    (product) => member(product, 'status') === 'active' && DELIVERED.includes(textOf(product, 'category') ?? ''),
  );

/** Path, who asks, when it is asked for, and when it is there. By path, then by who asks. */
const ASKED: readonly (readonly [path: string, requiredBy: string, asked: Test, present: Test])[] = [
  ['contactMediums', 'customer care', () => true, isReachable()],
  ['contactMediums.email', 'billing by email', isBilledBy('email'), isReachable('email')],
  ['contactMediums.postalAddress', 'billing by paper', isBilledBy('paper'), isReachable('postalAddress')],
  ['contactMediums.postalAddress', 'fixed products', isServedAtHome, isReachable('postalAddress')],
  ['party.familyName', 'customer care', (profile) => !isOrganization(profile), has('party', 'familyName')],
  ['party.organizationName', 'customer care', isOrganization, has('party', 'organizationName')],
  ['preferences.billing.format', 'billing', isActive, (profile) => billing(profile, 'format') != null],
  ['preferences.billing.media', 'billing', isActive, (profile) => billing(profile, 'media') != null],
  [
    'preferences.languages',
    'communication',
    isActive,
    (profile) => listOf(treeOf(profile, 'preferences'), 'languages').length > 0,
  ],
  ['preferences.paymentMethodType', 'billing', isActive, has('preferences', 'paymentMethodType')],
];

export const completenessOf = (profile: Tree): Tree[] =>
  ASKED.filter(([, , asked, present]) => asked(profile) && !present(profile)).map(([path, requiredBy]) => ({
    path,
    requiredBy,
  }));
