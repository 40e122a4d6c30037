/** Puts one member of the group together from configuration and adapters. */
import { createKafka, type ClientLog } from '../adapters/kafka/client.ts';
import { codeOf } from '../adapters/kafka/errors.ts';
import { type GroupEvent, GroupMember } from '../adapters/kafka/group-member.ts';
import { createLetterLog } from '../adapters/kafka/letter-log.ts';
import { createGroupOffsets, type PartitionLag } from '../adapters/kafka/offsets.ts';
import { createPlacement } from '../adapters/kafka/placement.ts';
import { createTaskProducer } from '../adapters/kafka/producer.ts';
import { describeTopics } from '../adapters/kafka/topics.ts';
import { createLinks } from '../adapters/links.ts';
import { prepareArchive } from '../adapters/mongodb/archive.ts';
import { connectMongo, type MongoConnection } from '../adapters/mongodb/client.ts';
import { claimDatabase, describeMongo } from '../adapters/mongodb/database.ts';
import { createEpochStore } from '../adapters/mongodb/epochs.ts';
import { createErasedCustomers, prepareErased } from '../adapters/mongodb/erased-customers.ts';
import { createHistory, prepareHistory } from '../adapters/mongodb/history.ts';
import { createDecisionLog, prepareRetention } from '../adapters/mongodb/retention.ts';
import { createProfileStore } from '../adapters/mongodb/profiles.ts';
import { createSweepMarks } from '../adapters/mongodb/sweeps.ts';
import { createAudienceOutputs } from '../adapters/registry/audiences.ts';
import { createRegistryClient } from '../adapters/registry/client.ts';
import { createDecoder } from '../adapters/registry/decoder.ts';
import { createEncoder } from '../adapters/registry/encoder.ts';
import { checkSchemas } from '../adapters/registry/schemas.ts';
import type { Config } from '../config.ts';
import { contractOf, contracts, routesOf, topics } from '../domain/contracts.ts';
import { UPSTREAM_TOPICS } from '../domain/events.ts';
import { ProfileError } from '../errors.ts';
import { ROOM } from '../domain/past/move-out.ts';
import { createProfileCache } from '../pipeline/cache.ts';
import type { CheckpointHook } from '../pipeline/checkpoints.ts';
import { systemClock } from '../pipeline/clock.ts';
import type { Observer } from '../pipeline/observer.ts';
import { Processor } from '../pipeline/processor.ts';
import type { Tracing } from '../pipeline/tracing.ts';
import { createTurns } from '../pipeline/turns.ts';
import { rulesOf } from '../rule-files.ts';
import { mongoChecks, refuseFailures, schemaChecks, topicChecks } from './checks.ts';

export interface Hooks {
  readonly observe: Observer;
  readonly clientLog?: ClientLog;
  /** Fault tests stop, kill or fail a member here. */
  readonly passed?: CheckpointHook;
  readonly tracing?: Tracing | undefined;
}

