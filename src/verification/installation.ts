/** Where an installation keeps what verification looks at. */
import { createKafka } from '../adapters/kafka/client.ts';
import { createGroupOffsets } from '../adapters/kafka/offsets.ts';
import { createPlacement } from '../adapters/kafka/placement.ts';
import { readTopics } from '../adapters/kafka/record-stream.ts';
import { describeTopics } from '../adapters/kafka/topics.ts';
import { connectMongo, type MongoConnection } from '../adapters/mongodb/client.ts';
import { createHistory } from '../adapters/mongodb/history.ts';
import { LINKS } from '../adapters/mongodb/links.ts';
import { createStubNames, ERASED } from '../adapters/mongodb/profile-writes.ts';
import { createProfileStore, loadDocument, PROFILES } from '../adapters/mongodb/profiles.ts';
import { createRegistryClient, type RegistryClient } from '../adapters/registry/client.ts';
import { createDecoder, createValueDecoder } from '../adapters/registry/decoder.ts';
import type { Config } from '../config.ts';
import { contractOf, contracts, type RecordName, routesOf, topics } from '../domain/contracts.ts';
import { AUDIENCES } from '../domain/audiences/index.ts';
import type { CustomerUpdated } from '../domain/generated/CustomerUpdated.ts';
import { isRefusal } from '../domain/refusal.ts';
import { ProfileError } from '../errors.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import type { InboundRecord } from '../pipeline/ports.ts';
import { underKey } from '../pipeline/pseudonyms.ts';
import { rulesOf } from '../rule-files.ts';
import type { AudienceSource } from './audiences.ts';
import type { StoredLink } from './links.ts';
import type { VerificationReport } from './report.ts';
import { retentionOf } from './retention-sources.ts';
import { type Sources, verify } from './verify.ts';
import { wholeDocument } from './whole-document.ts';

export interface OpenSources extends Sources {
  close(): Promise<void>;
}

/** What the registry does not know by now it has not known before. */
const NO_GRACE = { unknownSchemaGraceMs: 0 };

/** Reading throws CLOSED once `signal` aborts. */
export const openSources = async (config: Config, signal?: AbortSignal): Promise<OpenSources> => {
  const { group, topicPrefix, rekeyedInputs, futureToleranceMs } = config;
  const all = contracts(topicPrefix, rekeyedInputs);
  const registry = createRegistryClient(config.registry);
  const mongo = await connectMongo(config.mongodb);
  const inputs = all.filter(({ direction }) => direction === 'input');
  const inputTopics = inputs.map(({ topic }) => topic);
  const deadLetters = topics(topicPrefix, rekeyedInputs).filter(({ direction }) => direction === 'dead-letter');
  const kafka = createKafka(config.kafka, `${group}-verification`);
  const [described] = (await describeTopics(kafka, inputTopics)).values();
  const offsets = createGroupOffsets(kafka, {
    group,
    topics: inputTopics,
    onOutOfRange: () => undefined,
  });
  const read = (names: readonly string[]) => untilAborted(readTopics(config.kafka, names), signal);
  return {
    inputs: read(inputTopics),
    outputs: read([contractOf('CustomerUpdated', topicPrefix).topic]),
    audiences: audienceSources(registry, config, read),
    deadLetters: read(deadLetters.map(({ topic }) => topic)),
    documents: untilAborted(storedDocuments(mongo, config.erasure.keys), signal),
    ...stubsOf(mongo, config.erasure.keys, signal),
    ...retentionOf(mongo, config.erasure.keys),
    links: untilAborted(storedLinks(mongo), signal),
    committed: (partition) => offsets.read(partition),
    decoder: createDecoder(registry, all, NO_GRACE),
    decodeOutput: createOutputDecoder<CustomerUpdated>(registry, 'CustomerUpdated'),
    futureToleranceMs,
    router: { routes: routesOf(all), partitionOf: createPlacement(described?.partitions ?? 0) },
    rules: rulesOf(config.rules),
    close: async () => {
      await Promise.all([offsets.close(), mongo.close()]);
    },
  };
};

/** Verifies what the configured group has made of its inputs. Throws a retriable error during an outage, CLOSED on abort. */
export const verifyInstallation = async (config: Config, signal?: AbortSignal): Promise<VerificationReport> => {
  const sources = await openSources(config, signal);
  try {
    return await verify(sources);
  } finally {
    await sources.close();
  }
};

const untilAborted = async function* <T>(items: AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  for await (const item of items) {
    if (signal?.aborted) throw new ProfileError('CLOSED', 'stopped while reading');
    yield item;
  }
};

const DOCUMENTS_AT_ONCE = 200;

/** With all that is known of them, wherever it lies. */
export const storedDocuments = async function* (
  { db }: MongoConnection,
  keys: readonly string[],
): AsyncGenerator<ProfileDocument> {
  const store = createProfileStore(db);
  const history = createHistory(db, keys);
  const load = async function* (ids: readonly string[]): AsyncGenerator<ProfileDocument> {
    for (const stored of (await store.load(ids)).values()) {
      const document = stored.read();
      yield await wholeDocument(document, history, () => loadDocument(store, document._id));
    }
  };
  let ids: string[] = [];
  for await (const { _id } of db.collection<{ _id: string }>(PROFILES).find({}, { projection: { _id: 1 } })) {
    ids.push(_id);
    if (ids.length < DOCUMENTS_AT_ONCE) continue;
    yield* load(ids);
    ids = [];
  }
  if (ids.length > 0) yield* load(ids);
};

/** Of erased customers: stubs, and the names under which they may be. */
export const stubsOf = (
  { db }: MongoConnection,
  keys: readonly string[],
  signal?: AbortSignal,
): Pick<Sources, 'stubs' | 'stubNamesOf'> => ({
  stubs: untilAborted(db.collection<ProfileDocument>(ERASED).find({}, { projection: { recordedAt: 0 } }), signal),
  stubNamesOf: createStubNames(keys),
});

export const storedLinks = ({ db }: MongoConnection): AsyncIterable<StoredLink> =>
  db.collection<StoredLink>(LINKS).find();

/** `read`: every record of topics, from their beginning. Those who are not told any more are muted: nothing but erasures reaches them. */
export const audienceSources = (
  registry: RegistryClient,
  { topicPrefix: prefix, audiences, audienceKeys }: Pick<Config, 'topicPrefix' | 'audiences' | 'audienceKeys'>,
  read: (topics: readonly string[]) => AsyncIterable<InboundRecord>,
): AudienceSource[] =>
  AUDIENCES.map((audience) => ({
    muted: !audiences.includes(audience.name),
    ...underKey(audience, audienceKeys[audience.name]),
    records: read([contractOf(audience.record, prefix).topic]),
    decode: createOutputDecoder<object>(registry, audience.record),
  }));

/** Null for what is no value of the record. */
export const createOutputDecoder = <Event>(registry: RegistryClient, record: RecordName) => {
  const decode = createValueDecoder(registry, record, NO_GRACE);
  return async (value: Buffer | null): Promise<Event | null> => {
    const event = await decode(value);
    return isRefusal(event) ? null : (event as Event);
  };
};
