/** What one batch does to one customer: rules 2, 3, 7 and 8 of the task protocol as a pure function. */
import type { InputEvent } from '../domain/events.ts';
import { changedPaths, diff } from '../domain/diff.ts';
import { customerOf } from '../domain/derive.ts';
import { emptyFacts } from '../domain/facts.ts';
import { linkValues } from '../domain/links.ts';
import { merge } from '../domain/merge.ts';
import type { Cause } from '../domain/generated/CustomerUpdated.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { ProfileRules } from '../domain/rules.ts';
import { ProfileError } from '../errors.ts';
import { type AudienceView, isNamedOtherwise, tellAgain, type Telling, tellOf } from './audiences.ts';
import type { DocumentState, Marker, Pending, ProfileDocument, ProfileWrite } from './document.ts';
import { type Claim, claimsAgain, claimsOf } from './links/claims.ts';
import type { LinkHash } from './links/hash.ts';
import type { Position } from './ports.ts';
import { refreshOf } from './refresh.ts';
import { writeOf } from './write.ts';

/** One record of the customer, decoded or refused. */
export interface Delivery {
  readonly topic: string;
  readonly offset: number;
  readonly input: InputEvent | Refusal;
}

/** The batch as a whole: who works on it, and which stretch of every topic it covers. */
export interface Stretch {
  readonly epoch: number;
  /** Committed before this batch. */
  readonly from: Position;
  /** Committed with this batch. */
  readonly to: Position;
}

/** What follows from facts, and who hears of it. */
export interface Consequences {
  readonly rules: ProfileRules;
  readonly audiences: readonly AudienceView[];
  /** Null where nothing new is claimed. */
  readonly hash: LinkHash | null;
}

export interface CustomerPlan {
  readonly write: ProfileWrite | null;
  /** The document once the write is acknowledged; null when there is none. */
  readonly document: ProfileDocument | null;
  /** The transaction of this batch carries the document's version. */
  readonly publish: boolean;
  /** What audiences hear along with it; empty unless `publish`. */
  readonly tellings: readonly Telling[];
  /** What it says of values that others may have as well; empty unless `publish`. */
  readonly claims: readonly Claim[];
  /** Number of events that changed the document. */
  readonly applied: number;
}

/**
 * Folds the deliveries of one batch into the customer's document; a refresh makes a version only where something is different.
 * Throws FENCED when a newer owner has written the document already: this member is the zombie.
 */
export const planCustomer = (
  customerId: string,
  before: ProfileDocument | null,
  deliveries: readonly Delivery[],
  stretch: Stretch,
  then: Consequences,
): CustomerPlan => {
  if (before !== null && before.epoch > stretch.epoch) {
    throw new ProfileError('FENCED', 'a document carries a newer epoch than this task');
  }
  const folded = fold(before, deliveries) ?? (before && refreshOf(before, deliveries, then));
  if (folded !== null) return change(customerId, before, folded, stretch, then);

  if (before?.marker != null && covers(stretch, before.marker)) {
    const renamed = renamedOf(before, then);
    if (renamed !== null) return change(customerId, before, renamed, stretch, then);
    return { ...claim(customerId, before, stretch.epoch), publish: true, ...saidAgain(before, then) };
  }
  if (deliveries.some(refusedForUnknownSchema)) return claim(customerId, before, stretch.epoch);
  return { ...SILENT, write: null, document: before };
};

/** Of a plan that publishes nothing. */
const SILENT = { publish: false, tellings: [], claims: [], applied: 0 } as const;

/** What a new version is made of. */
export interface Folded {
  readonly facts: ProfileDocument['facts'];
  readonly marker: Marker;
  readonly causes: readonly Cause[];
  readonly occurredAt: number;
}

const fold = (before: ProfileDocument | null, deliveries: readonly Delivery[]): Folded | null => {
  let facts = before?.facts ?? emptyFacts;
  let marker: Marker | null = null;
  let occurredAt = Number.NEGATIVE_INFINITY;
  const causes: Cause[] = [];
  for (const { topic, offset, input } of deliveries) {
    if (isRefusal(input)) continue;
    const merged = merge(facts, input);
    if (merged === facts) continue;
    facts = merged;
    marker = { topic, offset };
    causes.push({ eventId: input.event.eventId, eventType: input.type });
    occurredAt = Math.max(occurredAt, input.event.occurredAt);
  }
  return marker === null ? null : { facts, marker, causes, occurredAt };
};

