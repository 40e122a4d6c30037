/** What retention decides, and what that does to the facts. */
import { cut, cutUpTo, NEVER } from '../cuts.ts';
import { erase } from '../erasure.ts';
import type { Cut, Facts } from '../facts.ts';
import type { ProfileCommand } from '../generated/ProfileCommand.ts';
import { stampOf } from '../input.ts';
import { mergeFields, type Register } from '../register.ts';
import { deriveAgreements } from '../derive/agreements.ts';
import { ordersInEffect } from '../derive/orders.ts';
import { deriveProducts, productChangesOf } from '../derive/products.ts';
import { decide, type Decision } from './decide.ts';
import type { Lived } from './lifetimes.ts';
import { before } from './periods.ts';
import { type Terms, termsOf } from './terms.ts';

/** Who reads an erasure or a cut finds the policy by this. */
export const policyName = ({ policy }: Terms): string => `retention:${policy}`;

export interface Ruled {
  readonly terms: Terms;
  readonly decision: Decision;
  readonly facts: Facts;
}

/** Decides what becomes of what is known, and carries it out. */
export const rule = (facts: Facts, command: ProfileCommand, archivedAt: number | null): Ruled => {
  const terms = termsOf(command.parameters);
  const decision = decide(livedBy(facts), terms, command.occurredAt, archivedAt);
  return { terms, decision, facts: carryOut(facts, decision, command, terms) };
};

const livedBy = (facts: Facts): Lived => {
  const productChanges = productChangesOf(ordersInEffect(facts));
  const agreements = deriveAgreements(facts);
  return { facts, productChanges, profile: { agreements, products: deriveProducts(productChanges, agreements) } };
};

/** The same facts when it changes nothing. What is archived as a whole stays: it moves, and is not forgotten. */
const carryOut = (facts: Facts, decision: Decision, command: ProfileCommand, terms: Terms): Facts => {
  const { outcome, scope } = decision;
  if (outcome === 'kept') return facts;
  if (scope === 'entries') return withoutEntries(facts, decision, terms, command.occurredAt);
  if (outcome === 'archived') return facts;
  if (outcome === 'erased') return erase(facts, { at: command.occurredAt, policy: policyName(terms) });
  const ruled = {
    ...facts,
    retention: mergeFields(facts.retention ?? {}, { ruling: rulingOf(decision, terms) }, stampOf(command)),
  };
  if (outcome === 'held') return ruled;
  const rest = withoutEntries(ruled, decision, terms, command.occurredAt);
  return cut(rest, 'person', { at: command.occurredAt, policy: policyName(terms) });
};

const rulingOf = ({ outcome, evidence: { floorUntil } }: Decision, { jurisdiction, policy }: Terms) => ({
  outcome: outcome === 'held' ? ('held' as const) : ('minimised' as const),
  ...(outcome !== 'held' && floorUntil !== null && { until: floorUntil }),
  ...{ jurisdiction, policy },
});

const withoutEntries = (facts: Facts, { orders, agreements }: Decision, terms: Terms, asOf: number): Facts => {
  let left = facts;
  for (const [section, ids] of Object.entries({ orders, agreements }) as ['orders' | 'agreements', string[]][]) {
    const term = terms[section === 'orders' ? 'order' : 'agreement'];
    if (term === undefined || ids.length === 0) continue;
    const at = before(asOf, term.maximum);
    left = cut(left, section, { at, policy: policyName(terms), ...exceptionsIn(left, section, new Set(ids), at) });
  }
  return left;
};

/** Those that are as old and stay: products depend on them, or they are in force. */
const exceptionsIn = (
  facts: Facts,
  section: 'orders' | 'agreements',
  going: ReadonlySet<string>,
  at: number,
): Pick<Cut, 'except'> => {
  const except = Object.entries<Register<unknown>>(facts[section]).flatMap(([id, register]) =>
    register.at <= at && !going.has(id) ? [[id, Math.max(NEVER, cutUpTo(facts, section, id))] as const] : [],
  );
  return except.length === 0 ? {} : { except };
};
