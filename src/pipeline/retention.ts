/** What retention commands do to a customer among the other deliveries of a batch. */
import { emptyFacts, type Facts } from '../domain/facts.ts';
import type { InputEvent } from '../domain/events.ts';
import { policyName, rule } from '../domain/retention/carry-out.ts';
import { entriesGone } from '../domain/retention/archived.ts';
import type { Decision } from '../domain/retention/decide.ts';
import type { MovedOrders } from '../domain/retention/moved.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import type { Archived } from './document.ts';

/** One decision, for the record. */
export interface DecisionMade extends Decision {
  /** Identifier of the command that asked for it. */
  readonly commandId: string;
  readonly customerId: string;
  /** ms */
  readonly asOf: number;
  readonly policy: string;
  readonly jurisdiction: string;
  /** Nothing was left to do: the command may have come before. */
  readonly isIdle?: true;
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

/** `archived`: the customer lies in the archive already; `moved`: old orders that have been moved out of the document. */
export const carryOut = (
  facts: Facts,
  command: ProfileCommand,
  archived: InArchive | null,
  moved?: MovedOrders,
): Carried => {
  const { decision, terms, facts: left } = rule(facts, command, { archivedAt: archived?.at ?? null, moved });
  const { eventId: commandId, customerId, occurredAt: asOf } = command;
  const made = { ...decision, commandId, customerId, asOf, policy: terms.policy, jurisdiction: terms.jurisdiction };
  const place = { at: asOf, policy: policyName(terms) };
  if (decision.outcome === 'archived' && decision.scope === 'customer') return { facts, made, archive: place };
  const isKept = decision.evidence.archivingConsentAt !== null && decision.outcome !== 'erased' && left !== facts;
  const goneWithIt = decision.orders.flatMap((id) => moved?.orders.get(id)?.register ?? []);
  const entries = isKept ? entriesGone(facts, left, goneWithIt) : emptyFacts;
  const hasEntries = Object.keys(entries.orders).length + Object.keys(entries.agreements).length > 0;
  return { facts: left, made, ...(hasEntries && { entries: { ...place, facts: entries } }) };
};
