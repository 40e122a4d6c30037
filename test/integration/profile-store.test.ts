import { type CommandStartedEvent, MongoClient } from 'mongodb';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { claimDatabase } from '../../src/adapters/mongodb/database.ts';
import { createEpochStore } from '../../src/adapters/mongodb/epochs.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import { ARCHIVE } from '../../src/adapters/mongodb/archive.ts';
import { createProfileStore, PROFILES, loadDocument } from '../../src/adapters/mongodb/profiles.ts';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { emptyFacts } from '../../src/domain/facts.ts';
import type { ProfileDocument, ProfileWrite } from '../../src/pipeline/document.ts';
import { planCustomer } from '../../src/pipeline/plan.ts';
import type { ProfileStore } from '../../src/pipeline/ports.ts';
import { aRequest } from '../helpers/domain.ts';
import { order } from '../helpers/events.ts';
import { testServices, uniqueName } from '../helpers/services.ts';
import { RULES } from '../helpers/rules.ts';

const { mongodbUri } = testServices();

let mongo: MongoConnection;
let profiles: ProfileStore;
const commands: CommandStartedEvent[] = [];

beforeAll(async () => {
  const database = uniqueName('store');
  // The driver's own switch for monitoring is a client option, so the connection is watched from its prototype.
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on its client
  const connect = MongoClient.prototype.connect;
  MongoClient.prototype.connect = function watched(this: MongoClient) {
    this.options.monitorCommands = true;
    this.on('commandStarted', (event) => void commands.push(event));
    return connect.call(this);
  };
  try {
    mongo = await connectMongo({ uri: mongodbUri, database });
  } finally {
    MongoClient.prototype.connect = connect;
  }
  profiles = createProfileStore(mongo.db);
});

afterAll(async () => {
  await mongo.db.dropDatabase();
  await mongo.close();
});

const TOPIC = 'order-finalized';

interface Planned {
  readonly write: ProfileWrite;
  readonly document: ProfileDocument;
}

/** What orders make of a document in one batch, as the pipeline plans it. */
const planned = (
  before: ProfileDocument | null,
  orderIds: readonly string[],
  epoch: number,
  customerId: string,
): Planned => {
  const from = before?.version ?? 0;
  const deliveries = orderIds.map((orderId, index) => ({
    topic: TOPIC,
    offset: from + index,
    input: order({ customerId, orderId, occurredAt: 1_000 + from }),
  }));
  const stretch = { epoch, from: { [TOPIC]: from }, to: { [TOPIC]: from + orderIds.length } };
  const { write, document } = planCustomer(customerId, before, deliveries, stretch, {
    rules: RULES,
    audiences: AUDIENCES,
    hash: null,
    room: { most: Infinity, hot: Infinity, chunk: 1 },
  });
  if (write === null || document === null) throw new Error('the orders change nothing');
  return { write, document };
};

const after = (before: ProfileDocument | null, orderId: string, epoch: number, customerId = 'c'): ProfileWrite =>
  planned(before, [orderId], epoch, customerId).write;

const loaded = async (customerId: string): Promise<ProfileDocument> => {
  const document = await loadDocument(profiles, customerId);
  if (document === undefined) throw new Error('not found');
  return document;
};

it('what is loaded equals what was planned, through inserts and deltas, whatever the identifiers hold', async () => {
  const orderIds = ['plain', 'a.b', '$where', '%2E', '', '__proto__', 'constructor', '7', 'ünï·码', '%'];
  let document: ProfileDocument | null = null;
  for (const orderId of orderIds.filter((id) => id !== '')) {
    const { write, document: expected }: Planned = planned(document, [orderId], 1, 'keys');
    await profiles.save([write]);
    document = await loaded('keys');
    expect(canonicalJson(document)).toBe(canonicalJson(expected));
  }
  expect(Object.keys(document?.facts.orders ?? {}).sort()).toEqual(orderIds.filter((id) => id !== '').sort());
});

const REQUESTS = { 'facts.privacy': 1, 'facts.legalHolds': 1 } as const;

