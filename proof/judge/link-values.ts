/** What a customer has that others may have as well, as keyed hashes: worked out anew from the facts. */
import { createHmac } from 'node:crypto';
import { order } from './canonical.ts';
import { LINK_KINDS, type LinkKind } from './contracts.ts';
import { lastPlacedFirst, ordersInEffect } from './orders.ts';
import { isTree, listOf, numberOf, textOf, type Tree } from './read.ts';
import { placeOf } from './view-fraud.ts';

/** Of each kind the latest, so that what is claimed does not grow with the history. */
const MOST_VALUES = 20;

/** `keys`: the present one, and the one before while it is exchanged. Sorted, each once. */
export const linksOf = (facts: Tree, profile: Tree, keys: readonly string[]): string[] => {
  const values = valuesOf(facts, profile);
  const links = LINK_KINDS.flatMap((kind) =>
    [...new Set(values[kind].filter((value) => value !== null))]
      .slice(0, MOST_VALUES)
      .flatMap((value) => keys.map((key) => linkOf(kind, value, key))),
  );
  return [...new Set(links)].sort();
};

const linkOf = (kind: LinkKind, value: string, key: string): string =>
  `${kind}:${createHmac('sha256', key).update(`${kind}:${value}`).digest('base64url').slice(0, 22)}`;

export const isLink = (text: string): boolean => {
  const [kind = '', hash = '', ...more] = text.split(':');
  return LINK_KINDS.some((known) => known === kind) && /^[\w-]{22}$/.test(hash) && more.length === 0;
};

/** Of each kind the latest first. */
const valuesOf = (facts: Tree, profile: Tree): Readonly<Record<LinkKind, readonly (string | null)[]>> => {
  const orders = lastPlacedFirst(ordersInEffect(facts)).map(({ value }) => value);
  const contacts = contactsOf(profile);
  return {
    address: [...contacts('postalAddress'), ...orders.map(({ deliveryAddress }) => placeOf(deliveryAddress))],
    device: orders.map((value) => textOf(value, 'deviceFingerprint')),
    email: contacts('email'),
    paymentInstrument: orders.map(({ paymentMethod }) => textOf(paymentMethod, 'fingerprint')),
    phone: contacts('phone'),
  };
};

/** An address in which nothing tells a place. */
const NOWHERE = 'postalAddress:||||';

/** The keys of contacts that are not known to be invalid, by type; the last mentioned first. */
const contactsOf = (profile: Tree): ((mediumType: string) => string[]) => {
  const valid = listOf(profile, 'contactMediums')
    .filter(isTree)
    .filter(({ validation }) => validation !== 'invalid')
    .map((medium) => ({
      id: textOf(medium, 'id') ?? '',
      type: textOf(medium, 'mediumType'),
      lastSeenAt: numberOf(medium, 'lastSeenAt') ?? 0,
    }))
    .filter(({ id }) => id !== NOWHERE)
    .sort((a, b) => b.lastSeenAt - a.lastSeenAt || order(a.id, b.id));
  return (mediumType) => valid.filter(({ type }) => type === mediumType).map(({ id }) => id);
};
