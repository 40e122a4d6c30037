/** What one batch does to one customer: rules 2, 3, 7, 8 and 9 of the task protocol as a pure function. */
import { type Customer, customerOf } from '../domain/derive.ts';
import { type Change, changedPaths, diff } from '../domain/diff.ts';
import { isBare } from '../domain/erasure.ts';
import { emptyFacts } from '../domain/facts.ts';
import { linksTold, linkValues } from '../domain/links.ts';
import { LIMITS } from '../domain/ledger/limits.ts';
import type { Chunk } from '../domain/past/chunk.ts';
import { moveOut, ROOM, type Room } from '../domain/past/move-out.ts';
import { isRefusal } from '../domain/refusal.ts';
import { ARCHIVED } from '../domain/retention/archived.ts';
import { type Due, dueOf } from '../domain/retention/lifetimes.ts';
import { jurisdictionOf } from '../domain/retention/ruling.ts';
import type { ProfileRules } from '../domain/rules.ts';
import { ProfileError } from '../errors.ts';
import { type AudienceView, isNamedOtherwise, tellAgain, type Telling, tellOf } from './audiences.ts';
import {
  type Archived,
  type DocumentState,
  isStub,
  type Marker,
  type Pending,
  type ProfileDocument,
  type ProfileWrite,
} from './document.ts';
import { forget } from './erasure.ts';
import { type Delivery, fold, type Fold, type Folded, type RefusedDelivery } from './fold.ts';
import { type Claim, claimsAgain, claimsOf, type LinkState } from './links/claims.ts';
import type { LinkHash } from './links/hash.ts';
import type { Position } from './ports.ts';
import { refreshOf } from './refresh.ts';
import type { InArchive, Decided } from './retention.ts';
import { clearsOf, writeOf } from './write.ts';

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
  /** For orders in the document; as by default unless said otherwise. */
  readonly room?: Room;
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
  /** Number of events that changed nothing, and are older than the latest that shaped the document. */
  readonly stale: number;
  /** What may not be applied to what is known of the customer. */
  readonly refused: readonly RefusedDelivery[];
  /** What retention has decided of the customer. */
  readonly decisions: readonly Decided[];
  /** Orders that leave the document with this write, and have to lie in the history before. */
  readonly chunks: readonly Chunk[];
  /** The history holds what does not count any more, once the write is acknowledged. */
  readonly leavesChunks: boolean;
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
  assertOwned(before, stretch);
  return planFolded(customerId, before, deliveries, fold(before, deliveries), stretch, then);
};

/** The same, once the deliveries have been folded. */
export const planFolded = (
  customerId: string,
  before: ProfileDocument | null,
  deliveries: readonly Delivery[],
  { folded, refused, decisions, stale }: Fold,
  stretch: Stretch,
  then: Consequences,
): CustomerPlan => {
  const plan = planOf(customerId, before, deliveries, folded, stretch, then);
  const write = plan.write && plan.document && clearing(plan.write, before, plan.document, stretch);
  return { ...plan, write, refused, decisions, stale, leavesChunks: leavesChunks(before, plan, stretch) };
};

const clearing = (
  write: ProfileWrite,
  before: ProfileDocument | null,
  document: ProfileDocument,
  { from }: Stretch,
): ProfileWrite => {
  const clears = clearsOf(before, document, before === null || isPublished(before, from));
  return clears ? { ...write, clears } : write;
};

/** Whoever owned the customer before may have left some, and an erasure leaves all. */
const leavesChunks = (before: ProfileDocument | null, { document, publish }: Plan, { from }: Stretch): boolean => {
  if (publish && document?.pending?.erased !== undefined) return true;
  // Whoever saved a version that was never published may have crashed before it removed what that version forgot.
  if (publish && before !== null && hasMoved(before) && !isPublished(before, from)) return true;
  const [was, is] = [before?.facts.past?.lineage, document?.facts.past?.lineage];
  return was !== is && (was?.length !== is?.length || was?.[0]?.from !== is?.[0]?.from);
};

const hasMoved = ({ facts: { past, cuts } }: ProfileDocument): boolean =>
  past !== undefined || cuts?.orders !== undefined;

const planOf = (
  customerId: string,
  before: ProfileDocument | null,
  deliveries: readonly Delivery[],
  folded: Folded | null,
  stretch: Stretch,
  then: Consequences,
): Plan => {
  const changed = folded ?? (before && refreshOf(before, deliveries, then));
  if (changed !== null) return change(customerId, before, changed, stretch, then);
  if (before?.marker != null && covers(stretch, before.marker)) {
    const renamed = renamedOf(before, then);
    if (renamed !== null) return change(customerId, before, renamed, stretch, then);
    return { ...claim(customerId, before, stretch.epoch), publish: true, ...saidAgain(before, then), chunks: [] };
  }
  if (deliveries.some(refusedForUnknownSchema)) return claim(customerId, before, stretch.epoch);
  return { ...SILENT, write: null, document: before };
};

export const assertOwned = (before: ProfileDocument | null, { epoch }: Stretch): void => {
  if (before !== null && before.epoch > epoch) {
    throw new ProfileError('FENCED', 'a document carries a newer epoch than this task');
  }
};

type Plan = Omit<CustomerPlan, 'refused' | 'decisions' | 'stale' | 'leavesChunks'>;

/** Of a plan that publishes nothing. */
const SILENT = { publish: false, tellings: [], claims: [], applied: 0, chunks: [] } as const;

