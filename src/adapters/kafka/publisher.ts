import type { Kafka, Message, Producer } from 'kafkajs';
import type { Headers } from '../../pipeline/ports.ts';
import { guarded } from './errors.ts';
import { outboundHeaders } from './inbound.ts';

export interface PublishedRecord {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** Chosen from the key, as Java clients do, when absent. */
  readonly partition?: number;
  /** In ms; now when absent. */
  readonly timestamp?: number;
}

export interface Publisher {
  /** Resolves once all in-sync replicas hold the records. Records of one key keep their order. Throws KAFKA_UNAVAILABLE. */
  send(records: readonly PublishedRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Brokers refuse requests above 1 MB by default. */
const REQUEST_BYTES = 900_000;

/** A plain idempotent producer, for whoever writes inputs: the demo, dead letters sent again, tests. */
export const connectPublisher = async (kafka: Kafka): Promise<Publisher> => {
  const producer = await guarded('connecting a publisher', () => connected(kafka));
  return {
    send: (records) =>
      guarded('publishing', async () => {
        for (const chunk of chunksOf(records)) {
          const byTopic = Map.groupBy(chunk, ({ topic }) => topic);
          const topicMessages = [...byTopic].map(([topic, group]) => ({ topic, messages: group.map(messageOf) }));
          await producer.sendBatch({ acks: -1, topicMessages });
        }
      }),
    close: () => guarded('closing a publisher', () => producer.disconnect()),
  };
};

/** Publishes one record by itself. Resolves to where it lies. Throws KAFKA_UNAVAILABLE. */
export const publishOne = (
  kafka: Kafka,
  record: PublishedRecord,
): Promise<{ readonly partition: number; readonly offset: number }> =>
  guarded('publishing', async () => {
    const producer = await connected(kafka);
    try {
      const [sent] = await producer.send({ topic: record.topic, acks: -1, messages: [messageOf(record)] });
      return { partition: sent?.partition ?? -1, offset: Number(sent?.baseOffset ?? -1) };
    } finally {
      await producer.disconnect();
    }
  });

const connected = async (kafka: Kafka): Promise<Producer> => {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  try {
    await producer.connect();
    return producer;
  } catch (error) {
    // Who may not write is connected all the same, and a connection keeps a process alive.
    await producer.disconnect().catch(() => undefined);
    throw error;
  }
};

const messageOf = ({ key, value, headers, partition, timestamp }: PublishedRecord): Message => ({
  key,
  value,
  headers: outboundHeaders(headers),
  ...(partition === undefined ? {} : { partition }),
  ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
});

const chunksOf = (records: readonly PublishedRecord[]): PublishedRecord[][] => {
  const chunks: PublishedRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = sizeOf(record);
    if (bytes > room || chunks.length === 0) {
      chunks.push([]);
      room = REQUEST_BYTES;
    }
    chunks.at(-1)?.push(record);
    room -= bytes;
  }
  return chunks;
};

/** What a record takes at most: lengths, offsets and timestamps of it and of each header included. */
const sizeOf = ({ key, value, headers }: PublishedRecord): number =>
  Object.entries(headers).reduce(
    (sum, [name, values]) =>
      [values ?? []]
        .flat()
        .reduce((total, header) => total + Buffer.byteLength(name) + Buffer.byteLength(header ?? '') + 10, sum),
    Buffer.byteLength(key ?? '') + Buffer.byteLength(value ?? '') + 70,
  );
