/** What one batch does to one customer: rules 2, 3, 7 and 8 of the task protocol as a pure function. */
import type { InputEvent } from '../domain/events.ts';
import { type Change, changedPaths, diff } from '../domain/diff.ts';
import { customerOf } from '../domain/derive.ts';
import { emptyFacts } from '../domain/facts.ts';
import { merge } from '../domain/merge.ts';
import type { Cause } from '../domain/generated/CustomerUpdated.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { ProfileRules } from '../domain/rules.ts';
import { ProfileError } from '../errors.ts';
import { type AudienceView, tellAgain, type Telling, tellOf } from './audiences.ts';
import type { DocumentState, Marker, Pending, ProfileDocument, ProfileWrite } from './document.ts';
import type { Position } from './ports.ts';

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

export interface CustomerPlan {
  readonly write: ProfileWrite | null;
  /** The document once the write is acknowledged; null when there is none. */
  readonly document: ProfileDocument | null;
  /** The transaction of this batch carries the document's version. */
  readonly publish: boolean;
  /** What audiences hear along with it; empty unless `publish`. */
  readonly tellings: readonly Telling[];
  /** Number of events that changed the document. */
  readonly applied: number;
}

/**
 * Folds the deliveries of one batch into the customer's document.
 * Throws FENCED when a newer owner has written the document already: this member is the zombie.
 */
export const planCustomer = (
  customerId: string,
  before: ProfileDocument | null,
  deliveries: readonly Delivery[],
  stretch: Stretch,
  audiences: readonly AudienceView[],
  rules: ProfileRules,
): CustomerPlan => {
  if (before !== null && before.epoch > stretch.epoch) {
    throw new ProfileError('FENCED', 'a document carries a newer epoch than this task');
  }
  const folded = fold(before, deliveries);
  if (folded !== null) return change(customerId, before, folded, stretch, audiences, rules);

  const redelivered = before?.marker != null && covers(stretch, before.marker);
  if (redelivered || deliveries.some(refusedForUnknownSchema)) {
    return claim(customerId, before, stretch.epoch, redelivered ? audiences : null, rules);
  }
  return { write: null, document: before, publish: false, tellings: [], applied: 0 };
};

interface Folded {
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
  audiences: readonly AudienceView[],
  rules: ProfileRules,
): CustomerPlan => {
  const customer = customerOf(facts, rules);
  const { profile } = customer;
  const profileChanges = diff(before?.profile ?? null, profile, []);
  const pending: Pending = { paths: changedPaths(profileChanges), causes, occurredAt };
  const unpublished = before !== null && !isPublished(before, from);
  const version = (before?.version ?? 0) + 1;
  const { states, tellings } = tellOf(audiences, customer, version, {
    states: before?.audiences ?? {},
    unpublishedVersion: unpublished ? before.version : null,
  });
  const state: DocumentState = {
    version,
    epoch,
    marker,
    previousVersion: unpublished ? before.previousVersion : (before?.version ?? 0),
    pending: unpublished && before.pending !== null ? takeOver(before.pending, pending) : pending,
    audiences: states,
  };
  const document: ProfileDocument = { _id: customerId, ...state, facts, profile };
  const write = writeOf(before, document, state, profileChanges);
  return { write, document, publish: true, tellings, applied: causes.length };
};

/** Beyond so many changed paths, replacing facts and profile is cheaper than naming each. */
const MAX_PATHS = 100;

const writeOf = (
  before: ProfileDocument | null,
  document: ProfileDocument,
  state: DocumentState,
  profileChanges: readonly Change[],
): ProfileWrite => {
  const { _id: customerId, facts, profile } = document;
  if (before === null) return { customerId, expectedVersion: null, document };
  const update = { customerId, expectedVersion: before.version, state };
  const factChanges = diff(before.facts, facts, ['facts']);
  if (factChanges.length + profileChanges.length > MAX_PATHS) {
    const whole = [
      { path: ['facts'], value: facts },
      { path: ['profile'], value: profile },
    ];
    return { ...update, changes: whole };
  }
  const ofProfile =
    before.profile === null
      ? [{ path: ['profile'], value: profile }]
      : profileChanges.map(({ path, value }) => ({ path: ['profile', ...path], value }));
  return { ...update, changes: [...factChanges, ...ofProfile] };
};

/**
 * Sets the epoch only, so that a stale save of a zombie meets a conflict; where no document is, a stub that carries it.
 * `audiences`: of a version that is published; null when none is.
 */
const claim = (
  customerId: string,
  before: ProfileDocument | null,
  epoch: number,
  audiences: readonly AudienceView[] | null,
  rules: ProfileRules,
): CustomerPlan => {
  const publish = audiences !== null;
  if (before !== null) {
    const { version, facts, profile } = before;
    const write = { customerId, expectedVersion: version, state: { epoch }, changes: [] };
    // Of the version as it was saved: rules may have changed since.
    const tellings =
      audiences === null || profile === null
        ? []
        : tellAgain(audiences, { ...customerOf(facts, rules), profile }, version, before.audiences);
    return { write, document: { ...before, epoch }, publish, tellings, applied: 0 };
  }
  const document: ProfileDocument = {
    _id: customerId,
    version: 0,
    epoch,
    marker: null,
    previousVersion: 0,
    pending: null,
    audiences: {},
    facts: emptyFacts,
    profile: null,
  };
  return { write: { customerId, expectedVersion: null, document }, document, publish, tellings: [], applied: 0 };
};

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
