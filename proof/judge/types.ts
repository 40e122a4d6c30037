/** What the judge is given and what it says: plain data that others may build on. */

/** Null: the header has a name only. */
export type HeaderValue = Buffer | string | null;

/** One record as anyone reads it from Kafka. `timestamp` is the record's own, ms. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>>;
}

/** A document of the collection `profiles` as it is stored, keys of facts still percent-escaped. Nothing of it is trusted. */
export interface StoredDocument {
  readonly _id: unknown;
  readonly version: unknown;
  readonly epoch?: unknown;
  readonly marker?: unknown;
  readonly previousVersion?: unknown;
  readonly pending?: unknown;
  readonly audiences?: unknown;
  readonly links?: unknown;
  /** Where the facts of an archived customer lie. */
  readonly archive?: unknown;
  readonly facts: unknown;
  readonly profile: unknown;
}

/** A document of the collection `erased` as it is stored: what is left of a customer. Nothing of it is trusted. */
export interface StoredStub extends StoredDocument {
  readonly recordedAt?: unknown;
}

/** A document of the collection `history` as it is stored. Nothing of it is trusted. */
export interface StoredChunk {
  readonly _id: unknown;
  readonly customer: unknown;
  readonly number: unknown;
  readonly epoch: unknown;
  readonly keys: unknown;
  readonly checksum: unknown;
  readonly sealed: unknown;
}

/** A document of the collection `decisions` as it is stored. Nothing of it is trusted. */
export interface StoredDecision {
  /** Identifier of the command. */
  readonly _id: unknown;
  readonly customer: unknown;
  readonly outcome: unknown;
  readonly scope: unknown;
  readonly evidence: unknown;
  readonly orders: unknown;
  readonly agreements: unknown;
  readonly asOf: unknown;
  readonly policy: unknown;
  readonly jurisdiction: unknown;
}

/** A document of the collection `archive` as it is stored. Nothing of it is trusted. */
export interface StoredEntry {
  readonly _id: unknown;
  readonly customer: unknown;
  readonly version: unknown;
  readonly epoch: unknown;
  readonly scope: unknown;
  readonly at: unknown;
  readonly policy: unknown;
  readonly checksum: unknown;
  readonly record: unknown;
  readonly sealed: unknown;
}

/** A document of the collection `links` as it is stored. Nothing of it is trusted. */
export interface StoredLink {
  readonly _id: unknown;
  readonly version: unknown;
  readonly link?: unknown;
  readonly since?: unknown;
  readonly customerId?: unknown;
  readonly partition?: unknown;
  readonly leftAt?: unknown;
}

/** Schema id → the Avro schema as parsed JSON, as the registry gives it. An id that the registry does not know is absent. */
export type WriterSchemas = ReadonlyMap<number, unknown>;

/** Files of rules, as parsed JSON: the same that the members have been given. */
export interface Rules {
  /** Null when there is none. */
  readonly segments: unknown;
  readonly completeness: unknown;
  /** The policy of retention by which commands were made; without it theirs is taken as it is. */
  readonly retention?: unknown;
}

export interface JudgeSettings {
  /** Of topic names; may be empty. */
  readonly prefix: string;
  readonly futureToleranceMs: number;
  readonly schemas: WriterSchemas;
  /** Under which customers have been compared all the time: `LINK_KEY`, and the one before if there is one. None: nothing may be claimed. */
  readonly linkKeys: readonly string[];
  /** Under which churn models have heard of customers: every `CHURN_KEY` there was, null for none. By the last one they all go now. */
  readonly churnKeys: readonly (string | null)[];
  /** Under which erased customers are remembered: `ERASURE_KEY`, and the one before if there is one. */
  readonly erasureKeys: readonly string[];
  /** Orders that a document may hold. */
  readonly mostOrders: number;
  readonly rules: Rules;
  /** Names of inputs, without the prefix, that are keyed by something else than the customer. */
  readonly rekeyed: readonly string[];
  /** Of every topic. */
  readonly partitions: number;
}

type Stream<T> = AsyncIterable<T> | Iterable<T>;

/** Everything the judge looks at. Each stream is read once. The group has drained its inputs and nobody writes any more. */
export interface Evidence {
  /** Every input topic, read_committed, in offset order within a partition. */
  readonly inputs: Stream<LogRecord>;
  /** `customer-updated` and the topics of all audiences, read_committed, in offset order within a partition. */
  readonly committedOutputs: Stream<LogRecord>;
  /** The same topics, read_uncommitted. */
  readonly uncommittedOutputs: Stream<LogRecord>;
  /** Every `.dlq` topic, read_committed. */
  readonly deadLetters: Stream<LogRecord>;
  readonly documents: Stream<StoredDocument>;
  /** The collection `erased`. */
  readonly erased: Stream<StoredStub>;
  readonly links: Stream<StoredLink>;
  readonly history: Stream<StoredChunk>;
  readonly decisions: Stream<StoredDecision>;
  readonly archive: Stream<StoredEntry>;
  /** Offsets that the group has committed, by `<topic>:<partition>`. */
  readonly committed: ReadonlyMap<string, number>;
  /** Where each input log ends, by `<topic>:<partition>`; without it nobody can tell that too much was committed. */
  readonly logEnds?: ReadonlyMap<string, number>;
  /** Log lines of the members; may be empty. */
  readonly logs: Stream<string>;
}

export interface Violation {
  /** A name of `INVARIANTS`. */
  readonly invariant: string;
  readonly customerId: string | null;
  readonly detail: string;
}

export interface Story {
  readonly customerId: string;
  readonly lines: readonly string[];
}

export interface Totals {
  /** Messages of others. */
  readonly inputs: number;
  /** Of these, those to be applied. */
  readonly applied: number;
  /** What the system has said to itself: to those who count links, and to those who share one. */
  readonly statements: number;
  readonly commands: number;
  /** Messages of rekeyed inputs that were sent on. */
  readonly sentOn: number;
  /** Of all. */
  readonly refused: number;
  readonly refusedByReason: Readonly<Record<string, number>>;
  /** Customers with accepted events. */
  readonly customers: number;
  readonly documents: number;
  /** Customers who were erased, those who have come back included. */
  readonly erased: number;
  /** What retention has decided, by outcome. */
  readonly decided: Readonly<Record<string, number>>;
  /** Entries of the archive. */
  readonly archived: number;
  /** Published versions that a read_committed subscriber sees. */
  readonly versions: number;
  readonly deadLetters: number;
  /** Published versions, and what audiences were to be told of them, that only a read_uncommitted subscriber sees. */
  readonly abortedOutputs: number;
}

export interface Judgement {
  readonly ok: boolean;
  /** The first 100, and of no invariant more than 25. */
  readonly violations: readonly Violation[];
  /** How often each invariant was violated; one that holds is absent. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of the customers that the violations are about. */
  readonly stories: readonly Story[];
  readonly totals: Totals;
}
