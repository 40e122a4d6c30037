/** What becomes of what is known of a customer, in the order of the law: hold, statutory floor, consent to the archive, erasure. */
import { ARCHIVING } from '../cuts.ts';
import { equal } from '../equal.ts';
import { isHeld } from '../erasure.ts';
import type { Facts } from '../facts.ts';
import { lookup } from '../keyed.ts';
import { lifetimesOf, type Lived } from './lifetimes.ts';
import { after, before } from './periods.ts';
import { rulingOn } from './ruling.ts';
import type { MovedOrders } from './moved.ts';
import type { Term, Terms } from './terms.ts';

/** `kept`: nothing is due any more, or what was due may not go and nothing is to be done. */
export const OUTCOMES = ['kept', 'held', 'minimised', 'archived', 'erased'] as const;

export type Outcome = (typeof OUTCOMES)[number];

export interface Decision {
  readonly outcome: Outcome;
  /** The customer as a whole, or single orders and agreements that are older than they may get. */
  readonly scope: 'customer' | 'entries';
  readonly evidence: Evidence;
  /** Entries that go, with or without the customer. */
  readonly orders: readonly string[];
  readonly agreements: readonly string[];
}

/** What it was decided by; times in ms, null where there is none. */
export interface Evidence {
  readonly endedAt: number | null;
  readonly isHeld: boolean;
  /** When the last statutory period ends. */
  readonly floorUntil: number | null;
  /** When the customer agreed to the archive. */
  readonly archivingConsentAt: number | null;
}

/**
 * `asOf`: the time of the command; `archivedAt`: since when the customer has lain in the archive, null who does not; ms. `moved`: of orders
 * that have been moved out of the facts, those that are old.
 */
export const decide = (
  customer: Lived,
  terms: Terms,
  asOf: number,
  { archivedAt, moved = NONE_MOVED }: { readonly archivedAt: number | null; readonly moved?: MovedOrders | undefined },
): Decision =>
  archivedAt === null ? ofLiving(customer, terms, asOf, moved) : ofArchived(customer, terms, asOf, archivedAt);

export const NONE_MOVED: MovedOrders = { upTo: Infinity, orders: new Map(), left: new Map() };

/** Up to when orders may go, ms. */
export const orderLimit = (term: Term, asOf: number, { upTo }: MovedOrders): number =>
  Math.min(before(asOf, term.maximum), upTo);

/** Nobody has agreed to be kept for ever. */
const ofArchived = ({ facts }: Lived, { archive }: Terms, asOf: number, archivedAt: number): Decision => {
  const floorUntil = archive === undefined ? null : after(archivedAt, archive.minimum);
  const isDue = archive !== undefined && archivedAt <= before(asOf, archive.maximum);
  const evidence: Evidence = {
    ...{ endedAt: archivedAt, isHeld: isHeld(facts), floorUntil },
    archivingConsentAt: archivingConsentAt(facts, asOf),
  };
  const outcome = isDue && !evidence.isHeld ? 'erased' : 'kept';
  return { outcome, scope: 'customer', evidence, orders: [], agreements: [] };
};

const ofLiving = (customer: Lived, terms: Terms, asOf: number, moved: MovedOrders): Decision => {
  const { facts } = customer;
  const { endedAt, orders: present, agreements } = lifetimesOf(customer);
  const orders = new Map(present);
  // What has become of a product since its order was moved the ledger knows.
  const isActive = (productId: string): boolean => {
    const held = customer.ledger.products.get(productId);
    return held === undefined ? moved.left.get(productId) === true : held.product.status === 'active';
  };
  for (const [id, { register, products }] of moved.orders) {
    // One that has been corrected since is as old as the correction.
    const isCorrected = !equal(lookup(facts.orders, id) ?? register, register);
    if (!isCorrected) orders.set(id, products.some(isActive) ? null : register.at);
  }
  const isDue = (term: Term | undefined, since: number | null): boolean =>
    term !== undefined && since !== null && since <= before(asOf, term.maximum);
  const due = (ends: ReadonlyMap<string, number | null>, term: Term | undefined, latest = Infinity): string[] =>
    [...ends].flatMap(([id, end]) => (isDue(term, end) && (end ?? Infinity) <= latest ? [id] : []));
  const floors = [
    floorOf(terms.customer, [endedAt]),
    floorOf(terms.order, [...orders.values(), facts.past?.heardAt ?? null]),
    floorOf(terms.agreement, agreements.values()),
  ];
  const floorUntil = Math.max(...floors);
  const consentAt = archivingConsentAt(facts, asOf);
  const evidence: Evidence = {
    endedAt,
    isHeld: isHeld(facts),
    floorUntil: floorUntil === -Infinity ? null : floorUntil,
    archivingConsentAt: consentAt,
  };
  const entries = { orders: due(orders, terms.order, moved.upTo), agreements: due(agreements, terms.agreement) };
  const none = { orders: [], agreements: [] };
  const goes = consentAt === null ? 'erased' : 'archived';
  const hasEntries = entries.orders.length + entries.agreements.length > 0;

  if (!isDue(terms.customer, endedAt)) {
    if (!hasEntries) return { outcome: 'kept', scope: 'customer', evidence, ...none };
    if (evidence.isHeld) return { outcome: 'kept', scope: 'entries', evidence, ...none };
    return { outcome: goes, scope: 'entries', evidence, ...entries };
  }
  if (evidence.isHeld) return { outcome: 'held', scope: 'customer', evidence, ...none };
  if (floorUntil > asOf) {
    const isDone = rulingOn(facts)?.value.outcome === 'minimised' && !hasEntries;
    return { outcome: isDone ? 'kept' : 'minimised', scope: 'customer', evidence, ...entries };
  }
  return { outcome: goes, scope: 'customer', evidence, ...none };
};

const floorOf = (term: Term | undefined, starts: Iterable<number | null>): number => {
  if (term === undefined) return -Infinity;
  let latest = -Infinity;
  for (const start of starts) if (start !== null) latest = Math.max(latest, start);
  return latest === -Infinity ? latest : after(latest, term.minimum);
};

/** Of any channel: to keep what was is one purpose. */
const archivingConsentAt = ({ consents }: Facts, asOf: number): number | null => {
  const given = Object.entries(consents).filter(
    ([key, { value }]) => ARCHIVING.test(key) && value.granted && (value.validTo === undefined || value.validTo > asOf),
  );
  return given.length === 0 ? null : Math.max(...given.map(([, { at }]) => at));
};