it.each<[what: string, missing: Record<string, 1>]>([
  ['links', { links: 1, 'facts.links': 1, ...REQUESTS }],
  ['privacy requests', REQUESTS],
])('a document from before there were %s is read as one that has none, and can be changed', async (what, missing) => {
  await profiles.save([after(null, 'A', 1, what)]);
  await mongo.db.collection<{ _id: string }>(PROFILES).updateOne({ _id: what }, { $unset: missing });
  const before = await loaded(what);
  expect(before).toMatchObject({ links: null, facts: { links: {}, privacy: {}, legalHolds: {} } });
  await profiles.save([after(before, 'B', 1, what)]);
  expect((await loaded(what)).version).toBe(2);
});

it('what is loaded equals what was planned, also when so much changes that it is replaced', async () => {
  await profiles.save([after(null, 'first', 1, 'ünï·many')]);
  const orderIds = Array.from({ length: 150 }, (_, index) => `order.${index}`);
  const { write, document } = planned(await loaded('ünï·many'), orderIds, 1, 'ünï·many');
  expect(write).toMatchObject({ changes: [{ path: ['facts'] }, { path: ['profile'] }] });
  await profiles.save([write]);
  expect(canonicalJson(await loaded('ünï·many'))).toBe(canonicalJson(document));
});

describe('compare-and-set', () => {
  const conflict = expect.objectContaining({ code: 'CONFLICT' }) as unknown;

  it('refuses a stale version', async () => {
    await profiles.save([after(null, 'A', 1, 'version')]);
    const stale = await loaded('version');
    await profiles.save([after(stale, 'B', 1, 'version')]);
    await expect(profiles.save([after(stale, 'C', 1, 'version')])).rejects.toEqual(conflict);
    expect((await loaded('version')).version).toBe(2);
  });

  it('refuses an older epoch even at the right version', async () => {
    await profiles.save([after(null, 'A', 5, 'epoch')]);
    const document = { ...(await loaded('epoch')), epoch: 1 };
    await expect(profiles.save([after(document, 'B', 4, 'epoch')])).rejects.toEqual(conflict);
    expect((await loaded('epoch')).version).toBe(1);
  });

  it('refuses to insert a customer twice', async () => {
    await profiles.save([after(null, 'A', 1, 'twice')]);
    await expect(profiles.save([after(null, 'B', 1, 'twice')])).rejects.toEqual(conflict);
  });

  it('tells of one conflict among writes that succeed', async () => {
    await profiles.save([after(null, 'A', 1, 'one')]);
    const other = after(null, 'A', 1, 'other');
    await expect(profiles.save([after(null, 'B', 1, 'one'), other])).rejects.toEqual(conflict);
    expect((await loaded('other')).version).toBe(1);
  });
});

it('every operation on profiles reads and writes with majority, and the driver retries no write', async () => {
  commands.length = 0;
  await profiles.save([after(null, 'A', 1, 'concern')]);
  await profiles.save([after(await loaded('concern'), 'B', 1, 'concern')]);
  const [find, ...rest] = commands.filter(({ commandName }) => commandName === 'find');
  expect(find?.command).toMatchObject({ readConcern: { level: 'majority' } });
  // The driver names the primary by naming nothing.
  expect(find?.command).not.toHaveProperty('$readPreference');
  expect(rest).toEqual([]);
  const writes = commands.filter(({ commandName }) => ['insert', 'update', 'findAndModify'].includes(commandName));
  expect(writes.map(({ commandName }) => commandName)).toEqual(['insert', 'update']);
  for (const { command } of writes) {
    expect(command).toMatchObject({ writeConcern: { w: 'majority' } });
    expect(command).not.toHaveProperty('txnNumber');
  }
});

it('a claim sets the epoch and nothing else', async () => {
  await profiles.save([after(null, 'A', 1, 'claim')]);
  const document = await loaded('claim');
  await profiles.save([{ customerId: 'claim', expectedVersion: 1, state: { epoch: 9 }, changes: [] }]);
  expect(canonicalJson(await loaded('claim'))).toBe(canonicalJson({ ...document, epoch: 9 }));
});

