/** The one document a customer: facts, profile, and the marker that ties its version to the transaction that publishes it. */
import type { Change } from '../domain/diff.ts';
import type { Facts } from '../domain/facts.ts';
import type { Cause, CustomerProfile } from '../domain/generated/CustomerUpdated.ts';
import type { AudienceStates } from './audiences.ts';
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
}

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
  readonly profile: CustomerProfile | null;
}

/** What a document says of itself, next to facts and profile. */
export type DocumentState = Pick<
  ProfileDocument,
  'version' | 'epoch' | 'marker' | 'previousVersion' | 'pending' | 'audiences' | 'links'
>;

/** One compare-and-set. It holds what changes and not the document, which need not outlive the plan. */
export type ProfileWrite = DocumentInsert | DocumentUpdate;

/** On condition that there is no document. */
export interface DocumentInsert {
  readonly customerId: string;
  readonly expectedVersion: null;
  readonly document: ProfileDocument;
}

/** On condition that the document has this version and no newer epoch than `state`. */
export interface DocumentUpdate {
  readonly customerId: string;
  readonly expectedVersion: number;
  readonly state: Pick<DocumentState, 'epoch'> & Partial<DocumentState>;
  /** What changes in facts and profile, by path. */
  readonly changes: readonly Change[];
}
