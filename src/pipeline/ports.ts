/** What the pipeline needs of the world, in its own words. Adapters implement these; nothing here names a client library. */
import type { CustomerUpdated } from '../domain/generated/CustomerUpdated.ts';
import type { InboundEvent } from '../domain/events.ts';
import type { Chunk, PastKey } from '../domain/past/chunk.ts';
import type { Past } from '../domain/past/past.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { ProfileDocument, ProfileWrite } from './document.ts';
import type { Statement } from './links/answers.ts';
import type { Decided } from './retention.ts';

/** Kafka knows headers that have a name and no value. */
export type HeaderValue = Buffer | string | null;

/** Headers as Kafka carries them: bytes by name; a repeated header keeps its values in order. */
export type Headers = Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>>;

/** One record as received. `offset` is the record's own, `timestamp` the record's, in ms. */
export interface InboundRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** What one fetch returned for one topic of a task. Control records and compaction leave holes between the offsets. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. Above the task's position it means that the client has been moved (rule 6). */
  readonly fetchedOffset: number;
  /** The position after this batch. */
  readonly nextOffset: number;
  readonly records: readonly InboundRecord[];
}

export interface OutboundRecord {
  readonly topic: string;
  /** The task's own when absent. */
  readonly partition?: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** In ms; now when absent. */
  readonly timestamp?: number;
  /** In ms: at least this instead of now, so that no clock that is slow makes what was just written expire. */
  readonly notBefore?: number;
}

/** A position by topic: the offset of the next record to process. */
export type Position = Readonly<Record<string, number>>;

/** A document as the database has it: only bytes, which are cheap to hold, until somebody reads it. */
export interface StoredProfile {
  /** Decodes it, anew with every call. */
  read(): ProfileDocument;
  readonly storedBytes: number;
  /** Of the stub and the profile of a customer the one that does not count, if there are both. */
  readonly losers?: readonly StoredLoser[];
}

/** What a crash or a zombie has left of a customer beside what counts. */
export interface StoredLoser {
  /** Its name where it is stored. */
  readonly id: string;
  readonly isStub: boolean;
  readonly version: number;
  readonly epoch: number;
  /** It lies in the archive, of versions and owners up to these; `id` is the customer's. */
  readonly inArchive?: 'customer' | 'everything';
}

/** The documents of one database. Reads: primary, read concern majority. Writes: majority, never retried (rule 4). */
export interface ProfileStore {
  /** By customer; who has no document is missing. */
  load(customerIds: readonly string[]): Promise<Map<string, StoredProfile>>;
  /** Compare-and-set of every write in one bulk. Throws CONFLICT when any of them did not match (rule 2). */
  save(writes: readonly ProfileWrite[]): Promise<void>;
  /** Removes those that are still as they were; in the archive only what owners up to this epoch have put there. */
  discard(losers: readonly StoredLoser[], upTo: number): Promise<void>;
}

/** Orders that have been moved out of documents, in chunks that never change. Reads: primary, read concern majority; writes: majority. */
export interface HistoryStore {
  /**
   * Of a customer, for each of the keys the last that counts and holds it, and perhaps others: an order lies in one only, and of what has
   * been left out several times the last is what is known.
   */
  find(customerId: string, past: Past, keys: ReadonlySet<PastKey>): Promise<Chunk[]>;
  /** Those that a past consists of, in the order of their numbers. Throws HISTORY_DAMAGED when one is missing or cannot be opened. */
  read(customerId: string, past: Past): AsyncIterable<Chunk>;
  put(customerId: string, chunks: readonly Chunk[]): Promise<void>;
  /** Removes what is left of a customer beside what the past consists of, as far as no newer owner wrote it. */
  tidy(customerId: string, past: Past | undefined, epoch: number): Promise<void>;
}

/** What retention has decided, for whoever has to account for it. Writes: majority. */
export interface DecisionLog {
  /**
   * Each once by its command, before what it does is saved: what a newer owner has recorded stays. One that changed nothing takes the place of
   * what was recorded of the very message and never saved, and of nothing else; of nobody nothing stays.
   */
  record(decisions: readonly RecordedDecision[]): Promise<void>;
}

export interface RecordedDecision extends Decided {
  /** Of the task that decided. */
  readonly epoch: number;
}

/** Who was erased, for whoever meets messages of the customers. Reads: primary, read concern majority; writes: majority. */
export interface ErasedCustomers {
  /** Of these customers those who were erased: up to when, ms. Also those who have come back since. */
  among(customerIds: readonly string[]): Promise<Map<string, number>>;
}

