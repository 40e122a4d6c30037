/** States of the model: what MongoDB, Kafka and each member know. */
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';

/** Two bits a register. */
export type Facts = number;

/** Three bits a topic: the offset to go on at. */
export type Position = number;
export const NOWHERE: Position = 64;

/** One bit a field of the facts. */
export type Paths = number;

/** The customer's document, as in `src/pipeline/document.ts`. */
export interface Document extends DocumentFields {
  readonly id: number;
}

export interface DocumentFields {
  readonly version: number;
  readonly epoch: number;
  /** Of the marker. */
  readonly topic: number;
  /** Of the marker; -1 in a stub. */
  readonly offset: number;
  readonly previousVersion: number;
  readonly pending: Paths;
  /** Pending too: the customer has been erased since the last published version. */
  readonly erased: boolean;
  readonly facts: Facts;
}

/**
 * The checkpoint of `src/pipeline/checkpoints.ts` that a member has passed last. A round is atomic up to `merged`, and so is
 * a transaction, so most need not be told apart; `offsets-read` is also where a member is between two rounds.
 */
const CHECKPOINTS = [
  'epoch-taken',
  'fenced',
  'epoch-confirmed',
  'offsets-read',
  'merged',
  'saved',
  'sent',
  'committed',
] as const satisfies readonly Checkpoint[];

/** unacknowledged: saved, and not by a majority yet. failed: to ask the group. asked: it has answered. */
export const STAGES = ['idle', ...CHECKPOINTS, 'unacknowledged', 'failed', 'asked'] as const;

export type Stage = (typeof STAGES)[number];

export interface Member extends MemberFields {
  readonly id: number;
}

export interface MemberFields {
  readonly stage: Stage;
  readonly kafkaEpoch: number;
  readonly epoch: number;
  readonly position: Position;
  /** The batch in work: its topic, and the offset behind it. */
  readonly topic: number;
  readonly to: number;
  /** The document as loaded. */
  readonly before: Document | null;
  /** The write; null when there is nothing to save. */
  readonly after: Document | null;
  /** The transaction of this batch carries the document's version. */
  readonly publish: boolean;
  /** Offsets of the batch that were refused, one bit each. */
  readonly refused: number;
  readonly cache: Document | null;
  /** By the group, as it is and not as the member believes. */
  readonly assigned: boolean;
}

export interface State {
  readonly document: Document | null;
  /** What a majority of MongoDB has; not followed in a world without failovers. */
  readonly durable: Document | null;
  readonly committed: Position;
  /** Committed before the last transaction. */
  readonly committedBefore: Position;
  /** Of the transactional id: who has a lower one is fenced. */
  readonly kafkaEpoch: number;
  /** In collection `tasks`. */
  readonly epoch: number;
  readonly members: readonly Member[];
  readonly publishedVersion: number;
  readonly publishedFacts: Facts;
  /** Dead letters, four bits a topic. */
  readonly deadLetters: number;
  /** Of the erasure: 0 it was not published yet, 1 its null is missing, 2 its null was published. */
  readonly tombstone: 0 | 1 | 2;
  readonly failovers: number;
  readonly rewinds: number;
  readonly skips: number;
  readonly rebalances: number;
  /** Since the last rebalance. */
  readonly takes: number;
}

export const registerOf = (facts: Facts, field: number): number => (facts >> (2 * field)) & 3;

export const differing = (one: Facts, other: Facts): Paths => {
  let paths = 0;
  for (let rest = one ^ other, bit = 1; rest !== 0; rest >>= 2, bit <<= 1) if ((rest & 3) !== 0) paths |= bit;
  return paths;
};

export const offsetIn = (position: Position, topic: number): number => (position >> (3 * topic)) & 7;

export const movedTo = (position: Position, topic: number, offset: number): Position =>
  (position & ~(7 << (3 * topic))) | (offset << (3 * topic));
