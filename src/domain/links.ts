/** What ties customers to each other: values that several of them may have. */
import type { Customer } from './derive.ts';
import { compare } from './canonical.ts';
import type { Facts } from './facts.ts';
import type { LinkKind, SharedWith } from './generated/FraudProfileUpdated.ts';
import { LIMITS } from './ledger/limits.ts';
import type { ValueKind } from './ledger/ledger.ts';
import { NOWHERE } from './place.ts';

/** A value in its normal form. */
export interface LinkValue {
  readonly kind: LinkKind;
  readonly value: string;
}

/** Stands for as many or more: beyond it nobody is told of every customer who comes or goes. */
export const MOST_OTHERS = 20;

/** Of each kind the latest: what a customer claims must not grow with its history. */
const MOST_VALUES = LIMITS.values;

const KINDS = { email: 'email', phone: 'phone', postalAddress: 'address' } as const;

/** What others may have as well, each once. A contact that is known to be invalid, or tells no place, ties nobody. */
export const linkValues = (customer: Customer): LinkValue[] => {
  const { values } = customer.ledger;
  const contacts = contactValues(customer);
  const latest = (kind: LinkKind, all: readonly string[]): LinkValue[] =>
    [...new Set(all)].slice(0, MOST_VALUES).map((value) => ({ kind, value }));
  const named = (kind: ValueKind): string[] => values[kind].map(({ value }) => value);
  return [
    ...latest('address', [...contacts('address'), ...named('address')]),
    ...latest('device', named('device')),
    ...latest('email', contacts('email')),
    ...latest('paymentInstrument', named('paymentInstrument')),
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

/** Links of which the customer has been told how many others have them, and not that it has them no more. */
export const linksTold = ({ links }: Facts): ReadonlySet<string> =>
  new Set(Object.entries(links).flatMap(([link, { value }]) => (value.customers === undefined ? [] : [link])));

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
