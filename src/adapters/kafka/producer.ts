import kafkajs, { type Kafka, type Producer, type Transaction as ClientTransaction } from 'kafkajs';
import type { Position, TaskProducer, Transaction } from '../../pipeline/ports.ts';
import { errorTypeOf, guarded } from './errors.ts';
import { requestsOf } from './requests.ts';

export interface ProducerSettings {
  readonly group: string;
  readonly partition: number;
  /** After this many ms the broker aborts a transaction whose owner is silent: nothing may stall subscribers for longer. */
  readonly transactionTimeoutMs?: number;
}

/** Right after a commit the coordinator may still be writing markers; the client does not retry this call by itself. */
const CONCURRENT_PAUSE_MS = 10;
const CONCURRENT_ATTEMPTS = 500;

export const createTaskProducer = (kafka: Kafka, settings: ProducerSettings): TaskProducer => {
  const { group, partition, transactionTimeoutMs = 30_000 } = settings;
  const producer = kafka.producer({
    transactionalId: `${group}-${partition}`,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: transactionTimeoutMs,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 30, retries: 8, maxRetryTime: 1_000 },
  });
  return {
    // The client initialises a transactional id with the first transaction, not with connect().
    fence: () =>
      guarded('fencing a task', async () => {
        await producer.connect();
        const transaction = await producer.transaction();
        await transaction.abort();
      }),
    begin: () =>
      guarded('beginning a transaction', async () => transactionOf(await producer.transaction(), group, partition)),
    close: () => disconnect(producer),
  };
};

const transactionOf = (transaction: ClientTransaction, group: string, partition: number): Transaction => ({
  send: (records) =>
    guarded('publishing', async () => {
      for (const { topicMessages, isOversized } of requestsOf(records, partition)) {
        // Of all codecs the one that every subscriber's client can read.
        const compression = isOversized ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None;
        await transaction.sendBatch({ topicMessages, compression });
      }
    }),
  addOffsets: (position) =>
    guarded('adding offsets to a transaction', () =>
      untilNotConcurrent(() =>
        transaction.sendOffsets({ consumerGroupId: group, topics: offsetsOf(position, partition) }),
      ),
    ),
  commit: () => guarded('committing a transaction', () => transaction.commit()),
});

const offsetsOf = (
  position: Position,
  partition: number,
): { topic: string; partitions: { partition: number; offset: string }[] }[] =>
  Object.entries(position).map(([topic, offset]) => ({ topic, partitions: [{ partition, offset: String(offset) }] }));

const untilNotConcurrent = async (call: () => Promise<void>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await call();
      return;
    } catch (error) {
      if (errorTypeOf(error) !== 'CONCURRENT_TRANSACTIONS' || attempt >= CONCURRENT_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, CONCURRENT_PAUSE_MS));
    }
  }
};

const CLOSE_DEADLINE_MS = 2_000;

/** A producer that is given up may be stuck: closing it never fails and never holds anybody up. */
const disconnect = async (producer: Producer): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_DEADLINE_MS);
  });
  await Promise.race([producer.disconnect().catch(() => undefined), deadline]);
  clearTimeout(timer);
};
