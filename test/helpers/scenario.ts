/** The system at work on real servers: traffic that goes on, members as processes, and the proof of what they made. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import { outboundHeaders } from '../../src/adapters/kafka/inbound.ts';
import { createGroupOffsets, type GroupOffsets, type PartitionLag } from '../../src/adapters/kafka/offsets.ts';
import { createPlacement } from '../../src/adapters/kafka/placement.ts';
import { readTopic } from '../../src/adapters/kafka/reader.ts';
import { readTopics } from '../../src/adapters/kafka/record-stream.ts';
import { createTopics } from '../../src/adapters/kafka/topics.ts';
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { createProfileStore, loadDocument } from '../../src/adapters/mongodb/profiles.ts';
import { createRegistryClient, type RegistryClient } from '../../src/adapters/registry/client.ts';
import { createDecoder } from '../../src/adapters/registry/decoder.ts';
import { registerSchemas, type SchemaIds } from '../../src/adapters/registry/schemas.ts';
import { loadConfig } from '../../src/config.ts';
import { contractOf, contracts, routesOf, topics } from '../../src/domain/contracts.ts';
import { isProfileError } from '../../src/errors.ts';
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { loadRules } from '../../src/rules.ts';
import { encodeTraffic, generateTraffic, type TrafficItem, type TrafficOptions } from '../../src/traffic/index.ts';
import {
  audienceSources,
  createOutputDecoder,
  retentionOf,
  storedDocuments,
  storedLinks,
  stubsOf,
  type VerificationReport,
  verify,
} from '../../src/verification/index.ts';
import type { Fault } from './fault.ts';
import { type Member, startMember } from './member.ts';
import { type RunProcess, startRun } from './run-process.ts';
import { type TestServices, testServices, uniqueName } from './services.ts';
import { until } from './until.ts';

export interface ScenarioOptions {
  readonly services?: TestServices;
  /** Where members find the servers, when that is another way than the one of the scenario itself. */
  readonly throughProxies?: TestServices;
  /** 6 by default. */
  readonly partitions?: number;
  /** 1 by default. */
  readonly replicationFactor?: number;
  /** More of the members' environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Traffic {
  /** Resolves to the number of messages once all are published. */
  readonly published: Promise<number>;
  /** Messages published so far. */
  count(): number;
  /** Resolves once it publishes no more. */
  stop(): Promise<void>;
}

