import { connect, type Socket } from 'node:net';
import kafkajs, { type Kafka } from 'kafkajs';
import { createKafka } from '../../../src/adapters/kafka/client.ts';
import { connectPublisher, type PublishedRecord, type Publisher } from '../../../src/adapters/kafka/publisher.ts';
import { readTopic, type ReadOptions } from '../../../src/adapters/kafka/reader.ts';
import { createTopics, describeTopics } from '../../../src/adapters/kafka/topics.ts';
import type { InboundRecord } from '../../../src/pipeline/ports.ts';
import { testServices, uniqueName } from '../../helpers/services.ts';

const { kafkaBrokers } = testServices();
const kafka: Kafka = createKafka({ brokers: kafkaBrokers }, 'test');
let publisher: Publisher;

beforeAll(async () => {
  publisher = await connectPublisher(kafka);
});
afterAll(() => publisher.close());

const newTopic = async (partitions: number, configs: Record<string, string> = {}): Promise<string> => {
  const topic = uniqueName('read');
  await createTopics(kafka, [{ topic, partitions, replicationFactor: 1, configs }]);
  return topic;
};

const record = (topic: string, value: string, more: Partial<PublishedRecord> = {}): PublishedRecord => ({
  topic,
  key: value,
  value: Buffer.from(value),
  headers: {},
  ...more,
});

const read = async (topic: string, options: Partial<ReadOptions> = {}): Promise<InboundRecord[]> => {
  const records: InboundRecord[] = [];
  await readTopic(kafka, { topic, from: 'beginning', until: 'end', ...options }, (each) => void records.push(each));
  return records;
};
const values = (records: readonly InboundRecord[]): string[] => records.map(({ value }) => String(value));

const readerGroups = async (): Promise<string[]> => {
  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  await admin.disconnect();
  return groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith('customer-profile-reader-'));
};

/** A transactional producer of some upstream team. */
const upstream = async () => {
  const producer = kafka.producer({
    transactionalId: uniqueName('upstream'),
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 30 },
  });
  await producer.connect();
  return producer;
};

/** Records of partition 1 of which one fetch brings one. */
const large = (topic: string, count: number): PublishedRecord[] =>
  Array.from({ length: count }, (_, n) =>
    record(topic, `large ${n}`, { partition: 1, value: Buffer.alloc(700_000, n) }),
  );

/** A client whose connections can be cut, and which cannot make new ones meanwhile. */
const breakableLine = () => {
  const sockets = new Set<Socket>();
  let broken = false;
  let refused = 0;
  const client = new kafkajs.Kafka({
    brokers: kafkaBrokers,
    logLevel: kafkajs.logLevel.NOTHING,
    requestTimeout: 2_000,
    retry: { retries: 1, initialRetryTime: 50 },
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port }, onConnect);
      sockets.add(socket);
      if (broken) socket.destroy(new Error('the line is broken'));
      if (broken) refused += 1;
      return socket;
    },
  });
  return {
    kafka: client,
    refused: () => refused,
    breakFor: (ms: number): void => {
      broken = true;
      for (const socket of sockets) socket.destroy(new Error('the line breaks'));
      setTimeout(() => (broken = false), ms);
    },
  };
};

describe('topics', () => {
  it('are described as they were created, and only those that exist', async () => {
    const topic = await newTopic(3, { 'retention.ms': '1234567' });
    const described = await describeTopics(kafka, [topic, uniqueName('absent')]);
    expect([...described.keys()]).toEqual([topic]);
    expect(described.get(topic)).toMatchObject({ partitions: 3, configs: { 'retention.ms': '1234567' } });
    expect(await describeTopics(kafka, [uniqueName('absent')])).toEqual(new Map());
  });

  it('stay as they are when they are created again, while new ones beside them are created', async () => {
    const topic = await newTopic(2);
    const beside = uniqueName('read');
    const declared = { partitions: 5, replicationFactor: 1, configs: {} };
    await createTopics(kafka, [
      { topic, ...declared },
      { topic: beside, ...declared },
    ]);
    const described = await describeTopics(kafka, [topic, beside]);
    expect(described.get(topic)?.partitions).toBe(2);
    expect(described.get(beside)?.partitions).toBe(5);
  });

  it('are refused with the reason of the broker', async () => {
    const refused = createTopics(kafka, [
      { topic: uniqueName('read'), partitions: 1, replicationFactor: 1, configs: { 'retention.ms': 'soon' } },
    ]);
    await expect(refused).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE', message: /INVALID_CONFIG/ });
  });
});

