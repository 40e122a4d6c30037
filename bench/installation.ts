/** Topics, schemas and databases of a benchmark. */
import { createKafka } from '../src/adapters/kafka/client.ts';
import { createGroupOffsets } from '../src/adapters/kafka/offsets.ts';
import { createTopics } from '../src/adapters/kafka/topics.ts';
import { connectMongo } from '../src/adapters/mongodb/client.ts';
import { PROFILES } from '../src/adapters/mongodb/profiles.ts';
import { createRegistryClient } from '../src/adapters/registry/client.ts';
import { registerSchemas, type SchemaIds } from '../src/adapters/registry/schemas.ts';
import type { Config } from '../src/config.ts';
import { contracts, topics } from '../src/domain/contracts.ts';

export interface Installation {
  readonly schemaIds: SchemaIds;
  /** Copies all documents to another database. */
  readonly copyProfiles: (database: string) => Promise<void>;
  /** Averages, in bytes of BSON. */
  readonly profileSizes: () => Promise<{ profile: number; document: number }>;
  /** Records that the group has not consumed. */
  readonly lag: () => Promise<number>;
}

export const prepare = async (config: Config, partitions: number): Promise<Installation> => {
  const kafka = createKafka(config.kafka, 'bench');
  await createTopics(
    kafka,
    topics(config.topicPrefix).map(({ topic, configs }) => ({ topic, configs, partitions, replicationFactor: 1 })),
  );
  const schemaIds = await registerSchemas(createRegistryClient(config.registry), contracts(config.topicPrefix));

  const aggregated = async (stage: Record<string, unknown>): Promise<Record<string, number>[]> => {
    const mongo = await connectMongo(config.mongodb);
    try {
      return await mongo.db.collection(PROFILES).aggregate<Record<string, number>>([stage]).toArray();
    } finally {
      await mongo.close();
    }
  };

  return {
    schemaIds,
    copyProfiles: async (database) => {
      await aggregated({ $out: { db: database, coll: PROFILES } });
    },
    profileSizes: async () => {
      const average = (of: string) => ({ $avg: { $bsonSize: of } });
      const [sizes] = await aggregated({
        $group: { _id: null, profile: average('$profile'), document: average('$$ROOT') },
      });
      return { profile: Math.round(sizes?.['profile'] ?? 0), document: Math.round(sizes?.['document'] ?? 0) };
    },
    lag: async () => {
      const inputs = contracts(config.topicPrefix).filter(({ direction }) => direction === 'input');
      const offsets = createGroupOffsets(kafka, {
        group: config.group,
        topics: inputs.map(({ topic }) => topic),
        onOutOfRange: () => undefined,
      });
      const lag = await offsets.lag();
      await offsets.close();
      return lag.reduce((sum, { records }) => sum + records, 0);
    },
  };
};
