/** What the deliveries of one batch say of their customer. */
import { erasedUpTo } from '../domain/cuts.ts';
import { isBare } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts, type Facts } from '../domain/facts.ts';
import type { Cause } from '../domain/generated/CustomerUpdated.ts';
import { merge } from '../domain/merge.ts';
import { isRefusal, judgeAgainst, type Refusal } from '../domain/refusal.ts';
import type { Marker, ProfileDocument } from './document.ts';

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
}

export interface Fold {
  /** Null when nothing changed. */
  readonly folded: Folded | null;
  readonly refused: readonly RefusedDelivery[];
}

interface Applied {
  readonly input: InputEvent;
  readonly marker: Marker;
}

export const fold = (before: ProfileDocument | null, deliveries: readonly Delivery[]): Fold => {
  const known = before?.facts ?? emptyFacts;
  let facts = known;
  const applied: Applied[] = [];
  const refused: RefusedDelivery[] = [];
  for (const { topic, offset, input } of deliveries) {
    if (isRefusal(input) || isForNobody(input, facts, before)) continue;
    const refusal = judgeAgainst(facts, input);
    if (refusal !== null) refused.push({ topic, offset, refusal });
    const merged = refusal === null ? merge(facts, input) : facts;
    if (merged === facts) continue;
    facts = merged;
    applied.push({ input, marker: { topic, offset } });
  }
  return { folded: foldedOf(known, facts, applied), refused };
};

/**
 * What the system says to itself begins no profile: it comes late where a customer was erased meanwhile. And a link that the
 * customer had before is no matter of who comes back.
 */
const isForNobody = (input: InputEvent, facts: Facts, before: ProfileDocument | null): boolean => {
  if (input.type !== 'ProfileCommand') return false;
  if (isBare(facts)) return true;
  const { link } = input.event.parameters;
  return facts.erased !== undefined && link !== undefined && !(before?.links?.claimed.includes(link) ?? false);
};

const foldedOf = (known: Facts, facts: Facts, applied: readonly Applied[]): Folded | null => {
  const last = applied.at(-1);
  if (last === undefined) return null;
  const occurredAt = Math.max(...applied.map(({ input }) => input.event.occurredAt));
  const common = { facts, marker: last.marker, occurredAt, applied: applied.length };
  if (facts.erased === known.erased) return { ...common, causes: applied.map(causeOf) };
  // What happened before is not to be named any more, were it in this very batch.
  const since = applied.filter(({ input }) => input.event.occurredAt > erasedUpTo(facts));
  const erasure = applied.findLast(({ input }) => input.event.occurredAt === erasedUpTo(facts));
  const named = since.length > 0 || erasure === undefined ? since : [erasure];
  return { ...common, causes: isBare(facts) ? [] : named.map(causeOf), erases: true };
};

const causeOf = ({ input }: Applied): Cause => ({ eventId: input.event.eventId, eventType: input.type });