describe('the epochs of a task', () => {
  it('grow by one for everyone who takes it, and only the last is confirmed', async () => {
    const epochs = createEpochStore(mongo.db);
    const taken = await Promise.all([epochs.take('group:0'), epochs.take('group:0'), epochs.take('group:0')]);
    expect([...taken].sort()).toEqual([1, 2, 3]);
    expect(await epochs.confirm('group:0', 2)).toBe(false);
    expect(await epochs.confirm('group:0', 3)).toBe(true);
  });

  it('are no smaller than those of others, whose documents a task may find', async () => {
    const epochs = createEpochStore(mongo.db);
    await mongo.db.collection<{ _id: string; epoch: number }>('tasks').insertOne({ _id: 'before:7', epoch: 60 });
    expect(await epochs.take('after:7')).toBe(60);
    expect(await epochs.take('after:7')).toBe(61);
    expect(await epochs.take('after:8')).toBe(61);
    expect(await epochs.take('before:7')).toBe(61);
  });

  it('are not for an older release once a newer one has had the task', async () => {
    const [older, newer] = [createEpochStore(mongo.db, 1), createEpochStore(mongo.db, 2)];
    const outdated = { code: 'RELEASE_OUTDATED', retriable: false };
    const [epoch, another] = [await older.take('upgraded:0'), await older.take('upgraded:1')];
    expect(await newer.take('upgraded:0')).toBe(epoch + 1);
    await expect(older.take('upgraded:0')).rejects.toMatchObject(outdated);
    // What was not taken is not lost either: who has it goes on.
    expect(await newer.confirm('upgraded:0', epoch + 1)).toBe(true);
    await expect(older.take('upgraded:0')).rejects.toMatchObject(outdated);
    expect(await newer.take('upgraded:0')).toBe(epoch + 2);
    expect(await older.take('upgraded:1')).toBeGreaterThan(another);
  });

  it('are taken and confirmed by majority writes that the driver does not retry', async () => {
    const epochs = createEpochStore(mongo.db);
    commands.length = 0;
    await epochs.confirm('group:2', await epochs.take('group:2'));
    expect(commands.map(({ commandName }) => commandName)).toEqual(['find', 'findAndModify', 'update']);
    for (const { command } of commands.slice(1)) {
      expect(command).toMatchObject({ writeConcern: { w: 'majority' } });
      expect(command).not.toHaveProperty('txnNumber');
    }
  });
});

it('one group a database, one partition count, and one way to read its inputs', async () => {
  const claim = { group: 'group', partitions: 12, rekeyed: [], erasureKeys: [] };
  await claimDatabase(mongo.db, claim);
  await claimDatabase(mongo.db, claim);
  const mismatch = expect.objectContaining({ code: 'GROUP_MISMATCH' }) as unknown;
  await expect(claimDatabase(mongo.db, { ...claim, group: 'other' })).rejects.toEqual(mismatch);
  await expect(claimDatabase(mongo.db, { ...claim, partitions: 24 })).rejects.toEqual(mismatch);
  await expect(claimDatabase(mongo.db, { ...claim, rekeyed: ['order-finalized'] })).rejects.toEqual(mismatch);

  // Without the key under which customers were erased they would come back.
  await claimDatabase(mongo.db, { ...claim, erasureKeys: ['the first key'] });
  await expect(claimDatabase(mongo.db, { ...claim, erasureKeys: ['another key'] })).rejects.toEqual(mismatch);
  await claimDatabase(mongo.db, { ...claim, erasureKeys: ['another key', 'the first key'] });
  await expect(claimDatabase(mongo.db, { ...claim, erasureKeys: ['the first key'] })).rejects.toEqual(mismatch);
});

