import { createKafka } from '../../src/adapters/kafka/client.ts';
import { connectPublisher } from '../../src/adapters/kafka/publisher.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { startProcessor } from '../../src/commands/compose.ts';
import { prepare } from '../../src/commands/demo/installation.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Observer } from '../../src/pipeline/observer.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import { encodeTraffic, generateTraffic } from '../../src/traffic/index.ts';
import { openSources, type Sources, verify, verifyInstallation } from '../../src/verification/index.ts';
import { testServices, uniqueName } from '../helpers/services.ts';

const EVENTS = 1500;

let config: Config;
let mongo: MongoConnection;

/** The whole system, once: everything after only looks, or breaks something. */
beforeAll(async () => {
  const services = testServices();
  const name = uniqueName('verification');
  config = loadConfig({
    KAFKA_BROKERS: services.kafkaBrokers.join(),
    MONGODB_URI: services.mongodbUri,
    ERASURE_KEY: 'the key of who was erased',
    SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
    ...{ TOPIC_PREFIX: `${name}.`, CONSUMER_GROUP: name, MONGODB_DATABASE: name, UNKNOWN_SCHEMA_GRACE_MS: '500' },
  });
  mongo = await connectMongo(config.mongodb);
  const schemaIds = await prepare(config, new AbortController().signal);
  const publisher = await connectPublisher(createKafka(config.kafka, 'test'));
  const traffic = [...generateTraffic({ seed: 3, customers: 100, events: EVENTS, brokenRatio: 0.02 })];
  await publisher.send(traffic.map((item) => encodeTraffic(item, schemaIds, config.topicPrefix)));
  await publisher.close();
  let consumed = 0;
  const observe: Observer = (event) => {
    if (event.type === 'batch') consumed += event.consumed;
  };
  const processor = await startProcessor(config, { observe });
  while (consumed < EVENTS) await new Promise((next) => setTimeout(next, 100));
  await processor.stop();
});

afterAll(async () => {
  await mongo.db.dropDatabase();
  await mongo.close();
});

const outputTopic = (): string => `${config.topicPrefix}customer-updated`;

/** Verifies with something between the servers and the verification. */
const verifiedThrough = async (tamper: (sources: Sources) => Partial<Sources>) => {
  const sources = await openSources(config);
  try {
    return await verify({ ...sources, ...tamper(sources) });
  } finally {
    await sources.close();
  }
};

const dropping = async function* (
  records: AsyncIterable<InboundRecord>,
  isDropped: (record: InboundRecord, index: number) => boolean,
): AsyncGenerator<InboundRecord> {
  let index = 0;
  for await (const record of records) if (!isDropped(record, index++)) yield record;
};

const changing = async function* (
  records: AsyncIterable<InboundRecord>,
  change: (record: InboundRecord) => InboundRecord,
): AsyncGenerator<InboundRecord> {
  let index = 0;
  for await (const record of records) yield index++ === 0 ? change(record) : record;
};

describe('verification of a real installation', () => {
  it('finds that everything is as it must be', async () => {
    const report = await verifyInstallation(config);
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ ok: true, inputs: EVENTS });
    expect(report.accepted + report.deadLetters).toBe(EVENTS);
    expect(Object.keys(report.refused)).toHaveLength(9);
    expect(report.profiles).toBeGreaterThan(80);
  });

  it('names a published version that is not there', async () => {
    const report = await verifiedThrough(({ outputs }) => ({ outputs: dropping(outputs, (_, index) => index === 0) }));
    expect(report.ok).toBe(false);
    expect(['chain-broken', 'never-published']).toContain(report.violations[0]?.kind);
    expect(report.stories[0]?.events.length).toBeGreaterThan(0);
  });

  it('names dead letters that are missing or not the message', async () => {
    const missing = await verifiedThrough(({ deadLetters }) => ({
      deadLetters: dropping(deadLetters, (_, index) => index === 0),
    }));
    expect(missing.violationCounts).toEqual({ 'dead-letter-missing': 1 });
    const altered = await verifiedThrough(({ deadLetters }) => ({
      deadLetters: changing(deadLetters, (letter) => ({ ...letter, value: Buffer.from('other') })),
    }));
    expect(altered.violationCounts).toEqual({ 'dead-letter-altered': 1 });
  });

  it('names a group that has not read everything', async () => {
    const report = await verifiedThrough(() => ({ committed: () => Promise.resolve({}) }));
    expect(Object.keys(report.violationCounts)).toEqual(['not-drained']);
  });

  it('names a document that somebody wrote to', async () => {
    const profiles = mongo.db.collection<{ _id: string; profile: object }>(PROFILES);
    const before = await profiles.findOne({});
    if (before === null) throw new Error('no document');
    await profiles.updateOne({ _id: before._id }, { $set: { 'profile.segments': ['gold'] } });
    const report = await verifyInstallation(config);
    await profiles.replaceOne({ _id: before._id }, before);
    expect(report.violationCounts).toEqual({ 'profile-differs': 1, 'last-output-differs': 1 });
    expect(report.stories).toMatchObject([{ customerId: before._id }]);
  });

  it('names a version that was published twice', async () => {
    const sources = await openSources(config);
    let last: InboundRecord | undefined;
    for await (const record of sources.outputs) last = record;
    await sources.close();
    if (last === undefined) throw new Error('nothing was published');
    const { key, value, headers, partition } = last;
    const publisher = await connectPublisher(createKafka(config.kafka, 'test'));
    await publisher.send([{ topic: outputTopic(), key, value, headers, partition }]);
    await publisher.close();
    const report = await verifyInstallation(config);
    expect(report.violationCounts).toMatchObject({ 'version-repeated': 1 });
  });
});
