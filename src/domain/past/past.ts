/** Orders that have been moved out of the facts: those that took effect first. What they amount to stays, and where they lie. */
import { compare } from '../canonical.ts';
import type { LedgerRecord } from '../ledger/record.ts';

/** An order's place among those of the customer. */
export interface EffectKey {
  /** ms */
  readonly effectiveAt: number;
  readonly at: number;
  readonly by: string;
  readonly orderId: string;
}

export const compareEffects = (a: EffectKey, b: EffectKey): number =>
  a.effectiveAt - b.effectiveAt || a.at - b.at || compare(a.by, b.by) || compare(a.orderId, b.orderId);

export interface Past {
  readonly ledger: LedgerRecord;
  /** The last of them. */
  readonly upTo: EffectKey;
  /** When the earliest of them was stated, as far as it counts, ms. */
  readonly earliestAt: number;
  /** When the latest was, ms. */
  readonly heardAt: number;
  /** The same of all that was stated of them, counting or not. */
  readonly statedAt: number;
  /** Whose chunks count: each from a number on up to that of the next. */
  readonly lineage: readonly Stretch[];
  /** Number of the next chunk. */
  readonly next: number;
}

export interface Stretch {
  readonly from: number;
  /** Of the task owner that wrote them. */
  readonly epoch: number;
}