const change = (
  customerId: string,
  before: ProfileDocument | null,
  { facts, marker, causes, occurredAt }: Folded,
  { epoch, from }: Stretch,
  { rules, audiences, hash }: Consequences,
): CustomerPlan => {
  const customer = customerOf(facts, rules);
  const { profile } = customer;
  const profileChanges = diff(before?.profile ?? null, profile, []);
  const pending: Pending = { paths: changedPaths(profileChanges), causes, occurredAt };
  const unpublished = before !== null && !isPublished(before, from);
  const version = (before?.version ?? 0) + 1;
  const unpublishedVersion = unpublished ? before.version : null;
  const { states, tellings } = tellOf(
    audiences,
    { customerId, customer, version },
    {
      states: before?.audiences ?? {},
      unpublishedVersion,
    },
  );
  const known = before?.links ?? null;
  const links = hash === null ? (known?.claimed ?? []) : hash(linkValues(customer));
  const { state: claimed, claims } = claimsOf(links, version, { state: known, unpublishedVersion });
  const state: DocumentState = {
    version,
    epoch,
    marker,
    previousVersion: unpublished ? before.previousVersion : (before?.version ?? 0),
    pending: unpublished && before.pending !== null ? takeOver(before.pending, pending) : pending,
    audiences: states,
    links: claimed,
  };
  const document: ProfileDocument = { _id: customerId, ...state, facts, profile };
  const write = writeOf(before, document, state, profileChanges);
  return { write, document, publish: true, tellings, claims, applied: causes.length };
};

/** Sets the epoch only, so that a stale save of a zombie meets a conflict; where no document is, a stub that carries it. */
const claim = (customerId: string, before: ProfileDocument | null, epoch: number): CustomerPlan => {
  if (before !== null) {
    const write = { customerId, expectedVersion: before.version, state: { epoch }, changes: [] };
    return { ...SILENT, write, document: { ...before, epoch } };
  }
  const document: ProfileDocument = {
    _id: customerId,
    version: 0,
    epoch,
    marker: null,
    previousVersion: 0,
    pending: null,
    audiences: {},
    links: null,
    facts: emptyFacts,
    profile: null,
  };
  return { ...SILENT, write: { customerId, expectedVersion: null, document }, document };
};

/** What a version says that is published again, or at last: as it was saved, for rules may have changed since. */
const saidAgain = (
  { _id: customerId, version, facts, profile, audiences, links }: ProfileDocument,
  then: Consequences,
): Pick<CustomerPlan, 'tellings' | 'claims'> => {
  const customer = profile && { ...customerOf(facts, then.rules), profile };
  return {
    tellings: customer ? tellAgain(then.audiences, { customerId, customer, version }, audiences) : [],
    claims: claimsAgain(links, version),
  };
};

/** What takes the place of a version that nobody may hear of as it was saved: names are gone as soon as they are given up. */
const renamedOf = (
  { _id: customerId, version, facts, marker, pending, audiences }: ProfileDocument,
  then: Consequences,
): Folded | null =>
  marker !== null && pending !== null && isNamedOtherwise(then.audiences, { customerId, version }, audiences)
    ? { facts, marker, causes: [], occurredAt: pending.occurredAt }
    : null;

/** The committed offsets have passed the marker, so its transaction has carried this version. */
const isPublished = ({ marker }: ProfileDocument, committed: Position): boolean =>
  marker === null || marker.offset < (committed[marker.topic] ?? Number.POSITIVE_INFINITY);

const covers = ({ from, to }: Stretch, { topic, offset }: Marker): boolean =>
  offset >= (from[topic] ?? Number.POSITIVE_INFINITY) && offset < (to[topic] ?? Number.NEGATIVE_INFINITY);

const refusedForUnknownSchema = ({ input }: Delivery): boolean => isRefusal(input) && input.reason === 'unknown-schema';

const takeOver = (unpublished: Pending, fresh: Pending): Pending => ({
  paths: [...new Set([...unpublished.paths, ...fresh.paths])].sort(),
  causes: [...unpublished.causes, ...fresh.causes],
  occurredAt: Math.max(unpublished.occurredAt, fresh.occurredAt),
});