describe('of a stub and a profile of one customer', () => {
  const KEYS = ['the key of who was erased'];
  const erasure = (before: ProfileDocument, epoch: number): ProfileWrite => {
    const input = aRequest({ kind: 'erase', customerId: before._id, occurredAt: 5_000 });
    const deliveries = [{ topic: 'requests', offset: 0, input }];
    const stretch = { epoch, from: { requests: 0, [TOPIC]: 9 }, to: { requests: 1, [TOPIC]: 9 } };
    const then = { rules: RULES, audiences: AUDIENCES, hash: null };
    const { write } = planCustomer(before._id, before, deliveries, stretch, then);
    if (write === null) throw new Error('the erasure changes nothing');
    return write;
  };

  it('the one is written before the other is removed', async () => {
    const store = createProfileStore(mongo.db, KEYS);
    const { write, document } = planned(null, ['A'], 1, 'erased-1');
    await store.save([write]);
    commands.length = 0;
    await store.save([erasure(document, 1)]);
    const [first, ...others] = commands.map(
      ({ commandName, command }) => `${commandName} ${String(command[commandName])}`,
    );
    const then = [`delete ${PROFILES}`, `find ${PROFILES}`, `delete ${ARCHIVE}`];
    expect([first, others]).toEqual([`update ${ERASED}`, then]);
    for (const { command, commandName } of commands) {
      const concern =
        commandName === 'find' ? { readConcern: { level: 'majority' } } : { writeConcern: { w: 'majority' } };
      expect(command).toMatchObject(concern);
    }
  });

  it.each<[what: string, profile: Partial<ProfileDocument>, isStub: boolean]>([
    ['of one owner the later version', { epoch: 2, version: 9 }, false],
    ['of one owner the later version', { epoch: 2, version: 1 }, true],
    ['what the later owner wrote', { epoch: 3, version: 1 }, false],
    ['what the later owner wrote', { epoch: 1, version: 9 }, true],
    ['the stub when they are alike', { epoch: 2, version: 2 }, true],
  ])('the one that counts is %s: %j', async (_, stamp, isStub) => {
    const store = createProfileStore(mongo.db, KEYS);
    const { write, document } = planned(null, ['A'], 1, 'erased-2');
    await store.save([write]);
    await store.save([erasure(document, 2)]);
    await mongo.db.collection<ProfileDocument>(PROFILES).insertOne({ ...document, ...stamp });

    const stored = (await store.load(['erased-2'])).get('erased-2');
    expect([stored?.read()._id, stored?.read().profile === null]).toEqual(['erased-2', isStub]);
    await store.discard(stored?.losers ?? [], 9);
    const left = await store.load(['erased-2']);
    expect([left.get('erased-2')?.read().profile === null, left.get('erased-2')?.losers]).toEqual([isStub, undefined]);
    await store.discard([{ id: 'erased-2', isStub: false, version: stamp.version ?? 0, epoch: stamp.epoch ?? 0 }], 9);
    await mongo.db.collection(ERASED).deleteMany({});
  });

  it('a stub is not written over by an older owner, and a profile begins once', async () => {
    const store = createProfileStore(mongo.db, KEYS);
    const { write, document } = planned(null, ['A'], 1, 'erased-3');
    await store.save([write]);
    await store.save([erasure(document, 2)]);
    await expect(store.save([erasure(document, 1)])).rejects.toMatchObject({ code: 'CONFLICT' });
    const stub = (await store.load(['erased-3'])).get('erased-3')?.read() ?? null;
    const back = {
      ...planned(null, ['B'], 2, 'erased-3').document,
      version: 3,
      facts: { ...emptyFacts, erased: { at: 1, policy: 'request' } },
    };
    const begun: ProfileWrite = {
      ...{ customerId: 'erased-3', expectedVersion: null, comesBack: true },
      document: { ...back, epoch: 2 },
    };
    await store.save([begun]);
    await expect(store.save([begun])).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(stub?.version).toBe(2);
    expect((await store.load(['erased-3'])).get('erased-3')).toMatchObject({
      storedBytes: expect.any(Number) as number,
    });
    expect(await mongo.db.collection(ERASED).countDocuments({ version: 2 })).toBe(0);
  });
});

it('a profile is found under the customer id in the collection that other teams know', async () => {
  await profiles.save([after(null, 'A', 1, 'public')]);
  const raw = await mongo.db.collection<{ _id: string }>(PROFILES).findOne({ _id: 'public' });
  expect(raw).toMatchObject({ _id: 'public', version: 1, profile: { status: expect.any(String) as string } });
});
