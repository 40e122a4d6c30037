/** The topologies of the fault runner: real servers, their proxies, and servers that are lost one at a time. */
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { MongoClient } from 'mongodb';
import { KAFKA_API, kafkaRequest, mongodbWrite } from '../../proof/network/protocols.ts';
import { allInSync } from '../../proof/topology/brokers.ts';
import { startCluster, type Cluster } from '../../proof/topology/cluster.ts';
import { allFollow } from '../../proof/topology/mongods.ts';
import { startSingle, type SingleTopology } from '../../proof/topology/single.ts';
import { startStandalone, type Standalone } from '../../proof/topology/standalone.ts';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import { createTaskProducer } from '../../src/adapters/kafka/producer.ts';
import { readTopic } from '../../src/adapters/kafka/reader.ts';
import { createTopics } from '../../src/adapters/kafka/topics.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { createEpochStore } from '../../src/adapters/mongodb/epochs.ts';
import { createProfileStore, loadDocument } from '../../src/adapters/mongodb/profiles.ts';
import { registryAnswers } from '../../src/backing/registry.ts';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import type { ProfileDocument, ProfileWrite } from '../../src/pipeline/document.ts';
import { planCustomer } from '../../src/pipeline/plan.ts';
import { order } from '../helpers/events.ts';
import { until } from '../helpers/until.ts';
import { RULES } from '../helpers/rules.ts';

const START_MS = 120_000;

const topic = (name: string, replicationFactor = 1) => ({ topic: name, partitions: 3, replicationFactor, configs: {} });

/** Fails soon, and tries nothing twice. */
const impatient = (brokers: readonly string[]) =>
  new kafkajs.Kafka({
    brokers: [...brokers],
    connectionTimeout: 1_000,
    requestTimeout: 1_500,
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
  });

const valuesOf = async (brokers: readonly string[], name: string): Promise<string[]> => {
  const values: string[] = [];
  const kafka = createKafka({ brokers }, 'reader');
  const options = { topic: name, from: 'beginning', until: 'end', isolation: 'read_committed' } as const;
  await readTopic(kafka, options, ({ value }) => void values.push(String(value)));
  return values;
};

/** As the pipeline does: a failure, such as a coordinator that is still loading, fences anew. */
const commit = async (brokers: readonly string[], group: string, name: string, value: string): Promise<void> => {
  const attempt = async (): Promise<void> => {
    const producer = createTaskProducer(createKafka({ brokers }, 'test'), { group, partition: 0 });
    try {
      await producer.fence();
      const transaction = await producer.begin();
      await transaction.send([{ topic: name, key: 'key', value: Buffer.from(value), headers: {} }]);
      await transaction.addOffsets({ [name]: 1 });
      await transaction.commit();
    } finally {
      await producer.close();
    }
  };
  const isDone = (): Promise<boolean> =>
    attempt().then(
      () => true,
      () => pause(100, false),
    );
  await until('it is committed', isDone, 30_000);
};

