/** Everything the demo runs on: servers, topics, schemas, and names of its own where the servers are somebody's. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createKafka } from '../../adapters/kafka/client.ts';
import { createTopics, describeTopics } from '../../adapters/kafka/topics.ts';
import { connectMongo } from '../../adapters/mongodb/client.ts';
import { createRegistryClient } from '../../adapters/registry/client.ts';
import { registerSchemas, type SchemaIds } from '../../adapters/registry/schemas.ts';
import type { BackingServices } from '../../backing/index.ts';
import { type Config, loadConfig } from '../../config.ts';
import { contracts, topics } from '../../domain/contracts.ts';
import { isProfileError } from '../../errors.ts';
import { systemClock } from '../../pipeline/clock.ts';
import { planTopics } from '../topic-plan.ts';

const PARTITIONS = 6;

export interface Installation {
  readonly config: Config;
  /** What to export so that other commands see it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A broken message with an unknown schema id holds its partition up for the grace; small batches tell longer stories. */
const TUNING = { UNKNOWN_SCHEMA_GRACE_MS: '2000', FETCH_MAX_BYTES_PER_PARTITION: '65536' };

/** Shown unless somebody has a file of their own. The same place from src/ and from dist/. */
const EXAMPLE_SEGMENTS = new URL('../../../examples/segments.json', import.meta.url);

/** Servers that the environment names may hold other things, so that everything there gets a name of its own. */
const ownNames = (): Record<string, string> => {
  const name = `demo-${randomUUID().slice(0, 8)}`;
  return { TOPIC_PREFIX: `${name}.`, CONSUMER_GROUP: name, MONGODB_DATABASE: name };
};

const isBorrowed = ({ kafkaBrokers, mongodbUri, schemaRegistryUrl }: BackingServices): boolean =>
  process.env['KAFKA_BROKERS'] === kafkaBrokers.join() ||
  process.env['MONGODB_URI'] === mongodbUri ||
  process.env['SCHEMA_REGISTRY_URL'] === schemaRegistryUrl;

export const configure = (services: BackingServices): Installation => {
  const environment = {
    KAFKA_BROKERS: services.kafkaBrokers.join(),
    MONGODB_URI: services.mongodbUri,
    SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
    LINK_KEY: randomUUID(),
    ERASURE_KEY: randomUUID(),
    ...(isBorrowed(services) ? ownNames() : {}),
  };
  const access = isBorrowed(services) ? process.env : {};
  const rules = { SEGMENTS_FILE: process.env['SEGMENTS_FILE'] || fileURLToPath(EXAMPLE_SEGMENTS) };
  return { environment, config: loadConfig({ ...access, ...rules, ...environment, ...TUNING }) };
};

const AGAIN_AFTER_MS = 500;

/** Creates the topics and registers the schemas; servers that have just started may need a moment for it. */
export const prepare = async (config: Config, signal: AbortSignal): Promise<SchemaIds> => {
  for (;;) {
    try {
      return await createAll(config);
    } catch (error) {
      if (!isProfileError(error) || !error.retriable) throw error;
      await systemClock.sleep(AGAIN_AFTER_MS, signal);
    }
  }
};

/** As the command `topics` does. */
const createAll = async (config: Config): Promise<SchemaIds> => {
  const kafka = createKafka(config.kafka, 'customer-profile-demo');
  const declared = topics(config.topicPrefix, config.rekeyedInputs);
  const found = await describeTopics(
    kafka,
    declared.map(({ topic }) => topic),
  );
  await createTopics(kafka, planTopics(declared, [...found.values()], { partitions: PARTITIONS }).create);
  return registerSchemas(createRegistryClient(config.registry), contracts(config.topicPrefix, config.rekeyedInputs));
};

/** Removes from borrowed servers what the demo made there. */
export const remove = async (config: Config): Promise<void> => {
  const admin = createKafka(config.kafka, 'customer-profile-demo').admin();
  const registry = createRegistryClient(config.registry);
  const mongo = await connectMongo(config.mongodb);
  try {
    await admin.connect();
    await all([
      () => admin.deleteTopics({ topics: topics(config.topicPrefix, config.rekeyedInputs).map(({ topic }) => topic) }),
      // A coordinator may not have heard yet that the last member has left.
      () => admin.deleteGroups([config.group]),
      () => mongo.db.dropDatabase(),
      ...contracts(config.topicPrefix, config.rekeyedInputs).map(
        ({ subject }) =>
          () =>
            registry.call('DELETE', `/subjects/${encodeURIComponent(subject)}`),
      ),
    ]);
  } finally {
    await Promise.all([admin.disconnect(), mongo.close()]);
  }
};

const ATTEMPTS = 4;

/** Takes every step, whatever becomes of the others; throws what failed first. */
const all = async (steps: readonly (() => Promise<unknown>)[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const step of steps) await patiently(step).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
};

const patiently = async (step: () => Promise<unknown>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await step();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await systemClock.sleep(AGAIN_AFTER_MS);
    }
  }
};