const change = (
  customerId: string,
  before: ProfileDocument | null,
  folded: Folded,
  { epoch, from }: Stretch,
  { rules, audiences, hash, room = ROOM }: Consequences,
): Plan => {
  const { marker, applied } = folded;
  const unpublishedVersion = before !== null && !isPublished(before, from) ? before.version : null;
  const next = (before?.version ?? 0) + 1;
  const forgotten = folded.erases ? forget(before, next, unpublishedVersion) : null;
  const isArchived = folded.archive !== undefined;
  const { facts, chunks } = isArchived
    ? { facts: folded.facts, chunks: [] }
    : moveOut(folded.facts, room, { epoch, limits: LIMITS, next: before?.facts.past?.next ?? 0 });
  const known = isBare(facts) ? null : customerOf(facts, rules);
  const customer = known && isArchived ? { ...known, profile: ARCHIVED } : known;
  const profile = customer?.profile ?? null;
  // An erasure takes a version of its own, so that every subscriber can tell it from what begins after it.
  const version = forgotten !== null && profile !== null ? next + 1 : next;

  const heard = forgotten?.states ?? before?.audiences ?? {};
  const { states, tellings } =
    customer === null
      ? { states: heard, tellings: [] }
      : tellOf(
          // What a muted one was told before would stay.
          isArchived ? audiences.map((audience) => ({ ...audience, muted: false })) : audiences,
          { customerId, customer, version },
          { states: heard, unpublishedVersion: forgotten === null ? unpublishedVersion : null },
        );
  const claimedBefore = before?.links ?? null;
  const links = linksOf(isArchived ? null : customer, claimedBefore, hash);
  const asksAnew = forgotten !== null || folded.returned === true;
  const saidBefore = { state: claimedBefore, unpublishedVersion, asksAnew };
  const { state: claimed, claims } = claimsOf(links, version, saidBefore, linksTold(facts));

  const profileBefore = forgotten === null ? (before?.profile ?? null) : null;
  const profileChanges = profile === null ? [] : diff(profileBefore, profile, []);
  const fresh = {
    ...pendingOf(folded, profileChanges),
    ...(profileBefore === null && profile !== null && version > 1 && { begins: true as const }),
    ...(forgotten !== null && { erased: forgotten.notice }),
  };
  const unpublished = unpublishedVersion === null || forgotten !== null ? null : (before?.pending ?? null);
  const pending = unpublished === null ? fresh : takeOver(unpublished, fresh);
  const state: DocumentState = {
    version,
    epoch,
    marker,
    previousVersion: pending.erased?.version ?? previousVersionOf(before, unpublishedVersion),
    pending,
    audiences: states,
    links: claimed,
    ...(folded.archive && { archive: { version, epoch, ...folded.archive } }),
    ...(known !== null && { due: folded.archive ? dueInArchive(known, folded.archive) : dueOf(known) }),
  };
  const document: ProfileDocument = { _id: customerId, ...state, facts, profile };
  const write = writeOf(before, document, state, profileChanges, archivesOf(folded, document));
  return { write, document, publish: true, tellings, claims, applied, chunks };
};

const dueInArchive = ({ facts }: Customer, { at }: InArchive): Due => ({
  jurisdiction: jurisdictionOf(facts),
  archived: at,
});

/** What goes to the archive along with the version: nobody who lies there already. */
const archivesOf = (
  { entries = [] }: Folded,
  { version, epoch, archive, facts, pending }: ProfileDocument,
): Archived[] => [
  ...entries.map((each) => ({ ...each, version, epoch, scope: 'entries' as const })),
  ...(archive?.version === version
    ? [{ ...archive, scope: 'customer' as const, facts, causes: pending?.causes ?? [] }]
    : []),
];

const linksOf = (customer: Customer | null, before: LinkState | null, hash: LinkHash | null): readonly string[] => {
  if (customer === null) return [];
  return hash === null ? (before?.claimed ?? []) : hash(linkValues(customer));
};

const pendingOf = ({ causes, occurredAt }: Folded, profileChanges: readonly Change[]): Pending => ({
  paths: changedPaths(profileChanges),
  causes,
  occurredAt,
});

const previousVersionOf = (before: ProfileDocument | null, unpublishedVersion: number | null): number =>
  unpublishedVersion === null ? (before?.version ?? 0) : (before?.previousVersion ?? 0);

/** Sets the epoch only, so that a stale save of a zombie meets a conflict; where no document is, a stub that carries it. */
const claim = (customerId: string, before: ProfileDocument | null, epoch: number): Plan => {
  if (before !== null) {
    const place = isStub(before) ? { isStub: true as const } : {};
    const write = { customerId, expectedVersion: before.version, ...place, state: { epoch }, changes: [] };
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
    claims: claimsAgain(links, version, linksTold(facts)),
  };
};

/** What takes the place of a version that nobody may hear of as it was saved: names are gone as soon as they are given up. */
const renamedOf = (
  { _id: customerId, version, facts, marker, pending, audiences, archive }: ProfileDocument,
  then: Consequences,
): Folded | null =>
  marker !== null && pending !== null && isNamedOtherwise(then.audiences, { customerId, version }, audiences)
    ? { facts, marker, causes: [], occurredAt: pending.occurredAt, applied: 0, ...(archive && { archive }) }
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
  ...((unpublished.begins ?? fresh.begins) && { begins: true }),
  ...(unpublished.erased && { erased: unpublished.erased }),
});