export interface Scenario {
  /** What a member's process is configured with. */
  readonly env: Readonly<Record<string, string>>;
  readonly kafka: Kafka;
  readonly registry: RegistryClient;
  readonly schemaIds: SchemaIds;
  readonly group: string;
  readonly inputs: readonly [orders: string, contracts: string];
  readonly offsets: GroupOffsets;
  member(...faults: Fault[]): Member;
  /** A member with more, or other, environment. */
  memberWith(env: Readonly<Record<string, string>>, ...faults: Fault[]): Member;
  /** One member after the other, each killed when it passes one of these points for the third time. */
  killedAt(...checkpoints: Checkpoint[]): Promise<void>;
  /** The command `run`, of this release or of another one, by its binary. */
  run(main?: string): Promise<RunProcess>;
  /** Publishes in the background, `rate` messages a second; all at once when absent. An outage is waited out. */
  traffic(options: Partial<TrafficOptions> & { readonly events: number; readonly rate?: number }): Traffic;
  publish(records: readonly OutboundRecord[]): Promise<void>;
  records(topic: string): Promise<InboundRecord[]>;
  document(customerId: string): Promise<ProfileDocument | undefined>;
  /** Waits until the group has nothing more to read. */
  drained(ms?: number): Promise<void>;
  /** Holds documents, versions and dead letters against the log of inputs, with more, or other, environment. */
  verified(more?: Readonly<Record<string, string>>): Promise<VerificationReport>;
  close(): Promise<void>;
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === 'MESSAGE_TOO_LARGE';

const FUTURE_TOLERANCE_MS = 300_000;
/** What a task says to another one shows in its log a moment after the offsets of what made it say so are committed. */
const QUIET_MS = 300;
/** A lag that stays the same for so long may be one of records that nobody can read. */
const STUCK_MS = 5_000;

export const createScenario = async (options: ScenarioOptions = {}): Promise<Scenario> => {
  const { services = testServices(), partitions = 6, replicationFactor = 1 } = options;
  const { kafkaBrokers, mongodbUri, schemaRegistryUrl } = services;
  const found = options.throughProxies ?? services;
  const name = uniqueName('fault');
  const [prefix, group, database] = [`${name}.`, `${name}-group`, name];
  const kafka = createKafka({ brokers: kafkaBrokers }, 'scenario');
  const registry = createRegistryClient({ url: schemaRegistryUrl });
  const rekeyed = options.env?.['REKEYED_INPUTS']?.split(',') ?? [];
  const all = contracts(prefix, rekeyed);
  const inputs = all.filter(({ direction }) => direction === 'input').map(({ topic }) => topic);
  const [orders = '', signed = ''] = all.filter(({ internal }) => !internal).map(({ topic }) => topic);
  const output = contractOf('CustomerUpdated', prefix).topic;
  const declared = topics(prefix, rekeyed).map(({ topic, configs }) => ({
    topic,
    configs,
    partitions,
    replicationFactor,
  }));
  await createTopics(kafka, declared);
  const schemaIds = await registerSchemas(registry, all);

  const mongo = await connectMongo({ uri: mongodbUri, database });
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  await producer.connect();
  const offsets = createGroupOffsets(kafka, { group, topics: inputs, onOutOfRange: () => undefined });
  const processes: Pick<Member, 'signal' | 'ended'>[] = [];
  const running = new Set<Traffic>();
  let closed = false;

  const env = {
    KAFKA_BROKERS: found.kafkaBrokers.join(),
    MONGODB_URI: found.mongodbUri,
    MONGODB_DATABASE: database,
    SCHEMA_REGISTRY_URL: found.schemaRegistryUrl,
    CONSUMER_GROUP: group,
    TOPIC_PREFIX: prefix,
    HTTP_PORT: '0',
    ERASURE_KEY: 'the key of who was erased',
    SESSION_TIMEOUT_MS: '6000',
    FUTURE_TOLERANCE_MS: String(FUTURE_TOLERANCE_MS),
    // Batches small enough that much is under way at any moment.
    FETCH_MAX_BYTES_PER_PARTITION: '16384',
    UNKNOWN_SCHEMA_GRACE_MS: '0',
    ...options.env,
  };

  const publish: Scenario['publish'] = async (records) => {
    const byTopic = Map.groupBy(records, ({ topic }) => topic);
    const topicMessages = [...byTopic].map(([topic, ofTopic]) => ({
      topic,
      messages: ofTopic.map(({ partition, key, value, headers }) => ({
        ...{ key, value, headers: outboundHeaders(headers) },
        ...(partition === undefined ? {} : { partition }),
      })),
    }));
    // What an outage makes arrive twice is a duplicate like any other: the log of inputs counts.
    for (;;) {
      try {
        await producer.sendBatch({ topicMessages });
        return;
      } catch (error) {
        if (closed || isTooLarge(error)) throw error;
        await pause(200);
      }
    }
  };

  const records: Scenario['records'] = async (topic) => {
    const read: InboundRecord[] = [];
    await readTopic(kafka, { topic, from: 'beginning', until: 'end' }, (record) => {
      read.push(record);
    });
    return read;
  };

  const memberWith: Scenario['memberWith'] = (more, ...faults) => {
    if (closed) throw new Error('the scenario is over');
    const member = startMember({ ...env, ...more }, faults);
    processes.push(member);
    return member;
  };

  /** Null as long as nobody knows. */
  const lagging = async (): Promise<PartitionLag[] | null> => {
    try {
      return (await offsets.lag()).filter((lag) => lag.records > 0);
    } catch (error) {
      // Of a group that nobody has joined yet there may be no coordinator.
      if (isProfileError(error) && error.retriable) return null;
      throw error;
    }
  };

  /** What aborted transactions have left at the end of a log is passed over with whatever comes after it. */
  const isPassedOver = async ({ topic, partition }: PartitionLag): Promise<boolean> => {
    const reached = (await offsets.read(partition))[topic] ?? 0;
    return (await records(topic)).every((record) => record.partition !== partition || record.offset < reached);
  };

  const drained = async (ms = 60_000): Promise<void> => {
    let [known, since] = ['', 0];
    await until(
      'the group has read everything',
      async () => {
        const lags = await lagging();
        const now = JSON.stringify(lags);
        if (now !== known) [known, since] = [now, performance.now()];
        const still = performance.now() - since;
        if (lags === null || still < QUIET_MS) return false;
        if (lags.length === 0) return true;
        if (still < STUCK_MS) return false;
        since = performance.now();
        return (await Promise.all(lags.map(isPassedOver))).every(Boolean);
      },
      ms,
    );
  };

  const routes = routesOf(all);
  /** Of what is keyed by something else: by the order or the event. */
  const keyedAsUpstreamDoes = (record: OutboundRecord, { input }: TrafficItem): OutboundRecord => {
    if (record.key === null || !routes.has(record.topic)) return record;
    return { ...record, key: input.type === 'OrderFinalized' ? input.event.orderId : input.event.eventId };
  };

  return {
    ...{ env, kafka, registry, schemaIds, group, offsets, publish, records },
    inputs: [orders, signed],
    member: (...faults) => memberWith({}, ...faults),
    memberWith,
    killedAt: async (...checkpoints) => {
      for (const at of checkpoints) {
        const member = memberWith({}, { action: 'kill', at, pass: 3 });
        await member.struck;
        await member.ended;
      }
    },
    run: async (main) => {
      const process = await startRun(env, main);
      processes.push(process);
      return process;
    },
    traffic: ({ rate = Infinity, ...said }) => {
      const items = generateTraffic({ seed: 1, customers: 60, brokenRatio: 0.01, ...said });
      let stopped = false;
      let count = 0;
      const run = async (): Promise<number> => {
        const startedAt = performance.now();
        let exhausted = false;
        while (!stopped && !exhausted) {
          const due = Math.min(count + 500, ((performance.now() - startedAt) / 1_000) * rate);
          const batch: OutboundRecord[] = [];
          while (count + batch.length < due && !exhausted) {
            const { done, value } = items.next();
            if (done === true) exhausted = true;
            else batch.push(keyedAsUpstreamDoes(encodeTraffic(value, schemaIds, prefix), value));
          }
          if (batch.length > 0) await publish(batch);
          count += batch.length;
          await pause(20);
        }
        return count;
      };
      const published = run();
      const traffic: Traffic = {
        published,
        count: () => count,
        stop: async () => {
          stopped = true;
          await published;
        },
      };
      published.catch(() => undefined);
      running.add(traffic);
      return traffic;
    },
    document: (customerId) => loadDocument(createProfileStore(mongo.db), customerId),
    drained,
    verified: async (more) => {
      const read = (names: readonly string[]) => readTopics({ brokers: kafkaBrokers }, names);
      const letters = declared.map(({ topic }) => topic).filter((topic) => topic.endsWith('.dlq'));
      return verify({
        inputs: read(inputs),
        outputs: read([output]),
        audiences: audienceSources(registry, loadConfig({ ...env, ...more }), read),
        deadLetters: read(letters),
        documents: storedDocuments(mongo, [env.ERASURE_KEY]),
        ...stubsOf(mongo, [env.ERASURE_KEY]),
        ...retentionOf(mongo, [env.ERASURE_KEY]),
        links: storedLinks(mongo),
        committed: (partition) => offsets.read(partition),
        decoder: createDecoder(registry, all, { unknownSchemaGraceMs: 0 }),
        decodeOutput: createOutputDecoder(registry, 'CustomerUpdated'),
        futureToleranceMs: FUTURE_TOLERANCE_MS,
        router: { routes, partitionOf: createPlacement(partitions) },
        rules: loadRules(env),
      });
    },
    close: async () => {
      closed = true;
      await Promise.all([...running].map((traffic) => traffic.stop()));
      for (const process of processes) process.signal('SIGKILL');
      await Promise.all(processes.map(({ ended }) => ended));
      await Promise.all([producer.disconnect(), offsets.close()]);
      await mongo.close();
    },
  };
};
