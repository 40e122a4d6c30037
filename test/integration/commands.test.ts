import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import { createPlacement } from '../../src/adapters/kafka/placement.ts';
import { createTaskProducer } from '../../src/adapters/kafka/producer.ts';
import { readTopics } from '../../src/adapters/kafka/record-stream.ts';
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { claimDatabase } from '../../src/adapters/mongodb/database.ts';
import { createProfileStore } from '../../src/adapters/mongodb/profiles.ts';
import { createRegistryClient } from '../../src/adapters/registry/client.ts';
import { createEncoder } from '../../src/adapters/registry/encoder.ts';
import { collectLetters } from '../../src/commands/dead-letter-box.ts';
import { deadLetterRecords } from '../../src/commands/dead-letters-list.ts';
import { sendWaiting } from '../../src/commands/dead-letters-redrive.ts';
import { loadConfig } from '../../src/config.ts';
import { contractOf } from '../../src/domain/contracts.ts';
import { derive } from '../../src/domain/derive.ts';
import { emptyFacts } from '../../src/domain/facts.ts';
import { refuse } from '../../src/domain/refusal.ts';
import { bareLetter, deadLetter } from '../../src/pipeline/dead-letter.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { aContract, anEmail, anOrder, factsOf } from '../helpers/domain.ts';
import { testServices, uniqueName } from '../helpers/services.ts';
import { RULES } from '../helpers/rules.ts';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const services = testServices();
const prefix = `${uniqueName('commands')}.`;
const PARTITIONS = 3;
const env: Record<string, string> = {
  PATH: process.env['PATH'] ?? '',
  KAFKA_BROKERS: services.kafkaBrokers.join(),
  MONGODB_URI: services.mongodbUri,
  ERASURE_KEY: 'the key of who was erased',
  MONGODB_DATABASE: uniqueName('commands'),
  SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
  CONSUMER_GROUP: uniqueName('commands'),
  TOPIC_PREFIX: prefix,
};

