/** Where an installation keeps what verification looks at. */
import { createKafka } from '../adapters/kafka/client.ts';
import { createGroupOffsets } from '../adapters/kafka/offsets.ts';
import { readTopics } from '../adapters/kafka/record-stream.ts';
import { connectMongo, type MongoConnection } from '../adapters/mongodb/client.ts';
import { createProfileStore, PROFILES } from '../adapters/mongodb/profiles.ts';
import { createRegistryClient, type RegistryClient } from '../adapters/registry/client.ts';
import { createDecoder, createRecordDecoder } from '../adapters/registry/decoder.ts';
import { createWriterSchemas } from '../adapters/registry/writer-schemas.ts';
import type { Config } from '../config.ts';
import { contracts, customerUpdatedContract, topics } from '../domain/contracts.ts';
import type { CustomerUpdated } from '../domain/generated/CustomerUpdated.ts';
import { isRefusal } from '../domain/refusal.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import type { OutputDecoder } from './outputs.ts';
import type { VerificationReport } from './report.ts';
import { type Sources, verify } from './verify.ts';

export interface OpenSources extends Sources {
  close(): Promise<void>;
}

/** What the registry does not know by now it has not known before. */
const NO_GRACE = { unknownSchemaGraceMs: 0 };

export const openSources = async (config: Config): Promise<OpenSources> => {
  const { group, topicPrefix, futureToleranceMs } = config;
  const registry = createRegistryClient(config.registry);
  const mongo = await connectMongo(config.mongodb);
  const inputs = contracts(topicPrefix).filter(({ direction }) => direction === 'input');
  const inputTopics = inputs.map(({ topic }) => topic);
  const deadLetters = topics(topicPrefix).filter(({ direction }) => direction === 'dead-letter');
  const offsets = createGroupOffsets(createKafka(config.kafka, `${group}-verification`), {
    group,
    topics: inputTopics,
    onOutOfRange: () => undefined,
  });
  return {
    inputs: readTopics(config.kafka, inputTopics),
    outputs: readTopics(config.kafka, [customerUpdatedContract(topicPrefix).topic]),
    deadLetters: readTopics(
      config.kafka,
      deadLetters.map(({ topic }) => topic),
    ),
    documents: allDocuments(mongo),
    committed: (partition) => offsets.read(partition),
    decoder: createDecoder(registry, contracts(topicPrefix), NO_GRACE),
    decodeOutput: createOutputDecoder(registry),
    futureToleranceMs,
    close: async () => {
      await Promise.all([offsets.close(), mongo.close()]);
    },
  };
};

/** Verifies what the configured group has made of its inputs. Throws a retriable error during an outage. */
export const verifyInstallation = async (config: Config): Promise<VerificationReport> => {
  const sources = await openSources(config);
  try {
    return await verify(sources);
  } finally {
    await sources.close();
  }
};

const DOCUMENTS_AT_ONCE = 200;

const allDocuments = async function* ({ db }: MongoConnection): AsyncGenerator<ProfileDocument> {
  const store = createProfileStore(db);
  const load = async (ids: readonly string[]) => (await store.load(ids)).values();
  let ids: string[] = [];
  for await (const { _id } of db.collection<{ _id: string }>(PROFILES).find({}, { projection: { _id: 1 } })) {
    ids.push(_id);
    if (ids.length < DOCUMENTS_AT_ONCE) continue;
    yield* await load(ids);
    ids = [];
  }
  if (ids.length > 0) yield* await load(ids);
};

const createOutputDecoder = (registry: RegistryClient): OutputDecoder => {
  const schemas = createWriterSchemas(registry, ['CustomerUpdated'], NO_GRACE);
  const decode = createRecordDecoder(schemas, 'CustomerUpdated');
  return async (value) => {
    await schemas.learn([value]);
    const event = decode(value);
    return isRefusal(event) ? null : (event as CustomerUpdated);
  };
};
