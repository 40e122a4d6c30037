/** Holds patches/kafkajs+2.2.4.patch to what it is for. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  destroy(): void;
}
const RequestQueueClass = require('kafkajs/src/network/requestQueue') as new (options: object) => RequestQueue;

interface Message {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}
const filterAbortedMessages = require('kafkajs/src/consumer/filterAbortedMessages') as (fetched: {
  messages: Message[];
  abortedTransactions: { firstOffset: string; producerId: string }[];
}) => Message[];

interface Produced {
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: readonly { readonly value: string }[];
    }[];
  }[];
}
type SendMessages = (sent: {
  acks: number;
  topicMessages: { topic: string; messages: { value: string; partition?: number }[] }[];
}) => Promise<{ topicName: string; partition: number }[]>;
const createSendMessages = require('kafkajs/src/producer/sendMessages') as (parts: object) => SendMessages;

describe('a producer whose partitions change their leaders', () => {
  const TOPIC = 'topic';

  /**
   * Brokers 1 and 2, which lead the partitions as `leaders` says; after a failure metadata is read anew, as `later` says.
   * `refuses`: the first request of this broker fails.
   */
  const producerOf = (leaders: number[], later: (number | undefined)[], refuses: number) => {
    const stored: [broker: number, partition: number, value: string][] = [];
    let now: (number | undefined)[] = leaders;
    let refused = false;
    const brokerOf = (nodeId: number) => ({
      nodeId,
      produce: ({ topicData }: Produced) => {
        if (nodeId === refuses && !refused) {
          refused = true;
          throw Object.assign(new Error('not the leader any more'), { name: 'KafkaJSProtocolError', retriable: true });
        }
        for (const { partitions } of topicData) {
          for (const { partition, messages } of partitions) {
            for (const { value } of messages) stored.push([nodeId, partition, value]);
          }
        }
        return Promise.resolve({
          topics: topicData.map(({ topic, partitions }) => ({
            topicName: topic,
            partitions: partitions.map(({ partition }) => ({ partition, errorCode: 0 })),
          })),
        });
      },
    });
    const brokers = new Map([1, 2].map((nodeId) => [nodeId, brokerOf(nodeId)]));
    let turn = 0;
    const cluster = {
      addMultipleTargetTopics: () => Promise.resolve(),
      refreshMetadataIfNecessary: () => Promise.resolve(),
      // A second refresh brings what was missing in the first.
      refreshMetadata: () => {
        now = now === leaders ? later : later.map((leader) => leader ?? 2);
        return Promise.resolve();
      },
      isConnected: () => true,
      findTopicPartitionMetadata: () => leaders.map((_, partitionId) => ({ partitionId })),
      findLeaderForPartitions: (_: string, partitions: string[]) => {
        const byLeader: Record<number, number[]> = {};
        for (const partition of partitions.map(Number)) {
          const leader = now[partition];
          if (leader !== undefined) (byLeader[leader] ??= []).push(partition);
        }
        return byLeader;
      },
      findBroker: ({ nodeId }: { nodeId: string }) => Promise.resolve(brokers.get(Number(nodeId))),
    };
    const send = createSendMessages({
      logger: { debug: () => undefined, error: () => undefined },
      cluster,
      // Takes turns, as the client's own does with messages that have no key.
      partitioner: ({ message }: { message: { partition?: number } }) => message.partition ?? turn++ % leaders.length,
      eosManager: {
        ...{ acquireBrokerLock: () => undefined, releaseBrokerLock: () => undefined },
        ...{ getSequence: () => 0, updateSequence: () => undefined, isTransactional: () => false },
        ...{ getProducerId: () => 1, getProducerEpoch: () => 1 },
      },
      retrier: async (attempt: (bail: (error: unknown) => void, count: number, ms: number) => Promise<unknown>) => {
        for (let count = 0; ; count += 1) {
          try {
            return await attempt(() => undefined, count, 0);
          } catch (error) {
            if (count === 4) throw error;
          }
        }
      },
    });
    return {
      stored,
      send: (...messages: { value: string; partition?: number }[]) =>
        send({ acks: -1, topicMessages: [{ topic: TOPIC, messages }] }),
    };
  };
  const [a, b] = [
    { value: 'a', partition: 0 },
    { value: 'b', partition: 1 },
  ];

  it('sends what one broker refused to the other, which had answered for its own already', async () => {
    const { stored, send } = producerOf([1, 2], [1, 1], 2);
    expect(await send(a, b)).toHaveLength(2);
    expect(stored).toEqual([
      [1, 0, 'a'],
      [1, 1, 'b'],
    ]);
  });

  it('sends nothing twice that was acknowledged, also when its leader has changed', async () => {
    const { stored, send } = producerOf([1, 2], [2, 1], 2);
    await send(a, b);
    expect(stored.map(([, , value]) => value)).toEqual(['a', 'b']);
  });

  it('does not move messages to other partitions between two attempts', async () => {
    const { stored, send } = producerOf([1, 2], [1, 1], 2);
    await send({ value: 'x' }, { value: 'y' }, { value: 'z' });
    expect(stored.map(([, , value]) => value).toSorted()).toEqual(['x', 'y', 'z']);
  });

  it('waits for the metadata of a partition instead of passing it over', async () => {
    const { stored, send } = producerOf([1, 2], [1, undefined], 2);
    await send(a, b);
    expect(stored.map(([, , value]) => value).toSorted()).toEqual(['a', 'b']);
  });
});