const command = async (args: string[], extra: Record<string, string> = {}): Promise<Outcome> => {
  const child = spawn(process.execPath, ['src/main.ts', ...args], {
    env: { ...env, ...extra },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
};

const json = ({ out, err }: Outcome): Record<string, unknown> => {
  try {
    return JSON.parse(out) as Record<string, unknown>;
  } catch {
    throw new Error(`no JSON: ${out}${err}`);
  }
};

const publish = async (partition: number, records: readonly OutboundRecord[]): Promise<void> => {
  const kafka = createKafka({ brokers: services.kafkaBrokers }, 'test');
  const producer = createTaskProducer(kafka, { group: `${String(env['CONSUMER_GROUP'])}-test`, partition });
  try {
    await producer.fence();
    const transaction = await producer.begin();
    await transaction.send(records);
    await transaction.commit();
  } finally {
    await producer.close();
  }
};

const recordsOf = async (topic: string): Promise<InboundRecord[]> => {
  const records: InboundRecord[] = [];
  for await (const record of readTopics({ brokers: services.kafkaBrokers }, [topic])) records.push(record);
  return records;
};

const orders = `${prefix}order-finalized`;

const received = (offset: number, topic = orders): InboundRecord => ({
  ...{ topic, partition: 1, offset, timestamp: 1_700_000_000_000 },
  key: Buffer.from('c-1'),
  value: Buffer.from([0, 1, 2, 3, offset]),
  headers: { ce_id: Buffer.from(`e-${offset}`) },
});
const refused = (offset: number, reason: 'undecodable' | 'unknown-schema', topic = orders): OutboundRecord =>
  deadLetter(received(offset, topic), refuse(reason));

describe('the binary', () => {
  it('names every faulty setting and exits with 3', async () => {
    const { code, err } = await command(['check'], { KAFKA_BROKERS: '', HTTP_PORT: 'x' });
    expect(code).toBe(3);
    expect(err).toContain('CONFIG_INVALID: KAFKA_BROKERS is required\nHTTP_PORT must be');
  });

  it('exits with 2 on wrong use', async () => {
    expect((await command(['get'])).code).toBe(2);
    expect((await command(['topics', '--partitions', 'many'])).code).toBe(2);
    expect((await command(['dead-letters', 'redrive', '--yes'])).code).toBe(2);
  });
});

describe('topics and check', () => {
  it('say what is missing, create it after a yes, and find everything in order then', async () => {
    const before = await command(['check', '--json']);
    expect(before.code).toBe(1);
    expect(json(before)).toMatchObject({ ok: false });
    expect(before.out).toContain('TOPIC_MISSING');

    const unanswered = await command(['topics', '--partitions', '3']);
    expect(unanswered).toMatchObject({ code: 2, out: expect.stringContaining(`create    ${orders}`) as string });
    expect((await command(['check', '--json'])).code).toBe(1);

    expect((await command(['topics', '--partitions', String(PARTITIONS), '--yes'])).code).toBe(0);
    const after = await command(['check', '--json']);
    expect(json(after)).toMatchObject({ ok: true });
    expect(after.code).toBe(0);
    const { checks } = json(after) as { checks: { status: string }[] };
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it('do nothing the second time, and refuse another partition count', async () => {
    expect(json(await command(['topics', '--yes', '--json']))).toMatchObject({
      partitions: PARTITIONS,
      create: [],
      register: [],
    });
    const { code, err } = await command(['topics', '--partitions', '4', '--yes']);
    expect(code).toBe(3);
    expect(err).toContain('TOPIC_MISMATCH');
  });

  it('report each service that does not answer, and the others as well', async () => {
    const { code, out } = await command(['check', '--json'], { SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(1);
    const { checks } = JSON.parse(out) as { checks: { area: string; status: string }[] };
    expect(checks.filter(({ status }) => status === 'fail').map(({ area }) => area)).toEqual(['registry']);
    expect(checks.map(({ area }) => area)).toContain('mongodb');
  });
});

describe('get', () => {
  const document = {
    ...{ _id: 'c-1', version: 2, epoch: 1, marker: null, previousVersion: 1, pending: null, audiences: {} },
    ...{ links: null, facts: emptyFacts, profile: derive(emptyFacts, RULES) },
  };

  beforeAll(async () => {
    const mongo = await connectMongo({ uri: services.mongodbUri, database: String(env['MONGODB_DATABASE']) });
    await createProfileStore(mongo.db).save([{ customerId: 'c-1', expectedVersion: null, document }]);
    await mongo.close();
  });

  it('shows a profile with MongoDB alone, readable or as JSON', async () => {
    const alone = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '' };
    expect((await command(['get', 'c-1'], alone)).out).toContain('c-1  version 2\nstatus: ');
    const shown = json(await command(['get', 'c-1', '--json'], alone));
    expect(shown).toEqual({ customerId: 'c-1', version: 2, profile: document.profile });
    expect(json(await command(['get', 'c-1', '--json', '--facts'], alone))).toMatchObject({ facts: emptyFacts });
  });

  it('exits with 1 when there is no such customer', async () => {
    expect(await command(['get', 'c-0'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('NOT_FOUND') as string,
    });
  });
});

describe('check', () => {
  it('says that the database is somebody else’s, before a member finds out', async () => {
    const database = uniqueName('owned');
    const mongo = await connectMongo({ uri: services.mongodbUri, database });
    await claimDatabase(mongo.db, {
      group: 'others',
      partitions: PARTITIONS,
      rekeyed: ['order-finalized'],
      erasureKeys: [],
    });
    await mongo.close();
    const owned = { MONGODB_DATABASE: database, CONSUMER_GROUP: 'others' };
    const other = await command(['check', '--json'], owned);
    expect(other.code).toBe(1);
    expect(other.out).toContain('belongs to consumer group others with 3 partitions and order-finalized input rekeyed');
    expect((await command(['check', '--json'], { ...owned, REKEYED_INPUTS: 'order-finalized' })).out).not.toContain(
      'belongs to consumer group',
    );
  });
});

describe('export', () => {
  const facts = factsOf([
    anOrder({ orderTotalPrice: { currency: 'EUR', minorUnits: 1230 } }),
    aContract({ contactMediums: [anEmail('ada@example.com')], languages: ['de'] }),
  ]);
  const document = {
    ...{ _id: 'c-7', version: 3, epoch: 1, marker: null, previousVersion: 1, pending: null, links: null },
    ...{ audiences: { fraud: { version: 3, digest: 'x', before: { version: 0, digest: null } } } },
    ...{ facts, profile: derive(facts, RULES) },
  };

  beforeAll(async () => {
    const mongo = await connectMongo({ uri: services.mongodbUri, database: String(env['MONGODB_DATABASE']) });
    await createProfileStore(mongo.db).save([{ customerId: 'c-7', expectedVersion: null, document }]);
    await mongo.close();
  });

  it('gives what was said, what follows, and who was told, with MongoDB alone', async () => {
    const alone = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '' };
    const exported = json(await command(['export', 'c-7'], alone));
    expect(Object.keys(exported)).toEqual(['customerId', 'version', 'provided', 'derived', 'recipient']);
    expect(exported).toMatchObject({
      customerId: 'c-7',
      provided: {
        productOrder: [{ id: 'order-1', value: { orderTotalPrice: { unit: 'EUR', value: 12.3 } } }],
        contactMedium: [{ id: 'email:ada@example.com' }],
      },
      recipient: { audience: [{ id: 'fraud', value: { version: 3, knows: true } }] },
    });
  });

  it('writes a new file that nobody else may read, and never over another', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'export-'));
    const file = join(directory, 'c-7.csv');
    const write = ['export', 'c-7', '--format', 'csv', '--output', file];
    expect(await command(write)).toMatchObject({ code: 0, out: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('provided,preference,languages,[0],de,contracts,event-2,');
    expect((await command(write)).code).toBe(2);
    rmSync(directory, { recursive: true });
  });

  it('exits with 1 when there is no such customer', async () => {
    expect(await command(['export', 'c-0'])).toMatchObject({ code: 1, out: '' });
  });
});

describe('watch', () => {
  it("follows one customer's versions from the beginning, and stops at the limit", async () => {
    const contract = contractOf('CustomerUpdated', prefix);
    const encoder = await createEncoder(createRegistryClient({ url: services.schemaRegistryUrl }), contract);
    const event = (customerId: string, version: number): OutboundRecord => ({
      ...{ topic: contract.topic, key: customerId, headers: {} },
      value: encoder.encode({
        ...{ eventId: `${customerId}:${version}`, customerId, version, previousVersion: version - 1, occurredAt: 0 },
        ...{ changeType: version === 1 ? 'created' : 'updated', changedPaths: ['status'] },
        causes: [{ eventId: 'e-1', eventType: 'OrderFinalized' }],
        profile: derive(emptyFacts, RULES),
      }),
    });
    await publish(0, [event('c-1', 1), event('c-2', 1), event('c-1', 2)]);

    const { code, out } = await command(['watch', 'c-1', '--from-beginning', '--limit', '2']);
    expect(code).toBe(0);
    expect(out).toBe(
      '1970-01-01 00:00:00Z  c-1  v1  created  status  ← OrderFinalized\n' +
        '1970-01-01 00:00:00Z  c-1  v2  updated  status  ← OrderFinalized\n',
    );
    const lines = (await command(['watch', '--from-beginning', '--json', '--limit', '3'])).out.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { eventId: string }).eventId)).toEqual(['c-1:1', 'c-2:1', 'c-1:2']);
  });
});

describe('dead-letters', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'letters-'));
    await command(['topics', '--partitions', String(PARTITIONS), '--yes']);
    await publish(1, [refused(10, 'undecodable'), refused(11, 'unknown-schema'), refused(12, 'unknown-schema')]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are counted by topic and reason, and selected', async () => {
    expect(json(await command(['dead-letters', 'list', '--json', '--reason', 'unknown-schema']))).toMatchObject({
      counts: [{ topic: orders, reason: 'unknown-schema', waiting: 2, redriven: 0 }],
      newest: [{ reason: 'unknown-schema' }, { reason: 'unknown-schema' }],
    });
    expect((await command(['dead-letters', 'list', '--since', '2999-01-01'])).out).toBe('No dead letters.\n');
  });

  it('are shown with headers and bytes', async () => {
    const { out } = await command(['dead-letters', 'show', `${orders}.dlq:1:0`]);
    expect(out).toContain('dlq-reason     undecodable');
    expect(out).toContain('0000  00 01 02 03 0a');
    expect((await command(['dead-letters', 'show', `${orders}.dlq:1:99`])).code).toBe(1);
  });

  it('go back as they came, once, and nothing is deleted', async () => {
    const redrive = ['dead-letters', 'redrive', '--reason', 'unknown-schema', '--yes', '--json'];
    expect(json(await command(redrive))).toEqual({ sent: 2, alreadyRedriven: 0, stale: 0, bare: 0 });
    expect(json(await command(redrive))).toEqual({ sent: 0, alreadyRedriven: 2, stale: 0, bare: 0 });
    const sent = await recordsOf(orders);
    const home = createPlacement(PARTITIONS)('c-1');
    expect(sent.map(({ partition, key, value }) => [partition, String(key), value?.at(-1)])).toEqual([
      [home, 'c-1', 11],
      [home, 'c-1', 12],
    ]);
    expect(
      Object.fromEntries(Object.entries(sent[0]?.headers ?? {}).map(([name, value]) => [name, String(value)])),
    ).toEqual({
      ...{ ce_id: 'e-11', 'dlq-attempt': '1', 'redriven-from': `${orders}.dlq:1:1` },
    });
    expect(json(await command(['dead-letters', 'list', '--json']))).toMatchObject({
      counts: [
        { reason: 'undecodable', waiting: 1, redriven: 0 },
        { reason: 'unknown-schema', waiting: 0, redriven: 2 },
      ],
    });
  });

  it('are sent once by two redrives that made the same plan', async () => {
    const config = loadConfig(env, ['kafka']);
    await publish(2, [refused(20, 'undecodable')]);
    const plan = (await collectLetters(await deadLetterRecords(config))).filter(({ redriven }) => !redriven);
    const before = (await recordsOf(orders)).length;
    expect(await sendWaiting(config, plan, { again: false, value: undefined })).toBe(plan.length);
    expect(await sendWaiting(config, plan, { again: false, value: undefined })).toBe(0);
    expect((await recordsOf(orders)).length - before).toBe(plan.length);
  });

  it('of statements about links never go back: a later version may have spoken since', async () => {
    const { topic } = contractOf('CustomerLink', prefix);
    await publish(1, [refused(40, 'unknown-schema', topic)]);
    const redrive = ['dead-letters', 'redrive', '--topic', topic, '--again', '--yes', '--json'];
    expect(json(await command(redrive))).toEqual({ sent: 0, alreadyRedriven: 0, stale: 1, bare: 0 });
    expect(await recordsOf(topic)).toEqual([]);
  });

  it('are named by where they lay at first, and those of who was erased are left', async () => {
    const { topic } = contractOf('PrivacyRequested', prefix);
    const first = refused(50, 'undecodable', topic);
    const bare = bareLetter(received(51, topic), refuse('before-erasure'));
    await publish(1, [first, { ...first, headers: { ...first.headers, 'dlq-first-offset': '0' } }, bare]);
    const { newest } = json(await command(['dead-letters', 'list', '--topic', topic, '--json'])) as {
      newest: { offset: number; bare: boolean }[];
    };
    expect(newest.map(({ offset, bare }) => `${offset} ${bare}`).sort()).toEqual(['0 false', '2 true']);
    expect((await command(['dead-letters', 'show', `${topic}.dlq:1:0`])).code).toBe(0);
    expect((await command(['dead-letters', 'show', `${topic}.dlq:1:1`])).code).toBe(1);
    const redrive = ['dead-letters', 'redrive', '--topic', topic, '--yes'];
    expect((await command(redrive)).out).toContain('leave 1 of customers who were erased');
    expect(json(await command([...redrive, '--json']))).toEqual({ sent: 0, alreadyRedriven: 1, stale: 0, bare: 1 });
    expect(await recordsOf(topic)).toHaveLength(1);
  });

  it('go back with a mended value', async () => {
    const file = join(folder, 'mended');
    writeFileSync(file, 'mended');
    await publish(0, [refused(30, 'undecodable')]);
    const { newest } = json(await command(['dead-letters', 'list', '--json', '--limit', '1'])) as {
      newest: { topic: string; partition: number; offset: number }[];
    };
    const place = newest.map(({ topic, partition, offset }) => `${topic}:${partition}:${offset}`);
    const { code } = await command(['dead-letters', 'redrive', ...place, '--value-file', file, '--yes']);
    expect(code).toBe(0);
    expect((await recordsOf(orders)).map(({ value }) => String(value))).toContain('mended');
  });
});
