/** The one document a customer: facts, profile, and the marker that ties its version to the transaction that publishes it. */
import type { Change } from '../domain/diff.ts';
import type { Facts } from '../domain/facts.ts';
import type { Due } from '../domain/retention/lifetimes.ts';
import type { Cause, CustomerProfile } from '../domain/generated/CustomerUpdated.ts';
import type { AudienceStates } from './audiences.ts';
import type { ErasureNotice } from './erasure.ts';
import type { LinkState } from './links/claims.ts';

/** Where a record stands within its task: the partition is the task's. */
export interface Marker {
  readonly topic: string;
  readonly offset: number;
}

/** What changed since the last published version. */
export interface Pending {
  /** Paths within the profile, sorted. */
  readonly paths: readonly string[];
  readonly causes: readonly Cause[];
  /** When the latest cause occurred, ms. */
  readonly occurredAt: number;
  /** The customer was not known before, or known no more. */
  readonly begins?: true;
  /** An erasure that nobody may have heard of yet. */
  readonly erased?: ErasureNotice;
}

/** Where the facts of an archived customer lie: it is named by the version and the epoch that put them there. */
export interface ArchiveReference {
  readonly version: number;
  readonly epoch: number;
  /** Since when, ms. */
  readonly at: number;
  readonly policy: string;
}

/** Something that goes to the archive before it leaves the document. */
export interface Archived extends ArchiveReference {
  /** The customer as a whole, or single orders and agreements. */
  readonly scope: 'customer' | 'entries';
  readonly facts: Facts;
  /** Of the version by which the customer moved there: events that the stub is not to name. */
  readonly causes?: readonly Cause[];
}

/** Of an erased or archived customer only a stub is left, which holds what the protocol needs to go on. */
export interface ProfileDocument {
  readonly _id: string;
  readonly version: number;
  /** Epoch of the task owner that wrote last. */
  readonly epoch: number;
  /** The last event that changed the document; null in a stub that only carries an epoch (version 0). */
  readonly marker: Marker | null;
  /** The version published before this one. */
  readonly previousVersion: number;
  readonly pending: Pending | null;
  readonly audiences: AudienceStates;
  /** What the customer shares or may share; null when nothing was ever claimed. */
  readonly links: LinkState | null;
  readonly facts: Facts;
  /** Null in stubs of erased customers, and in those that only carry an epoch. */
  readonly profile: CustomerProfile | null;
  /** Facts are in the archive; who reads the document has them all the same. */
  readonly archive?: ArchiveReference;
  /** By what retention finds it. */
  readonly due?: Due;
}

/** Nothing is left but that there was somebody. */
export const isErasedStub = ({ facts, profile }: ProfileDocument): boolean =>
  profile === null && facts.erased !== undefined;

/** Whose document lies apart, under a name that nobody can read. */
export const isStub = (document: ProfileDocument): boolean => document.archive !== undefined || isErasedStub(document);

/** What a document says of itself, next to facts and profile. */
export type DocumentState = Pick<
  ProfileDocument,
  'version' | 'epoch' | 'marker' | 'previousVersion' | 'pending' | 'audiences' | 'links' | 'archive' | 'due'
>;

/** One compare-and-set. It holds what changes and not the document, which need not outlive the plan. */
export type ProfileWrite = DocumentInsert | DocumentUpdate;

/**
 * On condition that there is no such document; a stub of an erased customer takes the place of an older one. A stub is written before
 * the profile is removed, and a profile of who comes back before the stub is: of two the higher epoch and version count.
 */
export interface DocumentInsert {
  readonly customerId: string;
  readonly expectedVersion: null;
  readonly document: ProfileDocument;
  /** There is a stub that it takes the place of. */
  readonly comesBack?: true;
  readonly archives?: readonly Archived[];
  readonly clears?: ArchiveClearance;
}

/** On condition that the document has this version and no newer epoch than `state`. */
export interface DocumentUpdate {
  readonly customerId: string;
  readonly expectedVersion: number;
  /** It is the stub of an erased or archived customer. */
  readonly isStub?: true;
  readonly state: Pick<DocumentState, 'epoch'> & Partial<DocumentState>;
  /** What changes in facts and profile, by path. */
  readonly changes: readonly Change[];
  readonly archives?: readonly Archived[];
  readonly clears?: ArchiveClearance;
}

/** What owners before may have left in the archive, and does not count. */
export interface ArchiveClearance {
  /** What is from before this version: the customer as a whole, or everything. */
  readonly outdated: { readonly below: number; readonly all: boolean } | null;
  /** What was put there for this version or a later one, by an owner before this epoch. */
  readonly unsaved: readonly Pick<ArchiveReference, 'version' | 'epoch'>[];
}