/** Offsets from `start` up to but not including `end`. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The dead-letter topics as a whole. */
export interface LetterLog {
  /** What one partition of each topic holds, records of transactions that are still open included. */
  extents(partition: number): Promise<ReadonlyMap<string, Extent>>;
  /**
   * Hands over what is committed there, in order and in portions of bounded size, and waits for the transactions that are open.
   * Throws CLOSED when `signal` aborts.
   */
  read(place: LetterPlace, take: (letters: readonly InboundRecord[]) => Promise<void>): Promise<void>;
  /** Deletes what lies before an offset, for good. */
  deleteBefore(topic: string, partition: number, offset: number): Promise<void>;
}

export interface LetterPlace extends Extent {
  readonly topic: string;
  readonly partition: number;
  readonly signal: AbortSignal;
}

/** Says how far the record of erasures goes: another one makes another mark. */
export interface ErasureMark {
  /** When the latest was recorded, by the clock of the server, ms. */
  readonly latest: number;
  /** How many were recorded shortly before it: one that becomes visible late, or was dated by another clock, is counted. */
  readonly recent: number;
}

/** Up to which erasures the tasks have swept their dead letters. Reads: primary, read concern majority; writes: majority. */
export interface SweepMarks {
  /** Null while nobody was ever erased. */
  latest(): Promise<ErasureMark | null>;
  /** What a task has swept; null when nothing. */
  read(task: string): Promise<ErasureMark | null>;
  write(task: string, mark: ErasureMark): Promise<void>;
}

/** A customer who has a value, and where answers about it go. */
export interface LinkMember {
  readonly customerId: string;
  readonly partition: number;
}

/** `since`: offset of the statement that made it one. */
export interface StandingMember extends LinkMember {
  readonly since: number;
}

/**
 * Who has which value, one register a customer and value: the statement of the highest customer version stands, whoever writes it and
 * however often, so that a zombie can do no harm.
 */
export interface LinkStore {
  /** Majority write of every statement that is newer than what is stored. */
  save(statements: readonly Statement[]): Promise<void>;
  /** Of each link the `most` that have it longest. Reads: primary, read concern majority. */
  members(links: readonly string[], most: number): Promise<Map<string, StandingMember[]>>;
}

/** The fencing tokens of tasks (rule 1). */
export interface EpochStore {
  /** Takes the next epoch of a task; majority write. Throws RELEASE_OUTDATED, and takes nothing, where a newer release has had it. */
  take(task: string): Promise<number>;
  /** Majority write on condition that `epoch` is still the latest; false when it is not. */
  confirm(task: string, epoch: number): Promise<boolean>;
}

/** One Kafka transaction. Any error leaves the producer unusable: close it and recover. */
export interface Transaction {
  send(records: readonly OutboundRecord[]): Promise<void>;
  addOffsets(position: Position): Promise<void>;
  commit(): Promise<void>;
}

/** The transactional producer of one task, writing to the task's partition unless a record names another. */
export interface TaskProducer {
  /** Initialises the transactional id: aborts and shuts out any predecessor still alive. */
  fence(): Promise<void>;
  begin(): Promise<Transaction>;
  close(): Promise<void>;
}

/** Opens the producer with transactional id `<group>-<partition>`. */
export type ProducerFactory = (partition: number) => TaskProducer;

/** Committed offsets of one partition of every input topic; the log start where nothing was ever committed. */
export interface CommittedOffsets {
  read(partition: number): Promise<Position>;
}

/** Bytes to events. */
export interface EventDecoder {
  /**
   * Learns the writer schemas that the values name, so that `decode` never waits.
   * Throws REGISTRY_UNAVAILABLE during an outage, SCHEMA_UNKNOWN while an unknown id may still appear.
   */
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
  /** Decodes a value, or says why it never can be. */
  decode(topic: string, value: Buffer | null): InboundEvent | Refusal;
}

/** Events to bytes in the Confluent wire format. */
export interface EventEncoder<Event = CustomerUpdated> {
  encode(event: Event): Buffer;
}

/** The group's word on whether this member still is one (rule 10). */
export interface Membership {
  /** Resolves once the group has acknowledged a heartbeat sent after this call; rejects with CLOSED when `signal` aborts. */
  confirmed(signal: AbortSignal): Promise<void>;
}

export interface Clock {
  now(): number;
  /** Rejects with CLOSED when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
