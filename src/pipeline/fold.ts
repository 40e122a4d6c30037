/** What the deliveries of one batch say of their customer. */
import { erasedUpTo } from '../domain/cuts.ts';
import { isBare } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts, type Facts } from '../domain/facts.ts';
import type { Cause } from '../domain/generated/CustomerUpdated.ts';
import { merge } from '../domain/merge.ts';
import type { MovedOrders } from '../domain/retention/moved.ts';
import { isRefusal, judgeAgainst, type Refusal } from '../domain/refusal.ts';
import type { ArchiveReference, Marker, ProfileDocument } from './document.ts';
import { carryOut, type Carried, effectOf, type InArchive, retentionIn, type Decided } from './retention.ts';

/** One record of the customer, decoded or refused. */
export interface Delivery extends Marker {
  readonly input: InputEvent | Refusal;
}

/** One that may not be applied to what is known of the customer. */
export interface RefusedDelivery extends Marker {
  readonly refusal: Refusal;
}

/** What a new version is made of. */
export interface Folded {
  readonly facts: Facts;
  readonly marker: Marker;
  readonly causes: readonly Cause[];
  readonly occurredAt: number;
  /** Number of events that changed the facts. */
  readonly applied: number;
  /** The customer was erased meanwhile; what is known has been stated since. */
  readonly erases?: true;
  /** The customer lies in the archive now; where, if that was so before. */
  readonly archive?: InArchive | ArchiveReference;
  /** The customer lay in the archive, if only for a moment, and lies there no more. */
  readonly returned?: true;
  /** Single entries that go to the archive. */
  readonly entries?: readonly Entries[];
}

export type Entries = NonNullable<Carried['entries']>;

export interface Fold {
  /** Null when nothing changed. */
  readonly folded: Folded | null;
  readonly refused: readonly RefusedDelivery[];
  /** What retention has decided. */
  readonly decisions: readonly Decided[];
  /** Number of events that changed nothing, and are older than the latest that shaped what is known. */
  readonly stale: number;
}

interface Applied {
  readonly input: InputEvent;
  readonly marker: Marker;
  readonly erases: boolean;
}

/** What the deliveries have said so far. */
export interface SoFar {
  readonly before: ProfileDocument | null;
  readonly facts: Facts;
  readonly archive: InArchive | null;
  readonly returned: boolean;
  readonly entries: readonly Entries[];
  readonly applied: readonly Applied[];
  readonly refused: readonly RefusedDelivery[];
  readonly decisions: readonly Decided[];
  /** When the latest event that shaped the facts occurred, ms. */
  readonly latestAt: number;
  readonly stale: number;
}

export const fold = (before: ProfileDocument | null, deliveries: readonly Delivery[]): Fold =>
  foldOf(goOn(beginning(before), deliveries));

export const beginning = (before: ProfileDocument | null): SoFar => ({
  ...{ before, facts: before?.facts ?? emptyFacts, archive: before?.archive ?? null, returned: false },
  ...{ entries: [], applied: [], refused: [], decisions: [], stale: 0 },
  latestAt: before?.pending?.occurredAt ?? -Infinity,
});

/** `old`: orders that have been moved out of the document, where retention may ask for them. */
export const goOn = (sofar: SoFar, deliveries: readonly Delivery[], old?: MovedOrders): SoFar => {
  const { before } = sofar;
  let { facts, archive, returned, latestAt, stale } = sofar;
  const entries = [...sofar.entries];
  const applied = [...sofar.applied];
  const refused = [...sofar.refused];
  const decisions = [...sofar.decisions];
  for (const { topic, offset, input } of deliveries) {
    if (isRefusal(input)) continue;
    const command = retentionIn(input);
    if (command !== null) {
      const carried = carryOut(facts, command, archive, old);
      const effect = effectOf(before, facts, carried);
      if (effect !== 'gone') decisions.push({ ...carried.made, offset, effect });
      if (effect !== 'changed') continue;
      archive = carried.archive ?? null;
      if (carried.entries !== undefined) entries.push(carried.entries);
      applied.push({ input, marker: { topic, offset }, erases: carried.facts.erased !== facts.erased });
      facts = carried.facts;
      continue;
    }
    if (isForNobody(input, facts, before, archive)) continue;
    const refusal = judgeAgainst(facts, input);
    if (refusal !== null) refused.push({ topic, offset, refusal });
    const merged = refusal === null ? merge(facts, input) : facts;
    if (merged === facts) {
      if (refusal === null && input.event.occurredAt < latestAt) stale += 1;
      continue;
    }
    latestAt = Math.max(latestAt, input.event.occurredAt);
    applied.push({ input, marker: { topic, offset }, erases: merged.erased !== facts.erased });
    facts = merged;
    returned ||= archive !== null;
    archive = null;
  }
  return { before, facts, archive, returned, entries, applied, refused, decisions, latestAt, stale };
};

export const foldOf = ({ before, facts, archive, applied, refused, decisions, stale, ...sofar }: SoFar): Fold => {
  const known = before?.facts ?? emptyFacts;
  // Of who was erased in the end nothing goes anywhere.
  const entries = facts.erased === known.erased ? sofar.entries : [];
  const moved = {
    ...(archive === null ? sofar.returned && { returned: true as const } : { archive }),
    ...(entries.length > 0 && { entries }),
  };
  const folded = foldedOf(known, facts, applied);
  return { folded: folded && { ...folded, ...moved }, refused, decisions, stale };
};

/**
 * What the system says to itself begins no profile: it comes late where a customer was erased meanwhile, nor does it bring anybody
 * back from the archive. And a link that the customer had before is no matter of who comes back.
 */
const isForNobody = (
  input: InputEvent,
  facts: Facts,
  before: ProfileDocument | null,
  archive: InArchive | null,
): boolean => {
  if (input.type !== 'ProfileCommand') return false;
  if (isBare(facts)) return true;
  if (archive !== null) return true;
  const { link } = input.event.parameters;
  if (facts.erased === undefined || link === undefined) return false;
  // That others have it no more is heard also by who has it no more.
  return facts.links[link] === undefined && !(before?.links?.claimed.includes(link) ?? false);
};

const foldedOf = (known: Facts, facts: Facts, applied: readonly Applied[]): Folded | null => {
  const last = applied.at(-1);
  if (last === undefined) return null;
  const occurredAt = Math.max(...applied.map(({ input }) => input.event.occurredAt));
  const common = { facts, marker: last.marker, occurredAt, applied: applied.length };
  if (facts.erased === known.erased) return { ...common, causes: applied.map(causeOf) };
  // What happened before is not to be named any more, were it in this very batch.
  const erasedBy = applied.findLastIndex(({ erases }) => erases);
  // What was said of links is gone with it, whatever its date; nor did what came before it begin anything.
  const since = applied.filter(({ input }, at) =>
    input.type === 'ProfileCommand' ? at > erasedBy : input.event.occurredAt > erasedUpTo(facts),
  );
  const erasure = applied.findLast(({ input }) => input.event.occurredAt === erasedUpTo(facts));
  const named = since.length > 0 || erasure === undefined ? since : [erasure];
  return { ...common, causes: isBare(facts) ? [] : named.map(causeOf), erases: true };
};

const causeOf = ({ input }: Applied): Cause => ({ eventId: input.event.eventId, eventType: input.type });
