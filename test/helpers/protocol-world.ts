/** Real Kafka, MongoDB and registry with one partition, and members whose every step a test can hold. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import type { Db } from 'mongodb';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import { createLetterLog } from '../../src/adapters/kafka/letter-log.ts';
import { createGroupOffsets, type GroupOffsets } from '../../src/adapters/kafka/offsets.ts';
import { createTaskProducer } from '../../src/adapters/kafka/producer.ts';
import { readTopic } from '../../src/adapters/kafka/reader.ts';
import { createTopics } from '../../src/adapters/kafka/topics.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { createEpochStore } from '../../src/adapters/mongodb/epochs.ts';
import { createErasedCustomers } from '../../src/adapters/mongodb/erased-customers.ts';
import { createHistory, prepareHistory } from '../../src/adapters/mongodb/history.ts';
import { ROOM } from '../../src/domain/past/move-out.ts';
import { createDecisionLog } from '../../src/adapters/mongodb/retention.ts';
import { createProfileStore, loadDocument } from '../../src/adapters/mongodb/profiles.ts';
import { createSweepMarks } from '../../src/adapters/mongodb/sweeps.ts';
import { createLinks } from '../../src/adapters/links.ts';
import { createAudienceOutputs } from '../../src/adapters/registry/audiences.ts';
import { createRegistryClient, type RegistryClient } from '../../src/adapters/registry/client.ts';
import { createDecoder, createValueDecoder } from '../../src/adapters/registry/decoder.ts';
import { createEncoder } from '../../src/adapters/registry/encoder.ts';
import { recordType, registerSchemas } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { type Contract, contractOf, contracts, deadLetterTopic, topics } from '../../src/domain/contracts.ts';
import type { AudienceEvent } from '../../src/domain/audiences/audience.ts';
import { AUDIENCE_NAMES, AUDIENCES } from '../../src/domain/audiences/index.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import { isRefusal } from '../../src/domain/refusal.ts';
import { createProfileCache } from '../../src/pipeline/cache.ts';
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import { systemClock } from '../../src/pipeline/clock.ts';
import type { TaskContext } from '../../src/pipeline/context.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import type { PipelineEvent } from '../../src/pipeline/observer.ts';
import { type OpenTask, openTask } from '../../src/pipeline/open.ts';
import type { FetchedBatch, InboundRecord } from '../../src/pipeline/ports.ts';
import { processRound } from '../../src/pipeline/round.ts';
import { sweep } from '../../src/pipeline/sweep.ts';
import { createTurns } from '../../src/pipeline/turns.ts';
import { testServices, uniqueName } from './services.ts';
import { noRoutes } from './no-routes.ts';
import { RULES } from './rules.ts';

export const PARTITION = 0;
export const ERASURE_KEYS = ['the key of who was erased'];

/** A member stopped right after a checkpoint, like a process under SIGSTOP. */
export interface Held {
  readonly reached: Promise<void>;
  release(): void;
}

export interface Member {
  readonly context: TaskContext;
  readonly events: PipelineEvent[];
  /** Takes the task; resolves to what it may work with. */
  open(): Promise<OpenTask>;
  /** One round from the task's position. */
  round(...batches: FetchedBatch[]): Promise<void>;
  /** One sweep of the dead letters, if there were erasures since the last one. */
  sweep(signal?: AbortSignal): Promise<void>;
  holdAt(checkpoint: Checkpoint): Held;
  /** Fails at a checkpoint, once, as a crash would. */
  failAt(checkpoint: Checkpoint): void;
}

