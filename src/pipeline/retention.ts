/** What retention commands do to a customer among the other deliveries of a batch. */
import { erasedUpTo } from '../domain/cuts.ts';
import { isBare } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts, type Facts } from '../domain/facts.ts';
import { policyName, rule } from '../domain/retention/carry-out.ts';
import { entriesGone } from '../domain/retention/archived.ts';
import type { Decision } from '../domain/retention/decide.ts';
import type { MovedOrders } from '../domain/retention/moved.ts';
import { termsOf } from '../domain/retention/terms.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import type { Archived, ProfileDocument } from './document.ts';

/** One decision, for the record. */
export interface DecisionMade extends Decision {
  /** Identifier of the command that asked for it. */
  readonly commandId: string;
  readonly customerId: string;
  /** ms */
  readonly asOf: number;
  readonly policy: string;
  readonly jurisdiction: string;
}

/**
 * What came of a command: it changed what is known, found nothing to do, or had done it before its message was read again; or nothing is
 * known of the customer, who may be gone by this very command.
 */
export type Effect = 'changed' | 'nothing' | 'done' | 'nobody' | 'gone';

/** A decision by one message. */
export interface Decided extends DecisionMade {
  /** Of the message among the commands. */
  readonly offset: number;
  readonly effect: Exclude<Effect, 'gone'>;
}

/** Since when, and by which policy. */
export type InArchive = Pick<Archived, 'at' | 'policy'>;

export interface Carried {
  readonly facts: Facts;
  readonly made: DecisionMade;
  /** The customer moves to the archive as a whole. */
  readonly archive?: InArchive;
  /** What goes there of somebody who stays. */
  readonly entries?: InArchive & { readonly facts: Facts };
}

export const retentionIn = (input: InputEvent): ProfileCommand | null =>
  input.type === 'ProfileCommand' && input.event.kind === 'retention' ? input.event : null;

/** Of nobody. */
const UNDECIDED: Decision = {
  ...{ outcome: 'kept', scope: 'customer', orders: [], agreements: [] },
  evidence: { endedAt: null, isHeld: false, floorUntil: null, archivingConsentAt: null },
};

/** `archived`: the customer lies in the archive already; `moved`: old orders that have been moved out of the document. */
export const carryOut = (
  facts: Facts,
  command: ProfileCommand,
  archived: InArchive | null,
  moved?: MovedOrders,
): Carried => {
  const { eventId: commandId, customerId, occurredAt: asOf } = command;
  const { policy, jurisdiction } = termsOf(command.parameters);
  const asked = { commandId, customerId, asOf, policy, jurisdiction };
  if (isBare(facts)) return { facts, made: { ...UNDECIDED, ...asked } };
  const { decision, terms, facts: left } = rule(facts, command, { archivedAt: archived?.at ?? null, moved });
  const made = { ...decision, ...asked };
  const place = { at: asOf, policy: policyName(terms) };
  if (decision.outcome === 'archived' && decision.scope === 'customer') return { facts, made, archive: place };
  const isKept = decision.evidence.archivingConsentAt !== null && decision.outcome !== 'erased' && left !== facts;
  const goneWithIt = decision.orders.flatMap((id) => moved?.orders.get(id)?.register ?? []);
  const entries = isKept ? entriesGone(facts, left, goneWithIt) : emptyFacts;
  const hasEntries = Object.keys(entries.orders).length + Object.keys(entries.agreements).length > 0;
  return { facts: left, made, ...(hasEntries && { entries: { ...place, facts: entries } }) };
};

/** `before`: as the customer was stored when the batch was read; `facts`: as they were when the command came. */
export const effectOf = (
  before: ProfileDocument | null,
  facts: Facts,
  { facts: left, archive, made }: Carried,
): Effect => {
  if (left !== facts || archive !== undefined) return 'changed';
  const isDone = before !== null && hasDone(before, made);
  if (isBare(facts)) return isDone ? 'gone' : 'nobody';
  return isDone ? 'done' : 'nothing';
};

/** An erasure is named by no version, and a stub names nothing. */
const hasDone = ({ facts, pending, archive }: ProfileDocument, { commandId, asOf, policy }: DecisionMade): boolean =>
  erasedUpTo(facts) >= asOf ||
  (archive?.at === asOf && archive.policy === policyName({ policy })) ||
  (pending?.causes.some(({ eventId }) => eventId === commandId) ?? false);
