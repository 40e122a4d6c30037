/** When what is known of a customer came to its end, as far as it has: from there periods of retention count. */
import { isHeld } from '../erasure.ts';
import type { Customer } from '../derive.ts';
import type { CustomerProfile, ProfileAgreement } from '../generated/CustomerUpdated.ts';
import { jurisdictionOf, lastHeardOf, rulingOn } from './ruling.ts';

export interface Lifetimes {
  /** Of the relationship as a whole, ms; null while it goes on. */
  readonly endedAt: number | null;
  /** By id when it was finalised, ms; null while a product depends on it. */
  readonly orders: ReadonlyMap<string, number | null>;
  /** By id when it ended, and its last statement was made, ms; null while it is in force. */
  readonly agreements: ReadonlyMap<string, number | null>;
}

export type Lived = Pick<Customer, 'facts' | 'productChanges' | 'ledger' | 'unlisted'> & {
  readonly profile: Pick<CustomerProfile, 'products' | 'agreements'>;
};

export const lifetimesOf = (customer: Lived): Lifetimes => {
  const { facts, productChanges, ledger, unlisted } = customer;
  const { products, agreements } = customer.profile;
  const active = new Set(
    [...ledger.products].flatMap(([id, { product }]) => (product.status === 'active' ? [id] : [])),
  );
  const needed = new Set(
    productChanges.flatMap(({ after: { productId, orderId } }) => (active.has(productId) ? [orderId] : [])),
  );
  const ofOrders = new Map(Object.entries(facts.orders).map(([id, { at }]) => [id, needed.has(id) ? null : at]));
  const ofAgreements = new Map(agreements.map((agreement) => [agreement.agreementId, endOf(agreement, customer)]));
  const lasts = active.size > 0 || unlisted.active > 0 || [...ofAgreements.values()].includes(null);
  const ends = [...products.map((product) => product.terminationDate), ...ofAgreements.values(), lastHeardOf(facts)];
  return {
    endedAt: lasts ? null : Math.max(...ends.map((end) => end ?? -Infinity)),
    orders: ofOrders,
    agreements: ofAgreements,
  };
};

/**
 * One that renews itself, or names no end, lasts as long as what it covers; where it covers nothing known it is in force, or may cover
 * what the profile does not list.
 */
const endOf = (
  { agreementId, autoRenews, period, items }: ProfileAgreement,
  { facts, unlisted, profile: { products } }: Lived,
): number | null => {
  const statedAt = facts.agreements[agreementId]?.at ?? -Infinity;
  const end = period?.endDateTime ?? null;
  if (end !== null && !autoRenews) return Math.max(end, statedAt);
  const covered = products.filter(
    (product) => product.agreementId === agreementId || items.some(({ productId }) => productId === product.productId),
  );
  if (covered.length === 0 || unlisted.active > 0 || covered.some(({ status }) => status === 'active')) return null;
  return Math.max(statedAt, end ?? -Infinity, ...covered.map(({ terminationDate }) => terminationDate ?? -Infinity));
};

/** What an index finds due customers by: times from which periods count, each missing while nothing can be due. */
export interface Due {
  readonly jurisdiction: string;
  /** When the relationship ended, ms. */
  readonly customer?: number;
  /** When the last statutory period ends that what was minimised is kept for, ms. */
  readonly kept?: number;
  /** The oldest order that nothing depends on, or that has been moved out of the facts, ms. */
  readonly order?: number;
  /** The agreement that ended first, ms. */
  readonly agreement?: number;
  /** Since when the customer has lain in the archive, ms. */
  readonly archived?: number;
}

export const dueOf = (customer: Lived): Due => {
  const { facts } = customer;
  const { endedAt, orders, agreements } = lifetimesOf(customer);
  const ruling = rulingOn(facts);
  const jurisdiction = jurisdictionOf(facts);
  // What a court holds up is found once, to be restricted, and again when the hold is released.
  if (isHeld(facts)) return { jurisdiction, ...(endedAt !== null && ruling === undefined && { customer: endedAt }) };
  const past = facts.past?.earliestAt;
  const [order = past, agreement] = [earliest(orders), earliest(agreements)];
  const until = ruling?.value.outcome === 'minimised' ? ruling.value.until : undefined;
  return {
    jurisdiction,
    ...(endedAt !== null && (until === undefined ? { customer: endedAt } : { kept: until })),
    ...(order !== undefined && { order: Math.min(order, past ?? order) }),
    ...(agreement !== undefined && { agreement }),
  };
};

const earliest = (ends: ReadonlyMap<string, number | null>): number | undefined => {
  let first: number | undefined;
  for (const end of ends.values()) if (end !== null && (first === undefined || end < first)) first = end;
  return first;
};