describe('one broker, one MongoDB and one registry behind fault proxies', () => {
  let single: SingleTopology;
  let mongo: MongoConnection;
  beforeAll(async () => {
    single = await startSingle();
    mongo = await connectMongo({ uri: single.members.mongodbUri, database: 'proxied' });
    await createTopics(createKafka({ brokers: single.direct.kafkaBrokers }, 'test'), [
      topic('plain'),
      topic('unknown'),
    ]);
  }, START_MS);
  afterEach(() => Object.values(single.proxies).forEach((proxy) => proxy.heal()));
  afterAll(async () => {
    await mongo.close();
    await single.stop();
  });

  const send = async (brokers: readonly string[], value: string): Promise<void> => {
    const producer = impatient(brokers).producer();
    await producer.connect();
    try {
      await producer.send({ topic: 'plain', messages: [{ value }] });
    } finally {
      await producer.disconnect();
    }
  };

  it('a broker sends each client back the way it came', async () => {
    for (const [{ kafkaBrokers }, host] of [
      [single.direct, single.direct.kafkaBrokers[0]],
      [single.members, single.proxies.kafka.address],
    ] as const) {
      const admin = impatient(kafkaBrokers).admin();
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      await admin.disconnect();
      expect(brokers.map((broker) => `${broker.host}:${broker.port}`)).toEqual([host]);
    }
  });

  it('clients work through the proxies with what the product asks of the servers', async () => {
    const before = single.proxies.kafka.stats.bytesToClient;
    await commit(single.members.kafkaBrokers, 'proxied', 'plain', 'through');
    // A commit is acknowledged before subscribers see it.
    await until('it is seen', async () => (await valuesOf(single.members.kafkaBrokers, 'plain')).length > 0);
    expect(await valuesOf(single.members.kafkaBrokers, 'plain')).toEqual(['through']);
    expect(single.proxies.kafka.stats.bytesToClient).toBeGreaterThan(before);

    const epochs = createEpochStore(mongo.db);
    expect(await epochs.confirm('task', await epochs.take('task'))).toBe(true);
    expect(await createProfileStore(mongo.db).load(['nobody'])).toEqual(new Map());
    expect(single.proxies.mongodb.stats.bytesToClient).toBeGreaterThan(0);

    await registryAnswers(single.members.schemaRegistryUrl);
    expect(single.proxies.registry.stats.bytesToClient).toBeGreaterThan(0);
  });

  it('a black hole before Kafka is there for members and for nobody else', async () => {
    const fault = single.proxies.kafka.blackHole();
    await expect(send(single.members.kafkaBrokers, 'swallowed')).rejects.toThrow();
    expect(fault.landed).toBeGreaterThan(0);
    await send(single.direct.kafkaBrokers, 'direct');
    single.proxies.kafka.heal();
    await send(single.members.kafkaBrokers, 'healed');
    expect(await valuesOf(single.direct.kafkaBrokers, 'plain')).toEqual(expect.arrayContaining(['direct', 'healed']));
  });

  it.each(['replied', 'sent'] as const)(
    'a commit whose reply is lost once it is %s fails for its producer, and is a commit for everybody else',
    async (moment) => {
      const kafka = createKafka({ brokers: single.members.kafkaBrokers }, 'test');
      const producer = createTaskProducer(kafka, { group: `unknown-${moment}`, partition: 0 });
      await producer.fence();
      const transaction = await producer.begin();
      await transaction.send([{ topic: 'unknown', key: 'key', value: Buffer.from(moment), headers: {} }]);
      const fault = single.proxies.kafka.resetAfter(kafkaRequest(KAFKA_API.endTxn), moment);
      await expect(transaction.commit()).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
      expect(fault.landed).toBe(1);
      await producer.close();
      await until('it is committed', async () =>
        (await valuesOf(single.direct.kafkaBrokers, 'unknown')).includes(moment),
      );
    },
  );

  it('a write whose reply is lost fails for its writer, and is there', async () => {
    const epochs = createEpochStore(mongo.db);
    const first = await epochs.take('lost');
    const fault = single.proxies.mongodb.resetAfter(mongodbWrite);
    await expect(epochs.take('lost')).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
    expect(fault.landed).toBe(1);
    expect(await epochs.take('lost')).toBe(first + 2);
  });

  it('MongoDB that steps down refuses writes, and takes them again by itself', async () => {
    const epochs = createEpochStore(mongo.db);
    const first = await epochs.take('stepped-down');
    await single.stepDown(2);
    await expect(epochs.take('stepped-down')).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
    const retaken = async (): Promise<boolean> => (await epochs.take('stepped-down').catch(() => 0)) === first + 1;
    await until('it takes writes', retaken, 30_000);
  });

  it('a refused registry is refused to members, and a killed one to everybody', async () => {
    const fault = single.proxies.registry.refuse();
    single.proxies.registry.reset();
    // The first may still find a connection that was reset, and never come to open one.
    await until('a new connection is refused', async () => {
      await expect(registryAnswers(single.members.schemaRegistryUrl)).rejects.toThrow();
      return fault.landed > 0;
    });
    await registryAnswers(single.direct.schemaRegistryUrl);
    single.proxies.registry.heal();
    await registryAnswers(single.members.schemaRegistryUrl);
    await single.services.registry.kill();
    await expect(registryAnswers(single.members.schemaRegistryUrl)).rejects.toThrow();
    await single.services.registry.restart();
    await registryAnswers(single.members.schemaRegistryUrl);
  }, 120_000);
});

