/** What the examples share: the servers, and how to follow a topic for as long as the process lives or to read it to its end. */
import { randomUUID } from 'node:crypto';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';

const { KAFKA_BROKERS = 'localhost:9092', TOPIC_PREFIX = '', SCHEMA_REGISTRY_URL } = process.env;

export const registryUrl = SCHEMA_REGISTRY_URL ?? 'http://localhost:8081';

export const topicPrefix = TOPIC_PREFIX;

/** What the client has to say goes to standard error from WARN on; INFO would go to standard output. */
export const kafka = new Kafka({ clientId: 'example', brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.WARN });

export const topicOf = (audience: 'marketing' | 'churn' | 'fraud'): string =>
  `${TOPIC_PREFIX}customer-updated.${audience}`;

export type Handle = (message: KafkaMessage) => Promise<void>;

/**
 * Handles one message after the other until SIGTERM or ctrl-C. Rejects when going on makes no sense: let the process end
 * with it, so that whatever runs the process starts it again, and says so if that does not help.
 */
export const follow = async (topic: string, groupId: string, handle: Handle): Promise<void> => {
  const stopped = Promise.withResolvers<undefined>();
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stopped.resolve(undefined));

  // Reads committed messages only, unless told otherwise: what an aborted transaction wrote must never be seen.
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 500,
    sessionTimeout: 10_000,
  });
  // An error with `retriable: false`, such as UNDECODABLE, ends the consumer for good and without a word to `run`. All
  // others are retried: an outage of the registry or of a database holds the partition up, and nothing is left out.
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) stopped.reject(error);
  });
  try {
    await consumer.connect();
    // Where nothing was committed yet, and where what was committed has been deleted, the log begins at its beginning.
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    // An offset is committed after `handle` has resolved, some messages later: a crash brings those once more.
    await Promise.all([consumer.run({ eachMessage: ({ message }) => handle(message) }), stopped.promise]);
  } finally {
    // Finishes the message in hand, commits, and leaves the group, so that another member goes on at once.
    await consumer.disconnect();
  }
};

/** Handles every message from the beginning up to where the topic ends now, and perhaps some that come meanwhile. */
export const readToEnd = async (topic: string, handle: Handle): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const ends = new Map(
    offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, Number(high)]),
  );
  if (ends.size === 0) return;

  const done = Promise.withResolvers<undefined>();
  // A group that nobody else has and that never commits, so that every run begins at the beginning.
  const retry = { restartOnFailure: () => Promise.resolve(false) };
  const consumer = kafka.consumer({ groupId: `to-the-end-${randomUUID()}`, allowAutoTopicCreation: false, retry });
  consumer.on(consumer.events.CRASH, ({ payload: { error } }) => done.reject(error));
  // The last offsets belong to markers of transactions, which no handler ever sees: who counts messages waits for ever.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
    if (Number(lastOffset) + 1 >= (ends.get(partition) ?? 0)) ends.delete(partition);
    if (ends.size === 0) done.resolve(undefined);
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await Promise.all([
      consumer.run({ autoCommit: false, eachMessage: ({ message }) => handle(message) }),
      done.promise,
    ]);
  } finally {
    await consumer.disconnect();
  }
};