export interface RunningProcessor {
  /** Records not processed yet, by topic and partition, whoever owns them. */
  lag(): Promise<PartitionLag[]>;
  /** Finishes or abandons the batches under way, leaves the group at once, and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Checks that everything is there and fits, then joins the group. Throws TOPIC_MISSING, TOPIC_MISMATCH,
 * SCHEMA_INCOMPATIBLE or GROUP_MISMATCH for what a person has to mend, and a retriable error during an outage.
 */
export const startProcessor = async (config: Config, hooks: Hooks): Promise<RunningProcessor> => {
  const mongo = await connectMongo(config.mongodb);
  try {
    return await startMember(config, hooks, mongo);
  } catch (error) {
    await mongo.close();
    throw error;
  }
};

const startMember = async (config: Config, hooks: Hooks, mongo: MongoConnection): Promise<RunningProcessor> => {
  const { group, topicPrefix, rekeyedInputs: rekeyed } = config;
  const erasureKeys = config.erasure.keys;
  const { observe } = hooks;
  const kafka = (role: string) => createKafka(config.kafka, `${group}-${role}`, hooks.clientLog);
  const registry = createRegistryClient(config.registry);
  const all = contracts(topicPrefix, rekeyed);
  const inputs = all.filter(({ direction }) => direction === 'input').map(({ topic }) => topic);

  const declared = topics(topicPrefix, rekeyed);
  // Letters may lie as well where inputs were rekeyed before, or are no more.
  const possible = topics(topicPrefix, UPSTREAM_TOPICS);
  const found = await describeTopics(kafka('check'), [
    ...new Set([...declared, ...possible].map(({ topic }) => topic)),
  ]);
  refuseFailures([
    ...topicChecks(declared, [...found.values()]),
    ...schemaChecks(await checkSchemas(registry, all)),
    ...mongoChecks(await describeMongo(mongo.db)),
  ]);
  const partitions = found.get(inputs[0] ?? '')?.partitions ?? 0;
  await claimDatabase(mongo.db, { group, partitions, rekeyed, erasureKeys });
  await Promise.all([
    ...[prepareErased(mongo.db), prepareArchive(mongo.db)],
    ...[prepareRetention(mongo.db), prepareHistory(mongo.db)],
  ]);

  const output = contractOf('CustomerUpdated', topicPrefix);
  const encoder = await createEncoder(registry, output);
  const audiences = await createAudienceOutputs(registry, topicPrefix, config.audiences, config.audienceKeys);
  const links = await createLinks(registry, mongo.db, { ...config, partitions, erasureKeys });
  const producers = kafka('producer');
  const offsets = createGroupOffsets(kafka('admin'), {
    group,
    topics: inputs,
    onOutOfRange: (topic, partition) => observe({ type: 'incident', kind: 'out-of-range', topic, partition }),
  });
  const processor: Processor = new Processor({
    group,
    outputTopic: output.topic,
    futureToleranceMs: config.futureToleranceMs,
    epochs: createEpochStore(mongo.db),
    profiles: createProfileStore(mongo.db, erasureKeys),
    erased: createErasedCustomers(mongo.db, erasureKeys),
    decisions: createDecisionLog(mongo.db, erasureKeys),
    history: createHistory(mongo.db, erasureKeys),
    room: { ...ROOM, hot: config.profileOrders, most: 2 * config.profileOrders },
    producers: (partition) => createTaskProducer(producers, { group, partition }),
    offsets,
    decoder: createDecoder(registry, all, { unknownSchemaGraceMs: config.unknownSchemaGraceMs }),
    encoder,
    rules: rulesOf(config.rules),
    audiences,
    links,
    router: { routes: routesOf(all), partitionOf: createPlacement(partitions) },
    sweeping: {
      letters: createLetterLog(
        kafka('letters'),
        possible.flatMap(({ topic, direction }) => (direction === 'dead-letter' && found.has(topic) ? [topic] : [])),
      ),
      marks: createSweepMarks(mongo.db),
      decoder: createDecoder(registry, contracts(topicPrefix, UPSTREAM_TOPICS), { unknownSchemaGraceMs: 0 }),
      everyMs: SWEEP_EVERY_MS,
    },
    membership: { confirmed: (signal) => member.confirmed(signal) },
    cache: createProfileCache(config.cacheMaxBytes),
    inTurn: createTurns(RECORDS_AT_A_TIME),
    clock: systemClock,
    observe,
    passed: hooks.passed ?? (() => undefined),
    tracing: hooks.tracing,
  });
  const member: GroupMember = new GroupMember(
    kafka('consumer'),
    {
      group,
      topics: inputs,
      partitions,
      sessionTimeoutMs: config.sessionTimeoutMs,
      heartbeatIntervalMs: config.heartbeatIntervalMs,
      fetchMaxBytesPerPartition: config.fetchMaxBytesPerPartition,
    },
    {
      assigned: (assigned, kept) => processor.assigned(assigned, kept),
      offer: (batch) => processor.offer(batch),
    },
    (event) => observeGroup(observe, event),
  );
  member.start();
  return {
    lag: () => offsets.lag(),
    stop: async () => {
      await Promise.all([member.stop(), processor.stop()]);
      await Promise.all([offsets.close(), mongo.close()]);
    },
  };
};

/** Three full rounds with the default size of a batch: enough to keep a core busy, few enough to bound the memory. */
const RECORDS_AT_A_TIME = 800;

const SWEEP_EVERY_MS = 5_000;

const observeGroup = (observe: Observer, event: GroupEvent): void => {
  if (event.type === 'rebalancing') observe({ type: 'rebalancing' });
  if (event.type === 'left') observe({ type: 'unassigned', reason: codeOf(event.reason) });
};

/** Waits out an outage at the start: whatever a person has to mend is thrown at once. */
export const startWhenPossible = async (
  config: Config,
  hooks: Hooks,
  signal: AbortSignal,
  waiting: (error: ProfileError) => void,
): Promise<RunningProcessor> => {
  for (;;) {
    try {
      return await startProcessor(config, hooks);
    } catch (error) {
      if (!(error instanceof ProfileError) || !error.retriable) throw error;
      waiting(error);
      await systemClock.sleep(START_RETRY_MS, signal);
    }
  }
};

const START_RETRY_MS = 2_000;