export interface World {
  readonly group: string;
  readonly orders: string;
  readonly contracts: string;
  /** Topic of `PrivacyRequested`. */
  readonly requests: string;
  /** Topic of `ProfileCommand`. */
  readonly commands: string;
  /** Where the documents are. */
  readonly db: Db;
  readonly output: string;
  readonly kafka: Kafka;
  readonly registry: RegistryClient;
  /** Publishes events; they get the next offsets of their topic. */
  publish(topic: string, ...events: InputEvent[]): Promise<void>;
  /** What a fetch from offset `from` up to but not including `to` delivers. */
  batch(topic: string, from: number, to: number): FetchedBatch;
  member(overrides?: Partial<TaskContext>): Member;
  /** A member takes the task and crashes in a round, after a checkpoint. */
  diesAt(checkpoint: Checkpoint, ...batches: FetchedBatch[]): Promise<void>;
  document(customerId: string): Promise<ProfileDocument | undefined>;
  epoch(): Promise<number>;
  /** Every event of `customer-updated`, in order. */
  updates(isolation?: 'read_committed' | 'read_uncommitted'): Promise<CustomerUpdated[]>;
  /** Everything that an audience was told, in order; null is a tombstone. */
  told(audience: string): Promise<(AudienceEvent | null)[]>;
  committed(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** `linkKeys`: none, unless what customers share is to be claimed. */
export const createWorld = async (linkKeys: readonly string[] = []): Promise<World> => {
  const { kafkaBrokers, mongodbUri, schemaRegistryUrl } = testServices();
  const prefix = `${uniqueName('protocol')}.`;
  const group = `${prefix}group`;
  const kafka = createKafka({ brokers: kafkaBrokers }, 'protocol');
  const producers = createKafka({ brokers: kafkaBrokers }, 'protocol-producers');
  const registry = createRegistryClient({ url: schemaRegistryUrl });
  const mongo = await connectMongo({ uri: mongodbUri, database: group.replaceAll('.', '-') });
  await prepareHistory(mongo.db);
  const all = contracts(prefix);
  await createTopics(
    kafka,
    topics(prefix).map(({ topic, configs }) => ({ topic, configs, partitions: 1, replicationFactor: 1 })),
  );
  const schemaIds = await registerSchemas(registry, all);
  const encoder = await createEncoder(registry, contractOf('CustomerUpdated', prefix));
  const audiences = await createAudienceOutputs(registry, prefix, AUDIENCE_NAMES);
  const links = await createLinks(registry, mongo.db, {
    ...{ group, topicPrefix: prefix, partitions: 1, linkKeys },
    erasureKeys: ERASURE_KEYS,
  });
  const inputs = all.filter(({ direction }) => direction === 'input');
  const offsets = createGroupOffsets(kafka, {
    group,
    topics: inputs.map(({ topic }) => topic),
    onOutOfRange: () => undefined,
  });
  const letters = inputs.map(({ topic }) => deadLetterTopic(topic));
  const [orders = '', contractTopic = '', requests = ''] = inputs.map(({ topic }) => topic);
  const commands = contractOf('ProfileCommand', prefix).topic;
  const output = contractOf('CustomerUpdated', prefix).topic;
  const upstream = await connected(kafka.producer({ allowAutoTopicCreation: false }));
  // A new group's coordinator may still be loading, which a task would wait out.
  await eventually(() => offsets.read(PARTITION).then(...whether));
  const log = new Map<string, InboundRecord[]>(inputs.map(({ topic }) => [topic, []]));
  const opened: OpenTask[] = [];

  const member = (overrides: Partial<TaskContext> = {}): Member => {
    const events: PipelineEvent[] = [];
    const actions = new Map<Checkpoint, () => Promise<void>>();
    const context: TaskContext = {
      group,
      outputTopic: output,
      futureToleranceMs: 300_000,
      epochs: createEpochStore(mongo.db),
      profiles: createProfileStore(mongo.db, ERASURE_KEYS),
      erased: createErasedCustomers(mongo.db, ERASURE_KEYS),
      decisions: createDecisionLog(mongo.db, ERASURE_KEYS),
      history: createHistory(mongo.db, ERASURE_KEYS),
      room: ROOM,
      producers: (partition) => createTaskProducer(producers, { group, partition }),
      offsets,
      decoder: createDecoder(registry, all, { unknownSchemaGraceMs: 0 }),
      encoder,
      rules: RULES,
      audiences,
      links,
      router: noRoutes,
      sweeping: {
        letters: createLetterLog(kafka, letters),
        marks: createSweepMarks(mongo.db),
        decoder: createDecoder(registry, all, { unknownSchemaGraceMs: 0 }),
        everyMs: null,
      },
      membership: { confirmed: () => Promise.resolve() },
      // Keeps whatever it is given: a stale document in it would be found.
      cache: createProfileCache(1024 * 1024, () => true),
      inTurn: createTurns(1_000),
      clock: systemClock,
      observe: (event) => void events.push(event),
      passed: (checkpoint) => actions.get(checkpoint)?.(),
      ...overrides,
    };
    let task: OpenTask | undefined;
    return {
      context,
      events,
      open: async () => {
        task = await openTask(context, PARTITION);
        opened.push(task);
        return task;
      },
      round: async (...batches) => {
        if (task === undefined) throw new Error('open the task first');
        task = { ...task, position: await processRound(context, task, batches) };
      },
      sweep: async (signal = new AbortController().signal) => {
        if (task === undefined) throw new Error('open the task first');
        await sweep({ context, task, between: (step) => step(), signal });
      },
      holdAt: (checkpoint) => {
        const reached = Promise.withResolvers<undefined>();
        const released = Promise.withResolvers<undefined>();
        actions.set(checkpoint, async () => {
          actions.delete(checkpoint);
          reached.resolve(undefined);
          await released.promise;
        });
        return { reached: reached.promise, release: () => released.resolve(undefined) };
      },
      failAt: (checkpoint) => {
        actions.set(checkpoint, () => {
          actions.delete(checkpoint);
          return Promise.reject(new Error(`crashed after ${checkpoint}`));
        });
      },
    };
  };

  return {
    ...{ group, orders, contracts: contractTopic, requests, commands, db: mongo.db, output, kafka, registry, member },
    publish: async (topic, ...events) => {
      const messages = events.map(({ type, event }) => ({
        partition: PARTITION,
        key: event.customerId,
        value: frame(schemaIds[type], recordType(type).toBuffer(event)),
      }));
      await upstream.send({ topic, messages });
      const records = log.get(topic) ?? [];
      for (const { key, value } of messages) {
        records.push({
          topic,
          partition: PARTITION,
          offset: records.length,
          timestamp: Date.now(),
          key: Buffer.from(key),
          value,
          headers: {},
        });
      }
    },
    batch: (topic, from, to) => ({
      topic,
      partition: PARTITION,
      fetchedOffset: from,
      nextOffset: to,
      records: (log.get(topic) ?? []).slice(from, to),
    }),
    diesAt: async (checkpoint, ...batches) => {
      const dying = member();
      await dying.open();
      dying.failAt(checkpoint);
      await expect(dying.round(...batches)).rejects.toThrow('crashed');
    },
    document: (customerId) => loadDocument(createProfileStore(mongo.db, ERASURE_KEYS), customerId),
    epoch: () => epochOf(mongo, `${group}:${PARTITION}`),
    updates: async (isolation = 'read_committed') => {
      await settled(kafka, upstream, output);
      return (await readEvents(
        kafka,
        registry,
        { topic: output, record: 'CustomerUpdated' },
        isolation,
      )) as CustomerUpdated[];
    },
    told: async (audience) => {
      const contract = contractOf(AUDIENCES.find(({ name }) => name === audience)?.record ?? 'CustomerUpdated', prefix);
      await settled(kafka, upstream, contract.topic);
      return readEvents(kafka, registry, contract, 'read_committed');
    },
    committed: () => committedOf(offsets),
    close: async () => {
      await Promise.all(opened.map(({ producer }) => producer.close()));
      await Promise.all([upstream.disconnect(), offsets.close()]);
      await mongo.db.dropDatabase();
      await mongo.close();
    },
  };
};

/** For `then`: whether a promise was kept. */
export const whether = [() => true, () => false] as const;

const connected = async (producer: Producer): Promise<Producer> => {
  await producer.connect();
  return producer;
};

const committedOf = (offsets: GroupOffsets): Promise<Readonly<Record<string, number>>> => offsets.read(PARTITION);

const epochOf = async (mongo: MongoConnection, task: string): Promise<number> => {
  const found = await mongo.db.collection<{ _id: string; epoch: number }>('tasks').findOne({ _id: task });
  return found?.epoch ?? 0;
};

const SENTINEL = 'sentinel';

/** A commit is acknowledged before subscribers see it. Once they see a later record, they see everything before it. */
const settled = async (kafka: Kafka, upstream: Producer, topic: string): Promise<void> => {
  const [sent] = await upstream.send({ topic, messages: [{ partition: PARTITION, key: SENTINEL, value: null }] });
  const admin = kafka.admin();
  await admin.connect();
  try {
    await eventually(async () => {
      const [end] = await admin.fetchTopicOffsets(topic);
      return Number(end?.high) > Number(sent?.baseOffset);
    });
  } finally {
    await admin.disconnect();
  }
};

const readEvents = async (
  kafka: Kafka,
  registry: RegistryClient,
  { topic, record }: Pick<Contract, 'topic' | 'record'>,
  isolation: 'read_committed' | 'read_uncommitted',
): Promise<(AudienceEvent | null)[]> => {
  const values: (Buffer | null)[] = [];
  await readTopic(kafka, { topic, from: 'beginning', until: 'end', isolation }, ({ key, value }) => {
    if (key?.toString() !== SENTINEL) values.push(value);
  });
  const decode = createValueDecoder(registry, record, { unknownSchemaGraceMs: 0 });
  const events: (AudienceEvent | null)[] = [];
  for (const value of values) {
    const event = value && (await decode(value));
    if (event !== null && isRefusal(event)) throw new Error(`an update cannot be read: ${event.reason}`);
    events.push(event as AudienceEvent | null);
  }
  return events;
};

/** Waits until `condition` holds; fails after `ms`. */
export const eventually = async (condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> => {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await pause(20);
  }
};