describe('three brokers and three MongoDB members', () => {
  let cluster: Cluster;
  let client: MongoClient;
  beforeAll(async () => {
    cluster = await startCluster();
    client = new MongoClient(cluster.mongodbUri, { writeConcern: { w: 'majority' }, serverSelectionTimeoutMS: 5_000 });
    const kafka = createKafka({ brokers: cluster.kafkaBrokers }, 'test');
    await createTopics(kafka, [topic('kept', cluster.replicationFactor)]);
  }, START_MS);
  afterAll(async () => {
    await client.close();
    await cluster.stop();
  });

  /** The broker that leads a partition, and the primary, by their position among the controls. */
  const leader = async (): Promise<number> => {
    const admin = createKafka({ brokers: cluster.kafkaBrokers }, 'test').admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: ['kept'] });
    await admin.disconnect();
    return (topics[0]?.partitions.find(({ partitionId }) => partitionId === 0)?.leader ?? 0) - 1;
  };
  const primary = async (): Promise<number> => {
    const { primary: host } = (await client.db('admin').command({ hello: 1 })) as { primary: string };
    return (/\/\/(.*)\//.exec(cluster.mongodbUri)?.[1] ?? '').split(',').indexOf(host);
  };

  /** Writes until it is stopped, over and over where it fails; resolves to what was acknowledged. */
  const writing = (write: (value: string) => Promise<unknown>) => {
    const acknowledged: string[] = [];
    let stopped = false;
    const run = async (): Promise<void> => {
      for (let next = 0; !stopped; next += 1) {
        const value = `value-${next}`;
        await write(value).then(
          () => acknowledged.push(value),
          () => pause(100),
        );
        await pause(10);
      }
    };
    const running = run();
    return {
      acknowledged,
      stop: async () => {
        stopped = true;
        await running;
      },
    };
  };

  it('keeps everything three times, and two must acknowledge', async () => {
    const admin = createKafka({ brokers: cluster.kafkaBrokers }, 'test').admin();
    await admin.connect();
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type, name: 'kept' }] });
    const minimum = resources[0]?.configEntries.find(({ configName }) => configName === 'min.insync.replicas');
    expect(minimum?.configValue).toBe('2');
    await commit(cluster.kafkaBrokers, 'internal', 'kept', 'first');
    const internal = ['__consumer_offsets', '__transaction_state'];
    const { topics } = await admin.fetchTopicMetadata({ topics: [...internal, 'kept'] });
    await admin.disconnect();
    for (const { partitions } of topics)
      expect(new Set(partitions.map(({ replicas }) => replicas.length))).toEqual(new Set([3]));
  });

  it('loses a leading broker and the primary while writing goes on, and is whole again once they are back', async () => {
    const producer = createKafka({ brokers: cluster.kafkaBrokers }, 'test').producer();
    await producer.connect();
    const rows = client.db('kept').collection<{ _id: string }>('rows');
    const toKafka = writing((value) => producer.send({ topic: 'kept', acks: -1, messages: [{ value }] }));
    const toMongo = writing((_id) => rows.insertOne({ _id }));
    await until('both are written', () => toKafka.acknowledged.length > 20 && toMongo.acknowledged.length > 20);

    const lost = [cluster.brokers[await leader()], cluster.mongods[await primary()]].filter(
      (server) => server !== undefined,
    );
    expect(lost).toHaveLength(2);
    await Promise.all(lost.map((server) => server.kill()));
    const before = [toKafka.acknowledged.length, toMongo.acknowledged.length];
    const goesOn = (): boolean =>
      toKafka.acknowledged.length > (before[0] ?? 0) + 20 && toMongo.acknowledged.length > (before[1] ?? 0) + 20;
    await until('writing goes on without them', goesOn, 45_000);
    await expect(allInSync(cluster.kafkaBrokers)).rejects.toThrow();
    await expect(allFollow(cluster.mongodbUri)).rejects.toThrow('members of the replica set are');

    await Promise.all(lost.map((server) => server.restart()));
    await cluster.whole();
    await allInSync(cluster.kafkaBrokers);
    await allFollow(cluster.mongodbUri);
    await Promise.all([toKafka.stop(), toMongo.stop()]);
    await producer.disconnect();
    expect(await valuesOf(cluster.kafkaBrokers, 'kept')).toEqual(expect.arrayContaining(toKafka.acknowledged));
    expect((await rows.find().toArray()).map(({ _id }) => _id)).toEqual(expect.arrayContaining(toMongo.acknowledged));
  }, 180_000);

  it('elects another primary when the primary steps down', async () => {
    const before = await primary();
    await cluster.stepDown();
    await until(
      'there is another one',
      async () => ![before, -1].includes(await primary().catch(() => before)),
      30_000,
    );
    await cluster.whole();
  });
});

