/** The collection `decisions`: what was decided, by the commands that asked for it, and whether it says nothing else. */
import type { Find } from './findings.ts';
import { stubIdOf } from './keyed.ts';
import { member, numberOf, textOf, type Tree, treeOf } from './read.ts';
import { termsIn, unlike } from './terms.ts';
import type { Evidence, JudgeSettings, StoredDecision } from './types.ts';

/** By the identifier of the command. */
export type Decisions = ReadonlyMap<string, StoredDecision>;

const OUTCOMES = ['kept', 'held', 'minimised', 'archived', 'erased'];
const MEMBERS: ReadonlySet<string> = new Set([
  ...['_id', 'customer', 'outcome', 'scope', 'evidence', 'orders', 'agreements'],
  ...['asOf', 'policy', 'jurisdiction', 'epoch', 'offset', 'recordedAt'],
]);
const EVIDENCE: ReadonlySet<string> = new Set(['endedAt', 'isHeld', 'floorUntil', 'archivingConsentAt']);

export const readDecisions = async (
  stored: Evidence['decisions'],
  find: Find,
): Promise<ReadonlyMap<string, StoredDecision>> => {
  const decisions = new Map<string, StoredDecision>();
  for await (const decision of stored) {
    const commandId = String(decision._id);
    decisions.set(commandId, decision);
    if (!isVeiled(decision)) find('retention-plain', null, commandId);
  }
  return decisions;
};

/** It names nobody, and counts orders and agreements instead of telling which. */
const isVeiled = (decision: StoredDecision): boolean =>
  Object.keys(decision).every((name) => MEMBERS.has(name)) &&
  Object.keys(treeOf(decision, 'evidence')).every((name) => EVIDENCE.has(name)) &&
  /^[\w-]{22}$/.test(String(decision.customer)) &&
  OUTCOMES.includes(String(decision.outcome)) &&
  [decision.orders, decision.agreements].every(Number.isInteger);

/** Of the customer as a whole. */
export const isOf = (decision: StoredDecision | undefined, outcome: string): boolean =>
  decision?.outcome === outcome && decision.scope === 'customer';

export const isRetention = (event: Tree): boolean => event['kind'] === 'retention';

/** Whether a decision is about the customer, and by what its command says; and that by what the policy says. */
export const checkTerms = (
  customerId: string,
  command: Tree,
  decision: StoredDecision,
  { erasureKeys, rules }: JudgeSettings,
  find: Find,
): void => {
  const { policy, jurisdiction } = termsIn(command);
  const isOfCommand =
    erasureKeys.some((key) => stubIdOf(key, customerId) === decision.customer) &&
    decision.asOf === command['occurredAt'] &&
    decision.policy === policy &&
    decision.jurisdiction === jurisdiction;
  if (!isOfCommand) find('retention-unasked', customerId, `${String(decision._id)}: not what the command says`);
  if (rules.retention == null) return;
  const wrong = unlike(command, rules.retention);
  if (wrong.length > 0) find('retention-terms', customerId, `${String(decision._id)}: ${wrong.join(', ')}`);
};

/** Whether its outcome is the first that its own evidence allows: hold, statute, consent to the archive, and else erasure. */
export const isLawful = ({ outcome, scope, evidence, asOf }: StoredDecision): boolean => {
  if (outcome === 'kept') return true;
  const isWhole = scope === 'customer';
  const floorUntil = numberOf(evidence, 'floorUntil') ?? Number.NEGATIVE_INFINITY;
  if (member(evidence, 'isHeld') === true) return isWhole && outcome === 'held';
  if (isWhole && floorUntil > Number(asOf)) return outcome === 'minimised';
  const agreedAt = numberOf(evidence, 'archivingConsentAt');
  // Who lies in the archive goes from there, whatever was agreed to.
  return outcome === 'erased' ? agreedAt === null || isWhole : outcome === 'archived' && agreedAt !== null;
};

/** For the report. */
export const outcomesIn = (decisions: Decisions): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const decision of decisions.values()) {
    const { outcome, scope } = decision;
    const name = scope === 'entries' ? `${String(outcome)} entries` : textOf(decision, 'outcome');
    counts[String(name)] = (counts[String(name)] ?? 0) + 1;
  }
  return counts;
};