describe('an idle connection of the client', () => {
  /** Checks for pending requests once, and tells whether it will do so again. */
  const checksAgain = ({ pending = 0, throttledMs = 0 }): boolean => {
    const logger = { debug: () => undefined };
    // With no request allowed in flight, what is pending stays pending.
    const queue = new RequestQueueClass({ maxInFlightRequests: 0, requestTimeout: 1000, logger });
    queue.pending.push(...Array<object>(pending).fill({}));
    queue.throttledUntil = Date.now() + throttledMs;
    queue.checkPendingRequests();
    const timer = queue.throttleCheckTimeoutId;
    queue.destroy();
    return timer !== null;
  };

  it('sets no timer while nothing is pending', () => {
    expect(checksAgain({})).toBe(false);
  });

  it('sets a timer for what is pending, and until it is no longer throttled', () => {
    expect(checksAgain({ pending: 1 })).toBe(true);
    expect(checksAgain({ throttledMs: 60_000 })).toBe(true);
  });
});

describe('a reader of committed messages', () => {
  const COMMIT = Buffer.from([0, 0, 0, 1]);
  const ABORT = Buffer.from([0, 0, 0, 0]);
  const message = (offset: number, producerId: string, key: Buffer | null = null): Message => ({
    offset: String(offset),
    key,
    isControlRecord: false,
    batchContext: { producerId, inTransaction: true },
  });
  const marker = (offset: number, producerId: string, key: Buffer): Message => ({
    ...message(offset, producerId, key),
    isControlRecord: true,
  });
  const read = (messages: Message[], ...aborted: [producerId: string, firstOffset: number][]): number[] =>
    filterAbortedMessages({
      messages,
      abortedTransactions: aborted.map(([producerId, firstOffset]) => ({
        producerId,
        firstOffset: String(firstOffset),
      })),
    })
      .filter(({ isControlRecord }) => !isControlRecord)
      .map(({ offset }) => Number(offset));

  it('sees no message of an aborted transaction when the one listed first began later', () => {
    const messages = [
      message(0, 'A'),
      message(1, 'B'),
      message(2, 'C'),
      marker(3, 'B', ABORT),
      marker(4, 'A', ABORT),
      marker(5, 'C', COMMIT),
    ];
    expect(read(messages, ['B', 1], ['A', 0])).toEqual([2]);
  });

  it('sees no message of several transactions that began before what it fetched', () => {
    const messages = [message(10, 'B'), message(11, 'C'), marker(12, 'A', ABORT), marker(13, 'B', ABORT)];
    expect(read(messages, ['A', 3], ['B', 4])).toEqual([11]);
  });

  it('takes no message for the end of its transaction, whatever its key', () => {
    expect(read([message(0, 'A', ABORT), message(1, 'A'), marker(2, 'A', ABORT)], ['A', 0])).toEqual([]);
  });

  it('sees what the same producer commits after an abort', () => {
    const messages = [message(0, 'A'), marker(1, 'A', ABORT), message(2, 'A'), marker(3, 'A', COMMIT)];
    expect(read(messages, ['A', 0])).toEqual([2]);
  });
});

describe('a record', () => {
  type Headers = Record<string, Buffer | string | null | (Buffer | string | null)[]>;
  interface Decoded {
    readonly timestamp: string;
    readonly offset: string;
    readonly headers: Headers;
  }
  const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => { buffer: Buffer };
  const decodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/decoder') as (
    decoder: object,
    batch: object,
  ) => Decoded;
  const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => { readVarInt(): number };

  const received = (record: object): Decoded => {
    const { buffer } = encodeRecord({ key: null, value: Buffer.from('value'), ...record });
    const decoder = new Decoder(buffer);
    const length = decoder.readVarInt();
    expect(buffer.length - length).toBe(length < 64 ? 1 : 2);
    return decodeRecord(decoder, { firstOffset: '0', firstTimestamp: '0' });
  };

  it('may have headers without a value: https://github.com/tulios/kafkajs/issues/1789', () => {
    const headers = { none: null, empty: Buffer.alloc(0), mixed: [Buffer.from('x'), null] };
    expect(received({ headers }).headers).toEqual(headers);
  });

  it('may have headers that are called what every object has', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const { headers } = received({ headers: Object.fromEntries(names.map((name) => [name, Buffer.from('x')])) });
    expect(Object.entries(headers)).toEqual(names.map((name) => [name, Buffer.from('x')]));
  });

  it('keeps the values of headers in order when they have one name', () => {
    const { headers } = received({ headers: { one: ['a', 'b', 'c'] } });
    expect(headers).toEqual({ one: ['a', 'b', 'c'].map((text) => Buffer.from(text)) });
  });

  it.each([0, 1, -1, 63, 64, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 45])(
    'keeps a timestamp that differs from the first one by %d ms',
    (timestampDelta) => expect(received({ timestampDelta }).timestamp).toBe(String(timestampDelta)),
  );

  it.each([0, 1, 127, 128, 100_000])('keeps its place %d in the batch', (offsetDelta) =>
    expect(received({ offsetDelta }).offset).toBe(String(offsetDelta)),
  );
});
