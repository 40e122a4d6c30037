/** The one document a customer: facts, profile, and the marker that ties its version to the transaction that publishes it. */
import type { Change } from '../domain/diff.ts';
import type { Facts } from '../domain/facts.ts';
import type { Cause, CustomerProfile } from '../domain/generated/CustomerUpdated.ts';

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
  readonly facts: Facts;
  readonly profile: CustomerProfile | null;
}

/** One compare-and-set. `version` and `epoch` are the condition: {_id, version, epoch ≤ mine}; null: no document may exist. */
export interface ProfileWrite {
  readonly customerId: string;
  readonly expectedVersion: number | null;
  readonly epoch: number;
  /** The document after the write; the adapter writes only what changed. */
  readonly document: ProfileDocument;
  /** What changed in facts and profile, by path; empty for a claim, which sets the epoch only. */
  readonly changes: readonly Change[];
}
