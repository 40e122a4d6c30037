/** Reads a topic from outside: for people who look and for checks, never for the pipeline. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { ProfileError } from '../../errors.ts';
import type { Extent, Headers, HeaderValue, InboundRecord } from '../../pipeline/ports.ts';
import { withAdmin } from './admin.ts';
import { onePartition } from './assignor-protocol.ts';
import { kafkaError } from './errors.ts';
import { inbound } from './inbound.ts';

export interface ReadOptions {
  readonly topic: string;
  /** `end`: only what is written after the call. */
  readonly from: 'beginning' | 'end';
  /** `end`: up to where the topic ended at the call, or, if a transaction was open then, where that began. */
  readonly until: 'end' | 'stopped';
  /** Ends the reading when it aborts; that is no error. */
  readonly signal?: AbortSignal;
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /** Of one partition these offsets, whatever `from` and `until` say. */
  readonly only?: Extent & { readonly partition: number };
}

export type OnRecord = (record: InboundRecord) => void | Promise<void>;

/** Copied out of the answer that brought it: who keeps a record would keep the whole of that answer. */
const detached = (record: InboundRecord): InboundRecord => ({
  ...record,
  key: record.key && Buffer.from(record.key),
  value: record.value && Buffer.from(record.value),
  headers: Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, detachedHeader(value)])),
});

const detachedHeader = (value: Headers[string]): Headers[string] => {
  if (Array.isArray(value)) return value.map(detachedValue);
  return value === undefined ? undefined : detachedValue(value);
};

const detachedValue = (value: HeaderValue): HeaderValue => (Buffer.isBuffer(value) ? Buffer.from(value) : value);

/** What is still to be read of a partition: offsets from `next` up to but not including `end`. */
interface Stretch {
  next: number;
  readonly end: number;
}

/** How the names of groups begin that are made for a reading. */
export const READER_GROUPS = 'customer-profile-reader-';

const DOING = 'reading a topic';
/** An outage may last this long; a coordinator that is still loading is one. */
const ATTEMPTS = 10;
const RETRY_MS = 500;

/** A partition added since the call. */
const NOTHING: Stretch = { next: 0, end: 0 };

/**
 * Reads the partitions that a topic has, each in order, one record at a time, each record once. A consumer group that nobody
 * else has is made for it, never commits and is deleted at the end. Rejects with what `onRecord` throws, with
 * TOPIC_MISSING, and with KAFKA_UNAVAILABLE when an outage lasts.
 */
export const readTopic = async (kafka: Kafka, options: ReadOptions, onRecord: OnRecord): Promise<void> => {
  const { only } = options;
  const stretches = only
    ? new Map([[only.partition, { next: only.start, end: only.end }]])
    : await persistently(() => stretchesOf(kafka, options));
  if (isRead(stretches)) return;

  for (let attempt = 1; !options.signal?.aborted; attempt += 1) {
    const outage = await consume(kafka, options, stretches, onRecord);
    if (outage === null) return;
    if (attempt === ATTEMPTS) throw outage;
    await setTimeout(RETRY_MS);
  }
};

/** A broker that leads a new topic may not know it yet. */
const persistently = async <T>(operation: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof ProfileError) || !error.retriable) throw error;
      await setTimeout(RETRY_MS);
    }
  }
};

const stretchesOf = (kafka: Kafka, { topic, from, until }: ReadOptions): Promise<Map<number, Stretch>> =>
  withAdmin(kafka, 'reading where a topic ends', async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) throw new ProfileError('TOPIC_MISSING', `no topic ${topic}`);
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.map(({ partition, low, high }) => [
        partition,
        { next: Number(from === 'beginning' ? low : high), end: until === 'end' ? Number(high) : Infinity },
      ]),
    );
  });

const isRead = (stretches: Map<number, Stretch>): boolean =>
  [...stretches.values()].every(({ next, end }) => next >= end);

/**
 * Goes on where `stretches` stand. Resolves to null when everything is read or the signal aborts, and to the outage that
 * ended it otherwise. Rejects with what `onRecord` throws.
 */
const consume = async (
  kafka: Kafka,
  { topic, signal, isolation, only }: ReadOptions,
  stretches: Map<number, Stretch>,
  onRecord: OnRecord,
): Promise<ProfileError | null> => {
  const ended = Promise.withResolvers<ProfileError | null>();
  // It may end before anybody waits for it.
  ended.promise.catch(() => undefined);
  let reading = true;
  const end = (outage: ProfileError | null): void => {
    reading = false;
    ended.resolve(outage);
  };
  const stop = (): void => end(null);

  const passed = (partition: number, offset: number): void => {
    const stretch = stretches.get(partition);
    if (stretch !== undefined) stretch.next = Math.max(stretch.next, offset + 1);
    if (isRead(stretches)) stop();
  };
  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, messages } = payload.batch;
    const stretch = stretches.get(partition) ?? NOTHING;
    for (const record of messages.map((message) => detached(inbound(topic, partition, message)))) {
      if (!reading) return;
      if (record.offset < stretch.next || record.offset >= stretch.end) continue;
      try {
        await onRecord(record);
      } catch (error) {
        reading = false;
        ended.reject(error);
        return;
      }
      passed(partition, record.offset);
      await payload.heartbeat();
    }
  };

  // After an outage another group is made: the old one would wait for a member that could not say goodbye.
  const groupId = `${READER_GROUPS}${randomUUID()}`;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    ...(only && { partitionAssigners: [onePartition(only.partition)] }),
    readUncommitted: isolation === 'read_uncommitted',
    maxWaitTimeInMs: 200,
    retry: { restartOnFailure: () => Promise.resolve(false) },
  });
  // The group has no other member and so never loses a partition: here a seek cannot come too late.
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const [partition, { next }] of stretches) consumer.seek({ topic, partition, offset: String(next) });
  });
  // Control records and aborted messages occupy offsets, the last ones too, and never reach eachBatch.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (reading) passed(payload.partition, Number(payload.lastOffset));
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => end(kafkaError(payload.error, DOING)));
  signal?.addEventListener('abort', stop);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch });
  } catch (error) {
    end(kafkaError(error, DOING));
  }
  try {
    return await ended.promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    // Cleaning up never hides how the reading ended; the broker forgets an empty group by itself, only later.
    await consumer.disconnect().catch(() => undefined);
    await withAdmin(kafka, 'deleting a group', (admin) => admin.deleteGroups([groupId])).catch(() => undefined);
  }
};