describe('a MongoDB that is no replica set', () => {
  let standalone: Standalone;
  let mongo: MongoConnection;
  beforeAll(async () => {
    standalone = await startStandalone();
    mongo = await connectMongo({ uri: standalone.mongodbUri, database: 'standalone' });
  }, START_MS);
  afterAll(async () => {
    await mongo.close();
    await standalone.stop();
  });

  const planned = (
    before: ProfileDocument | null,
    orderId: string,
  ): { write: ProfileWrite; document: ProfileDocument } => {
    const offset = before?.version ?? 0;
    const input = order({ customerId: 'customer', orderId, occurredAt: 1_000 + offset });
    const stretch = { epoch: 1, from: { orders: offset }, to: { orders: offset + 1 } };
    const { write, document } = planCustomer('customer', before, [{ topic: 'orders', offset, input }], stretch, {
      rules: RULES,
      audiences: AUDIENCES,
      hash: null,
    });
    if (write === null || document === null) throw new Error('the order changes nothing');
    return { write, document };
  };

  it('is none', async () => {
    expect(await mongo.db.admin().command({ hello: 1 })).not.toHaveProperty('setName');
  });

  it('loads, saves and refuses what is stale, with the majority concerns that the product uses', async () => {
    const profiles = createProfileStore(mongo.db);
    const first = planned(null, 'first');
    await profiles.save([first.write]);
    const second = planned((await loadDocument(profiles, 'customer')) ?? null, 'second');
    await profiles.save([second.write]);
    expect(canonicalJson(await loadDocument(profiles, 'customer'))).toBe(canonicalJson(second.document));
    await expect(profiles.save([second.write])).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('takes and confirms epochs', async () => {
    const epochs = createEpochStore(mongo.db);
    expect([await epochs.take('task'), await epochs.take('task')]).toEqual([1, 2]);
    expect([await epochs.confirm('task', 1), await epochs.confirm('task', 2)]).toEqual([false, true]);
  });

  it('keeps what it has acknowledged when it is killed', async () => {
    const epochs = createEpochStore(mongo.db);
    for (let round = 0, taken = 0; round < 3; round += 1) {
      const upTo = taken + 50;
      while (taken < upTo) taken = await epochs.take('killed');
      await standalone.mongod.kill();
      await standalone.mongod.restart();
      const next = await epochs.take('killed').catch(() => epochs.take('killed'));
      expect(next).toBe(upTo + 1);
      taken = next;
    }
  });
});
