/** What becomes of what is known of a customer, in the order of the law: hold, statutory floor, consent to the archive, erasure. */
import { ARCHIVING } from '../cuts.ts';
import { isHeld } from '../erasure.ts';
import type { Facts } from '../facts.ts';
import { lifetimesOf, type Lived } from './lifetimes.ts';
import { after, before } from './periods.ts';
import { rulingOn } from './ruling.ts';
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

/** `asOf`: the time of the command; `archivedAt`: since when the customer has lain in the archive, null who does not; ms. */
export const decide = (customer: Lived, terms: Terms, asOf: number, archivedAt: number | null): Decision =>
  archivedAt === null ? ofLiving(customer, terms, asOf) : ofArchived(customer, terms, asOf, archivedAt);

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

const ofLiving = (customer: Lived, terms: Terms, asOf: number): Decision => {
  const { facts } = customer;
  const { endedAt, orders, agreements } = lifetimesOf(customer);
  const isDue = (term: Term | undefined, since: number | null): boolean =>
    term !== undefined && since !== null && since <= before(asOf, term.maximum);
  const due = (ends: ReadonlyMap<string, number | null>, term: Term | undefined): string[] =>
    [...ends].flatMap(([id, end]) => (isDue(term, end) ? [id] : []));
  const floors = [
    floorOf(terms.customer, [endedAt]),
    floorOf(terms.order, orders.values()),
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
  const entries = { orders: due(orders, terms.order), agreements: due(agreements, terms.agreement) };
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
