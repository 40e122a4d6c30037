import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { withAdmin } from './admin.ts';

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Every configuration in effect, defaults included, by Kafka's own names. */
  readonly configs: Readonly<Record<string, string>>;
}

export interface TopicDeclaration {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** The topics of these names that exist. Throws KAFKA_UNAVAILABLE. */
export const describeTopics = (kafka: Kafka, names: readonly string[]): Promise<Map<string, TopicDescription>> =>
  withAdmin(kafka, 'describing topics', async (admin) => {
    const existing = new Set(await admin.listTopics());
    const topics = names.filter((name) => existing.has(name));
    if (topics.length === 0) return new Map<string, TopicDescription>();
    const configs = await configsOf(admin, topics);
    const { topics: described } = await admin.fetchTopicMetadata({ topics });
    return new Map(
      described.map(({ name, partitions }) => [
        name,
        {
          topic: name,
          partitions: partitions.length,
          replicationFactor: partitions[0]?.replicas.length ?? 0,
          configs: configs.get(name) ?? {},
        },
      ]),
    );
  });

const configsOf = async (admin: Admin, topics: readonly string[]): Promise<Map<string, Record<string, string>>> => {
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
};

/**
 * Creates topics and waits until they have leaders. One that exists stays as it is, whatever was declared.
 * Throws KAFKA_UNAVAILABLE, naming the broker's reason when it refuses.
 */
export const createTopics = (kafka: Kafka, declarations: readonly TopicDeclaration[]): Promise<void> =>
  withAdmin(kafka, 'creating topics', async (admin) => {
    for (const { topic, partitions, replicationFactor, configs } of declarations) {
      const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
      try {
        await admin.createTopics({
          // The client's own wait fails where a broker has not heard of the topic yet.
          waitForLeaders: false,
          topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
        });
      } catch (error) {
        throw error instanceof kafkajs.KafkaJSAggregateError ? error.errors[0] : error;
      }
    }
    await untilLed(
      admin,
      declarations.map(({ topic }) => topic),
    );
  });

const LEADER_DEADLINE_MS = 15_000;
const LEADER_PAUSE_MS = 50;

const untilLed = async (admin: Admin, topics: string[]): Promise<void> => {
  const deadline = performance.now() + LEADER_DEADLINE_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LEADER_PAUSE_MS));
    }
  }
};
