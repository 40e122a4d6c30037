/** What retention has decided, by the commands that asked for it: each is kept, about the right customer, and by its terms it was allowed. */
import type { ErasureFact } from '../domain/facts.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import { policyName } from '../domain/retention/carry-out.ts';
import type { Decision } from '../domain/retention/decide.ts';
import { before } from '../domain/retention/periods.ts';
import { type Term, termsOf } from '../domain/retention/terms.ts';
import type { Findings } from './report.ts';

/** A document of the collection `decisions`. */
export interface StoredDecision extends Pick<Decision, 'outcome' | 'scope' | 'evidence'> {
  /** Identifier of the command. */
  readonly _id: string;
  /** A name of the customer's stub. */
  readonly customer: string;
  /** ms */
  readonly asOf: number;
  readonly policy: string;
  readonly jurisdiction: string;
  /** How many. */
  readonly orders: number;
  readonly agreements: number;
}

/** By the identifier of the command. */
export type Decisions = ReadonlyMap<string, StoredDecision>;

/** Of the customer as a whole. */
export const isOf = (decision: StoredDecision | undefined, outcome: Decision['outcome']): boolean =>
  decision?.outcome === outcome && decision.scope === 'customer';

/** The erasures that have been decided among these commands. */
export const erasuresIn = (commands: readonly ProfileCommand[], decisions: Decisions): ErasureFact[] =>
  commands.flatMap(({ eventId, occurredAt, parameters }) =>
    isOf(decisions.get(eventId), 'erased') ? [{ at: occurredAt, policy: policyName(termsOf(parameters)) }] : [],
  );

/** `mayBeNobody`: nothing may have been known of the customer when a command came, and then nothing is decided. */
export const checkDecisions = (
  {
    customerId,
    names,
    commands,
    mayBeNobody,
  }: {
    readonly customerId: string;
    /** Under which the customer's stub may be. */
    readonly names: readonly string[];
    readonly commands: readonly ProfileCommand[];
    readonly mayBeNobody: boolean;
  },
  decisions: Decisions,
  findings: Findings,
): void => {
  const archivedAt = commands.flatMap(({ eventId, occurredAt }) =>
    isOf(decisions.get(eventId), 'archived') ? [occurredAt] : [],
  );
  for (const command of commands) {
    const { eventId, occurredAt, parameters } = command;
    const decision = decisions.get(eventId);
    if (decision === undefined) {
      if (!mayBeNobody) findings.add('decision-missing', customerId, eventId);
      continue;
    }
    const { policy, jurisdiction } = termsOf(parameters);
    const isOfCommand =
      names.includes(decision.customer) &&
      decision.asOf === occurredAt &&
      decision.policy === policy &&
      decision.jurisdiction === jurisdiction;
    if (!isOfCommand) findings.add('decision-differs', customerId, `${eventId}: not what the command says`);
    if (!isLawful(decision, command, archivedAt)) findings.add('decision-unlawful', customerId, eventId);
  }
};

/** `archivedAt`: when it was decided to archive the customer. */
const isLawful = (
  decision: StoredDecision,
  { occurredAt, parameters }: ProfileCommand,
  archivedAt: readonly number[],
): boolean => {
  const { outcome, scope, orders, agreements } = decision;
  const { endedAt, isHeld, floorUntil, archivingConsentAt } = decision.evidence;
  const terms = termsOf(parameters);
  const isDue = (term: Term | undefined): boolean =>
    term !== undefined && endedAt !== null && endedAt <= before(occurredAt, term.maximum);
  if (outcome === 'kept') return true;
  const isConsentHeeded = (archivingConsentAt !== null) === (outcome === 'archived');
  if (scope === 'entries') return !isHeld && isConsentHeeded && orders + agreements > 0;
  if (outcome === 'held') return isHeld && isDue(terms.customer);
  if (isHeld) return false;
  const isFree = floorUntil === null || floorUntil <= occurredAt;
  if (outcome === 'minimised') return isDue(terms.customer) && !isFree;
  // What lies in the archive is due there, whatever was agreed to.
  const isDueHere = isDue(terms.customer) && isConsentHeeded;
  const isDueThere = outcome === 'erased' && isDue(terms.archive) && archivedAt.some((at) => at === endedAt);
  return isFree && (isDueHere || isDueThere);
};