describe('a reader', () => {
  it('gets every record once, in the order of its partition, with key, headers and time', async () => {
    const topic = await newTopic(3);
    const sent = Array.from({ length: 300 }, (_, n) =>
      record(topic, String(n), { partition: n % 2, timestamp: 1000 + n }),
    );
    await publisher.send([...sent, record(topic, 'x', { partition: 0, headers: { a: 'b' }, value: null })]);
    const records = await read(topic);
    expect(records).toHaveLength(301);
    for (const partition of [0, 1]) {
      const own = records.filter((each) => each.partition === partition && each.value !== null);
      expect(values(own)).toEqual(
        sent.filter((each) => each.partition === partition).map(({ value }) => String(value)),
      );
      expect(own.map(({ timestamp }) => timestamp - 1000)).toEqual(own.map(({ key }) => Number(String(key))));
    }
    expect(records.find(({ value }) => value === null)?.headers).toEqual({ a: Buffer.from('b') });
  });

  it('ends on a topic without records', async () => {
    expect(await read(await newTopic(2))).toEqual([]);
  });

  it('ends where only markers and aborted messages are left', async () => {
    const topic = await newTopic(3);
    const producer = await upstream();
    for (const [partition, verdict] of [
      [0, 'commit'],
      [1, 'abort'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ partition, value: verdict }] });
      await transaction[verdict]();
    }
    await producer.disconnect();
    expect(values(await read(topic))).toEqual(['commit']);
    expect(values(await read(topic, { isolation: 'read_uncommitted' })).sort()).toEqual(['abort', 'commit']);
  });

  it('never sees aborted messages of transactions that overlap in a partition', async () => {
    const topic = await newTopic(1);
    const producers = await Promise.all([upstream(), upstream(), upstream()]);
    const [first, second, third] = await Promise.all(producers.map((producer) => producer.transaction()));
    if (!first || !second || !third) throw new Error('no transactions');
    const send = (transaction: typeof first, value: string) => transaction.send({ topic, messages: [{ value }] });
    await send(first, 'first, aborted last');
    await send(second, 'second, aborted first');
    await send(third, 'third, committed');
    await send(second, 'second again');
    await second.abort();
    await send(first, 'first again');
    await third.commit();
    await first.abort();
    await Promise.all(producers.map((producer) => producer.disconnect()));
    expect(values(await read(topic))).toEqual(['third, committed']);
  });

  it('does not go beyond the end that a partition had, while it reads another', async () => {
    const topic = await newTopic(2);
    await publisher.send([record(topic, 'small', { partition: 0 }), ...large(topic, 3)]);
    const seen: string[] = [];
    await readTopic(kafka, { topic, from: 'beginning', until: 'end' }, async ({ key }) => {
      seen.push(String(key));
      await publisher.send([record(topic, 'later', { partition: 0 })]);
    });
    expect(seen.sort()).toEqual(['large 0', 'large 1', 'large 2', 'small']);
  });

  it('goes on where it was when the connection comes back', async () => {
    const topic = await newTopic(2);
    await publisher.send(large(topic, 4));
    const line = breakableLine();
    const seen: string[] = [];
    await readTopic(line.kafka, { topic, from: 'beginning', until: 'end' }, ({ key }) => {
      seen.push(String(key));
      if (seen.length === 2) line.breakFor(1_000);
    });
    expect(seen).toEqual(['large 0', 'large 1', 'large 2', 'large 3']);
    expect(line.refused()).toBeGreaterThan(0);
  });

  it('follows what is written after the call until it is stopped', async () => {
    const topic = await newTopic(2);
    await publisher.send([record(topic, 'before')]);
    const stop = new AbortController();
    const seen: string[] = [];
    const started = Promise.withResolvers<undefined>();
    const following = readTopic(kafka, { topic, from: 'end', until: 'stopped', signal: stop.signal }, ({ value }) => {
      seen.push(String(value));
      started.resolve(undefined);
      if (seen.length === 3) stop.abort();
    });
    // Until the reader knows the end, what is written counts as written before the call.
    const probing = setInterval(() => void publisher.send([record(topic, 'after')]), 200);
    await started.promise;
    clearInterval(probing);
    await publisher.send([record(topic, 'after'), record(topic, 'after'), record(topic, 'after')]);
    await following;
    expect(seen).toEqual(['after', 'after', 'after']);
  });

  it('fails with what its receiver throws, and leaves no group behind', async () => {
    const topic = await newTopic(1);
    await publisher.send([record(topic, 'a'), record(topic, 'b')]);
    const before = await readerGroups();
    const failing = readTopic(kafka, { topic, from: 'beginning', until: 'end' }, () => {
      throw new Error('the receiver is full');
    });
    await expect(failing).rejects.toThrow('the receiver is full');
    await read(topic);
    expect((await readerGroups()).filter((group) => !before.includes(group))).toEqual([]);
  });

  it('says that a topic is missing and does not create it', async () => {
    const topic = uniqueName('absent');
    await expect(read(topic)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    expect(await describeTopics(kafka, [topic])).toEqual(new Map());
  });
});

describe('a publisher', () => {
  it('splits what is too large for one request and keeps its order', async () => {
    const topic = await newTopic(1);
    const sent = Array.from({ length: 12 }, (_, n) => record(topic, String(n), { value: Buffer.alloc(300_000, n) }));
    await publisher.send(sent);
    const records = await read(topic);
    expect(records.map(({ key }) => String(key))).toEqual(sent.map(({ key }) => key));
    expect(records.every(({ value }, n) => value?.equals(Buffer.alloc(300_000, n)))).toBe(true);
  });
});

describe('a codec', () => {
  const text = 'a customer, a profile, '.repeat(200);

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what the broker compressed with %s', async (codec) => {
    const topic = await newTopic(1, { 'compression.type': codec });
    await publisher.send([record(topic, text), record(topic, `${text}2`)]);
    expect(values(await read(topic))).toEqual([text, `${text}2`]);
  });

  it.each(['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)('writes %s so that the broker can read it', async (codec) => {
    const topic = await newTopic(1, { 'compression.type': 'uncompressed' });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic,
      compression: kafkajs.CompressionTypes[codec],
      messages: [{ value: text }, { value: `${text}2` }],
    });
    await producer.disconnect();
    expect(values(await read(topic))).toEqual([text, `${text}2`]);
  });
});
