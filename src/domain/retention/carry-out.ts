/** What retention decides, and what that does to the facts. */
import { cut, cutUpTo, NEVER } from '../cuts.ts';
import { erase } from '../erasure.ts';
import type { Cut, Facts } from '../facts.ts';
import type { ProfileCommand } from '../generated/ProfileCommand.ts';
import { stampOf } from '../input.ts';
import type { Keyed } from '../keyed.ts';
import { mergeFields, type Register } from '../register.ts';
import { deriveAgreements } from '../derive/agreements.ts';
import { ordersInEffect } from '../derive/orders.ts';
import { deriveProducts } from '../derive/products.ts';
import { post } from '../ledger/ledger.ts';
import { LIMITS } from '../ledger/limits.ts';
import { ledgerOf } from '../ledger/record.ts';
import { decide, type Decision, NONE_MOVED, orderLimit } from './decide.ts';
import type { MovedOrders } from './moved.ts';
import type { Lived } from './lifetimes.ts';
import { before } from './periods.ts';
import { type Terms, termsOf } from './terms.ts';

/** Who reads an erasure or a cut finds the policy by this. */
export const policyName = ({ policy }: Pick<Terms, 'policy'>): string => `retention:${policy}`;

export interface Ruled {
  readonly terms: Terms;
  readonly decision: Decision;
  readonly facts: Facts;
}

/** Where the customer stands: in the archive since then, ms; with old orders that have been moved out of the facts. */
export interface Standing {
  readonly archivedAt: number | null;
  readonly moved?: MovedOrders | undefined;
}

/** Decides what becomes of what is known, and carries it out. */
export const rule = (facts: Facts, command: ProfileCommand, standing: Standing): Ruled => {
  const terms = termsOf(command.parameters);
  const decision = decide(livedBy(facts), terms, command.occurredAt, standing);
  return { terms, decision, facts: carryOut(facts, decision, command, { terms, moved: standing.moved ?? NONE_MOVED }) };
};

/** Up to when single orders may go by a command, ms; null where none do. */
export const orderLimitOf = ({ parameters, occurredAt }: ProfileCommand): number | null => {
  const { order } = termsOf(parameters);
  return order === undefined ? null : before(occurredAt, order.maximum);
};

interface By {
  readonly terms: Terms;
  readonly moved: MovedOrders;
}

const livedBy = (facts: Facts): Lived => {
  const ledger = ledgerOf(facts.past?.ledger, LIMITS);
  const productChanges = ordersInEffect(facts).flatMap((order) => post(ledger, order));
  const agreements = deriveAgreements(facts);
  const { listed: products, unlisted } = deriveProducts(ledger, agreements);
  return { facts, productChanges, ledger, unlisted, profile: { agreements, products } };
};

/** The same facts when it changes nothing. What is archived as a whole stays: it moves, and is not forgotten. */
const carryOut = (facts: Facts, decision: Decision, command: ProfileCommand, by: By): Facts => {
  const { terms } = by;
  const { outcome, scope } = decision;
  if (outcome === 'kept') return facts;
  if (scope === 'entries') return withoutEntries(facts, decision, by, command.occurredAt);
  if (outcome === 'archived') return facts;
  if (outcome === 'erased') return erase(facts, { at: command.occurredAt, policy: policyName(terms) });
  const retention = mergeFields(facts.retention ?? {}, { ruling: rulingOf(decision, terms) }, stampOf(command));
  // The very command may come again.
  const ruled = retention === facts.retention ? facts : { ...facts, retention };
  if (outcome === 'held') return ruled;
  const rest = withoutEntries(ruled, decision, by, command.occurredAt);
  return cut(rest, 'person', { at: command.occurredAt, policy: policyName(terms) });
};

const rulingOf = ({ outcome, evidence: { floorUntil } }: Decision, { jurisdiction, policy }: Terms) => ({
  outcome: outcome === 'held' ? ('held' as const) : ('minimised' as const),
  ...(outcome !== 'held' && floorUntil !== null && { until: floorUntil }),
  ...{ jurisdiction, policy },
});

const withoutEntries = (facts: Facts, { orders, agreements }: Decision, { terms, moved }: By, asOf: number): Facts => {
  let left = facts;
  for (const [section, ids] of Object.entries({ orders, agreements }) as ['orders' | 'agreements', string[]][]) {
    const term = terms[section === 'orders' ? 'order' : 'agreement'];
    if (term === undefined || ids.length === 0) continue;
    const at = section === 'orders' ? orderLimit(term, asOf, moved) : before(asOf, term.maximum);
    const entries = section === 'orders' ? { ...registersOf(moved), ...left.orders } : left.agreements;
    left = cut(left, section, {
      at,
      policy: policyName(terms),
      ...exceptionsIn(left, section, entries, new Set(ids), at),
    });
  }
  return left;
};

/** Those that are as old and stay: products depend on them, or they are in force. */
const exceptionsIn = (
  facts: Facts,
  section: 'orders' | 'agreements',
  entries: Keyed<Register<unknown>>,
  going: ReadonlySet<string>,
  at: number,
): Pick<Cut, 'except'> => {
  const except = Object.entries(entries).flatMap(([id, register]) =>
    register.at <= at && !going.has(id) ? [[id, Math.max(NEVER, cutUpTo(facts, section, id))] as const] : [],
  );
  return except.length === 0 ? {} : { except };
};

const registersOf = ({ orders }: MovedOrders): Keyed<Register<unknown>> =>
  Object.fromEntries([...orders].map(([id, { register }]) => [id, register]));
