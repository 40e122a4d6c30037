/** What surrounds the protocol: the input logs of one task and one customer, and what may go wrong how often. */

/** Sets a register of the customer's facts: the later one wins. */
export interface Event {
  readonly field: number;
  /** From 1 to 3. */
  readonly at: number;
}

/** The input topics of one partition, at most two; null is an event of another customer, which moves offsets only. */
export type Logs = readonly (readonly (Event | null)[])[];

/** Where a record stands. */
export interface Coordinates {
  readonly topic: number;
  readonly offset: number;
}

/** Bounds and circumstances; whatever is left out does not happen. */
export interface World {
  readonly name: string;
  readonly logs: readonly Logs[];
  /** Each may pause before any step, for ever if need be, and crash or recover before any step. */
  readonly members: number;
  /** How often the task is taken, by anybody. */
  readonly takes: number;
  /** Epoch, fence and confirmation are steps of their own. Else they are one, which spares states. */
  readonly takenInSteps?: boolean;
  /** Members keep the document in memory between rounds. */
  readonly cache?: boolean;
  /** Failovers of MongoDB that lose what was not replicated. With none, a save is durable at once. */
  readonly failovers?: number;
  /** Records that one member refuses and another may accept: an unknown schema, known later. */
  readonly disputed?: readonly Coordinates[];
  /** Records that everybody refuses. */
  readonly refused?: readonly Coordinates[];
  /** This event is an erasure, and field 0 is when the customer was erased. */
  readonly erasure?: Coordinates;
  /** Rewinds of committed offsets by an operator, while all members are idle. */
  readonly rewinds?: number;
  /** Jumps forward of committed offsets, while all members are idle. */
  readonly skips?: number;
  /** From every state one member that is left alone must be able to finish. */
  readonly finishes?: boolean;
  /** The consumer group assigns the task to one member, and moves it so many times; nobody crashes. */
  readonly rebalances?: number;
}

export const TOPICS = ['A', 'B'] as const;

/**
 * How often the task may be taken after the last rebalance: by the owner, and once by each of the others, who may have asked
 * before it, and who disturbs the owner twice, by its epoch and by its fence.
 */
export const takesWhenStable = ({ members }: World): number => 1 + 3 * (members - 1);
