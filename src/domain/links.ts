/** What ties customers to each other: values that several of them may have. */
import type { Customer } from './derive.ts';
import { compare } from './canonical.ts';
import { byPlacement } from './derive/order-summary.ts';
import type { Facts } from './facts.ts';
import type { LinkKind, SharedWith } from './generated/FraudProfileUpdated.ts';
import { NOWHERE, placeOf } from './place.ts';

/** A value in its normal form. */
export interface LinkValue {
  readonly kind: LinkKind;
  readonly value: string;
}

/** Stands for as many or more: beyond it nobody is told of every customer who comes or goes. */
export const MOST_OTHERS = 20;

/** Of each kind the latest: what a customer claims must not grow with its history. */
const MOST_VALUES = 20;

const KINDS = { email: 'email', phone: 'phone', postalAddress: 'address' } as const;

/** What others may have as well, each once. A contact that is known to be invalid, or tells no place, ties nobody. */
export const linkValues = (customer: Customer): LinkValue[] => {
  const orders = byPlacement(customer.orders).map(({ order }) => order);
  const contacts = contactValues(customer);
  const latest = (kind: LinkKind, values: readonly (string | null | undefined)[]): LinkValue[] =>
    [...new Set(values.filter((value) => value != null))].slice(0, MOST_VALUES).map((value) => ({ kind, value }));
  return [
    ...latest('address', [...contacts('address'), ...orders.map(({ deliveryAddress }) => placeOf(deliveryAddress))]),
    ...latest(
      'device',
      orders.map(({ deviceFingerprint }) => deviceFingerprint),
    ),
    ...latest('email', contacts('email')),
    ...latest(
      'paymentInstrument',
      orders.map(({ paymentMethod }) => paymentMethod?.fingerprint),
    ),
    ...latest('phone', contacts('phone')),
  ];
};

/** By kind, the last mentioned first. */
const contactValues = ({ profile }: Customer): ((kind: LinkKind) => string[]) => {
  const mentioned = profile.contactMediums
    .filter(({ id, mediumType, validation }) => mediumType !== 'unknown' && validation !== 'invalid' && id !== NOWHERE)
    .sort((a, b) => b.lastSeenAt - a.lastSeenAt || compare(a.id, b.id));
  return (kind) =>
    mentioned.flatMap(({ id, mediumType }) => (mediumType !== 'unknown' && KINDS[mediumType] === kind ? [id] : []));
};

/** `<kind>:<keyed hash>` */
export const kindOf = (link: string): string => link.slice(0, link.indexOf(':'));

const SHARED_KINDS: readonly LinkKind[] = ['address', 'device', 'email', 'paymentInstrument', 'phone'];

/** What nobody shares is missing. */
export const sharedWith = ({ links }: Facts): SharedWith[] => {
  const most = new Map<string, number>();
  for (const [link, { value }] of Object.entries(links)) {
    const kind = kindOf(link);
    most.set(kind, Math.max(most.get(kind) ?? 0, value.customers ?? 0));
  }
  return SHARED_KINDS.flatMap((kind) => {
    const customers = most.get(kind) ?? 0;
    return customers > 0 ? [{ kind, customers }] : [];
  });
};
