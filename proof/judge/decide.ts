/** What must become of what is known of a customer: hold, then statute, then consent to the archive, and else it is erased. */
import { endOf } from './agreements.ts';
import { ordersInEffect } from './orders.ts';
import { agreementsOf } from './profile.ts';
import { productsOf, stepsOf } from './products.ts';
import { isTree, listOf, member, numberOf, textOf, treeOf, type Tree } from './read.ts';
import { lastHeardAt, rulingIn } from './ruling.ts';
import { shifted, type Term, type Terms } from './terms.ts';

export type Outcome = 'kept' | 'held' | 'minimised' | 'archived' | 'erased';

export interface Decided {
  readonly outcome: Outcome;
  readonly scope: 'customer' | 'entries';
  readonly evidence: {
    readonly endedAt: number | null;
    readonly isHeld: boolean;
    readonly floorUntil: number | null;
    readonly archivingConsentAt: number | null;
  };
  /** Those that go by themselves. */
  readonly orders: readonly string[];
  readonly agreements: readonly string[];
}

/** By the time `asOf`; `archivedAt`: since when the customer has lain in the archive; ms. */
export const decide = (facts: Tree, terms: Terms, asOf: number, archivedAt: number | null): Decided => {
  const isHeld = Object.values(treeOf(facts, 'legalHolds')).some(
    (hold) => member(member(hold, 'value'), 'held') === true,
  );
  const archivingConsentAt = consentAt(facts, asOf);
  const isDue = (term: Term | undefined, since: number | null): boolean =>
    term !== undefined && since !== null && since <= shifted(asOf, term.maximum, -1);
  if (archivedAt !== null) {
    const { archive } = terms;
    const floorUntil = archive === undefined ? null : shifted(archivedAt, archive.minimum, 1);
    const outcome = isDue(archive, archivedAt) && !isHeld ? 'erased' : 'kept';
    const evidence = { endedAt: archivedAt, isHeld, floorUntil, archivingConsentAt };
    return { outcome, scope: 'customer', evidence, orders: [], agreements: [] };
  }

  const { endedAt, orders, agreements } = endsIn(facts);
  const floorUntil = latestOf([
    floorOf(terms.customer, [endedAt]),
    floorOf(terms.order, orders.values()),
    floorOf(terms.agreement, agreements.values()),
  ]);
  const evidence = { endedAt, isHeld, floorUntil, archivingConsentAt };
  const due = (ends: Ends, term: Term | undefined): string[] =>
    [...ends].flatMap(([id, end]) => (isDue(term, end) ? [id] : []));
  const entries = { orders: due(orders, terms.order), agreements: due(agreements, terms.agreement) };
  const hasEntries = entries.orders.length + entries.agreements.length > 0;
  const goes = archivingConsentAt === null ? 'erased' : 'archived';
  const none = { orders: [], agreements: [] };

  if (!isDue(terms.customer, endedAt)) {
    if (!hasEntries) return { outcome: 'kept', scope: 'customer', evidence, ...none };
    return { outcome: isHeld ? 'kept' : goes, scope: 'entries', evidence, ...(isHeld ? none : entries) };
  }
  if (isHeld) return { outcome: 'held', scope: 'customer', evidence, ...none };
  if (floorUntil !== null && floorUntil > asOf) {
    const isDone = textOf(rulingIn(facts), 'outcome') === 'minimised' && !hasEntries;
    return { outcome: isDone ? 'kept' : 'minimised', scope: 'customer', evidence, ...entries };
  }
  return { outcome: goes, scope: 'customer', evidence, ...none };
};

/** By id when its period began, ms; null while it goes on. */
type Ends = ReadonlyMap<string, number | null>;

const endsIn = (facts: Tree): { endedAt: number | null; orders: Ends; agreements: Ends } => {
  const inEffect = ordersInEffect(facts);
  const signed = agreementsOf(facts);
  const products = productsOf(inEffect, signed);
  const active = new Set(products.filter(({ status }) => status === 'active').map(idOf('productId')));
  const steps = [...stepsOf(inEffect)].flatMap(([productId, those]) => (active.has(productId) ? those : []));
  const needed = new Set(steps.map(({ orderId }) => orderId));
  const statedAt = (section: string, id: string): number | null => numberOf(treeOf(facts, section)[id], 'at');
  const orders = new Map(
    Object.keys(treeOf(facts, 'orders')).map((id) => [id, needed.has(id) ? null : statedAt('orders', id)]),
  );
  const agreements = new Map(
    signed.map((agreement) => {
      const id = idOf('agreementId')(agreement);
      const end = agreementEnd(agreement, products);
      return [id, end === null ? null : latestOf([end, statedAt('agreements', id)])];
    }),
  );
  const terminations = products.map(({ terminationDate }) => (terminationDate ?? null) as number | null);
  const lasts = active.size > 0 || [...agreements.values()].includes(null);
  const ends = [...terminations, ...agreements.values()].map((end) => end ?? Number.NEGATIVE_INFINITY);
  return { endedAt: lasts ? null : Math.max(lastHeardAt(facts), ...ends), orders, agreements };
};

const idOf =
  (name: string) =>
  (value: Tree): string =>
    textOf(value, name) ?? '';

/** One that renews itself, or names no end, lasts as long as what it covers. */
const agreementEnd = (agreement: Tree, products: readonly Tree[]): number | null => {
  const end = endOf(agreement);
  if (end !== null && agreement['autoRenews'] !== true) return end;
  const named = new Set(
    listOf(agreement, 'items')
      .filter(isTree)
      .map(({ productId }) => productId),
  );
  const covered = products.filter(
    ({ productId, agreementId }) => agreementId === agreement['agreementId'] || named.has(productId),
  );
  if (covered.length === 0 || covered.some(({ status }) => status === 'active')) return null;
  return latestOf([end, ...covered.map((product) => numberOf(product, 'terminationDate'))]) ?? Number.NEGATIVE_INFINITY;
};

const latestOf = (times: Iterable<number | null>): number | null => {
  const known = [...times].filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
};

const floorOf = (term: Term | undefined, starts: Iterable<number | null>): number | null => {
  const latest = latestOf(starts);
  return term === undefined || latest === null ? null : shifted(latest, term.minimum, 1);
};

/** When the customer agreed to the archive, of any channel. */
const consentAt = (facts: Tree, asOf: number): number | null =>
  latestOf(
    Object.entries(treeOf(facts, 'consents')).map(([key, consent]) => {
      const value = treeOf(consent, 'value');
      const isInForce = value['granted'] === true && (numberOf(value, 'validTo') ?? Number.POSITIVE_INFINITY) > asOf;
      return key.startsWith('archiving:') && isInForce ? numberOf(consent, 'at') : null;
    }),
  );
