/** Who shares what with how many others, on real servers. */
import { withAdmin } from '../../src/adapters/kafka/admin.ts';
import { createTopics } from '../../src/adapters/kafka/topics.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { createLinkStore, LINKS, prepareLinks } from '../../src/adapters/mongodb/links.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import { topics } from '../../src/domain/contracts.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { ContactMedium } from '../../src/domain/generated/ContractSigned.ts';
import type { FraudProfileUpdated, SharedWith } from '../../src/domain/generated/FraudProfileUpdated.ts';
import { MOST_OTHERS } from '../../src/domain/links.ts';
import type { Statement } from '../../src/pipeline/links/answers.ts';
import { aPhone } from '../helpers/domain.ts';
import { order } from '../helpers/events.ts';
import { startChild } from '../helpers/child.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { testServices, uniqueName } from '../helpers/services.ts';

const LINK_KEY = 'a key only for these tests';
const AT = 1_700_000_000_000;

describe('members with a key', () => {
  let scenario: Scenario;
  beforeEach(async () => {
    scenario = await createScenario({ partitions: 3, env: { LINK_KEY } });
  });
  afterEach(() => scenario.close());

  const publish = (...events: InputEvent[]): Promise<void> =>
    scenario.publish(
      events.map(({ type, event }) => ({
        topic: scenario.inputs[0],
        key: event.customerId,
        value: frame(scenario.schemaIds[type], recordType(type).toBuffer(event)),
        headers: {},
      })),
    );

  const ordered = (customerId: string, said: Parameters<typeof order>[0] = {}, at = AT) =>
    order({ customerId, orderId: `order-of-${customerId}`, occurredAt: at, ...said });

  /** What the fraud audience was told last, by customer. */
  const shared = async (): Promise<Record<string, SharedWith[]>> => {
    const type = recordType('FraudProfileUpdated');
    const topic = scenario.inputs[0].replace('order-finalized', 'customer-updated.fraud');
    const last: Record<string, SharedWith[]> = {};
    for (const { value } of await scenario.records(topic)) {
      if (value === null) continue;
      const { customerId, sharedWith } = type.fromBuffer(bodyOf(value)) as FraudProfileUpdated;
      last[customerId] = sharedWith.map(({ kind, customers }) => ({ kind, customers }));
    }
    return last;
  };

  const isRight = async (): Promise<void> =>
    expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });

  it('tell how many others have the same phone, device and instrument, and not those who share nothing', async () => {
    scenario.member();
    scenario.member();
    const phone = [aPhone('+41791234567')];
    await publish(
      ordered('a', { contactMediums: phone, deviceFingerprint: 'device-1' }),
      ordered('b', { contactMediums: phone, deviceFingerprint: 'device-2' }),
      ordered('c', { contactMediums: phone, paymentMethod: { methodType: 'creditCard', fingerprint: 'card-1' } }),
      ordered('d', {
        paymentMethod: { methodType: 'creditCard', fingerprint: 'card-1' },
        deviceFingerprint: 'device-3',
      }),
      ordered('e', { deviceFingerprint: 'device-4' }),
    );
    await scenario.drained();
    const phones: SharedWith = { kind: 'phone', customers: 2 };
    expect(await shared()).toEqual({
      a: [phones],
      b: [phones],
      c: [{ kind: 'paymentInstrument', customers: 1 }, phones],
      d: [{ kind: 'paymentInstrument', customers: 1 }],
      e: [],
    });
    await isRight();
  });

  it('count those no more whose order was corrected, or whose phone turned out to be invalid', async () => {
    scenario.member();
    const phone = aPhone('+41791234567');
    await publish(
      ...['a', 'b', 'c'].map((id) => ordered(id, { contactMediums: [phone], deviceFingerprint: 'device-1' })),
    );
    await scenario.drained();
    expect((await shared())['a']).toEqual([
      { kind: 'device', customers: 2 },
      { kind: 'phone', customers: 2 },
    ]);
    await publish(
      ordered('b', { orderVersion: AT + 1, deviceFingerprint: 'device-9' }, AT + 1),
      ordered('c', { orderId: 'another', contactMediums: [{ ...phone, validation: 'invalid' }] }, AT + 2),
    );
    await scenario.drained();
    expect(await shared()).toEqual({
      a: [
        { kind: 'device', customers: 1 },
        { kind: 'phone', customers: 1 },
      ],
      b: [{ kind: 'phone', customers: 1 }],
      c: [{ kind: 'device', customers: 1 }],
    });
    await isRight();
  });

  it('are right again after crashes at every point of the work', async () => {
    const phone: ContactMedium[] = [aPhone('+41791234567')];
    const ids = Array.from({ length: 40 }, (_, number) => `customer-${number}`);
    await publish(
      ...ids.map((id, number) => ordered(id, { contactMediums: phone, deviceFingerprint: `d-${number % 8}` })),
    );
    for (const at of ['saved', 'sent', 'offsets-added', 'committed', 'saved', 'saved'] as const) {
      const member = scenario.member({ action: 'kill', at, pass: 2 });
      await Promise.race([member.struck, scenario.drained()]);
      member.signal('SIGKILL');
      await member.ended;
    }
    scenario.member();
    await publish(
      ...ids.slice(0, 20).map((id) => ordered(id, { orderVersion: AT + 1, deviceFingerprint: `own-${id}` }, AT + 1)),
    );
    await scenario.drained();
    const told = await shared();
    expect(new Set(ids.map((id) => JSON.stringify(told[id]?.filter(({ kind }) => kind === 'phone'))))).toEqual(
      new Set([JSON.stringify([{ kind: 'phone', customers: MOST_OTHERS }])]),
    );
    await isRight();
  });

  it('are right again when links are counted anew, as the docs say, after the internal topics were lost', async () => {
    const member = scenario.member();
    const said = { contactMediums: [aPhone('+41791234567')], deviceFingerprint: 'device-1' };
    await publish(...['a', 'b', 'c'].map((id) => ordered(id, said)));
    await scenario.drained();
    await member.stop();

    const [topic] = scenario.inputs;
    const names = ['profile-command', 'customer-link'].map((name) => topic.replace('order-finalized', name));
    await withAdmin(scenario.kafka, 'deleting topics', (admin) => admin.deleteTopics({ topics: names }));
    const declared = topics(scenario.env['TOPIC_PREFIX']).filter((each) => names.includes(each.topic));
    await createTopics(
      scenario.kafka,
      declared.map((each) => ({ topic: each.topic, configs: each.configs, partitions: 3, replicationFactor: 1 })),
    );
    const mongo = await connectMongo({
      uri: String(scenario.env['MONGODB_URI']),
      database: String(scenario.env['MONGODB_DATABASE']),
    });
    await mongo.db.collection(LINKS).drop();
    await mongo.db.collection('profiles').updateMany({}, { $set: { links: null, 'facts.links': {} } });
    const ofCommands = { 'marker.topic': names[0] };
    await mongo.db.collection('profiles').updateMany(ofCommands, { $set: { marker: null } });
    await mongo.close();

    scenario.member();
    const refresh = startChild(['src/main.ts', 'refresh', '--all', '--yes'], scenario.env);
    expect(await refresh.ended).toMatchObject({ code: 0 });
    await scenario.drained();
    await publish(ordered('b', { orderVersion: AT + 1, deviceFingerprint: 'device-9' }, AT + 1));
    await scenario.drained();
    const phones: SharedWith = { kind: 'phone', customers: 2 };
    const devices: SharedWith = { kind: 'device', customers: 1 };
    expect(await shared()).toEqual({ a: [devices, phones], b: [phones], c: [devices, phones] });
    // Versions from before name commands that are gone, and whose ids begin anew.
    const kinds = Object.keys((await scenario.verified()).violationCounts);
    expect(kinds.filter((kind) => !kind.startsWith('cause-'))).toEqual([]);
  });

  it('say nothing of customers while there is no key', async () => {
    scenario.memberWith({ LINK_KEY: '' });
    await publish(ordered('a', { deviceFingerprint: 'device-1' }), ordered('b', { deviceFingerprint: 'device-1' }));
    await scenario.drained();
    expect(await scenario.records(scenario.inputs[0].replace('order-finalized', 'customer-link'))).toEqual([]);
    expect(await shared()).toEqual({ a: [], b: [] });
  });
});

describe('the store of links', () => {
  let mongo: MongoConnection;
  beforeAll(async () => {
    mongo = await connectMongo({ uri: testServices().mongodbUri, database: uniqueName('links') });
    await prepareLinks(mongo.db);
  });
  afterAll(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
  });
  beforeEach(async () => {
    await mongo.db.collection(LINKS).deleteMany({});
  });

  const said = (customerId: string, version: number, linked: boolean, offset = version): Statement => ({
    offset,
    said: {
      ...{ eventId: `${customerId}:${version}`, occurredAt: AT, sourceSystem: 'group', correlationId: null },
      ...{ customerId, link: 'phone:x', linked, version, partition: 4, told: false },
    },
  });
  const KEYS = ['the key of who was erased'];
  const store = (keys = KEYS) => createLinkStore(mongo.db, keys);
  const members = async (most = 10) =>
    (await store().members(['phone:x', 'phone:y'], most)).get('phone:x')?.map(({ customerId }) => customerId);

  it('lets no late statement of a zombie undo a later one', async () => {
    await store().save([said('a', 3, false)]);
    await store().save([said('a', 2, true)]);
    expect(await members()).toEqual([]);
    await store().save([said('b', 6, true), said('b', 5, false)]);
    await store().save([said('b', 5, false)]);
    expect(await members()).toEqual(['b']);
  });

  it('takes the latest of several statements of one batch, and the others beside one that is known', async () => {
    await store().save([said('a', 1, true)]);
    await store().save([said('a', 1, true), said('b', 1, true, 2), said('b', 2, false, 3), said('c', 1, true, 4)]);
    expect(await members()).toEqual(['a', 'c']);
  });

  it('finds those who have it longest, and where they are', async () => {
    await store().save([said('z', 1, true, 5), said('a', 1, true, 9), said('m', 1, true, 7)]);
    expect(await members(2)).toEqual(['z', 'm']);
    expect((await store().members(['phone:x'], 1)).get('phone:x')).toEqual([
      { customerId: 'z', partition: 4, since: 5 },
    ]);
  });

  it('keeps of who has left nothing but that, and not for ever', async () => {
    await store().save([said('a', 1, true)]);
    await store().save([said('a', 2, false)]);
    const [left] = await mongo.db.collection(LINKS).find({}).toArray();
    expect(left).toEqual({
      ...{ _id: expect.stringMatching(/^phone:x\/[\w-]{22}$/) as string, version: 2 },
      leftAt: expect.any(Date) as Date,
    });
    const indexes = await mongo.db.collection(LINKS).indexes();
    expect(indexes.find(({ key }) => 'leftAt' in key)).toMatchObject({ expireAfterSeconds: 7 * 24 * 60 * 60 });
  });

  it('knows what it has stored when customers are remembered under a new key', async () => {
    await store().save([said('a', 1, true), said('b', 1, true)]);
    await store(['a new key', ...KEYS]).save([said('a', 1, true), said('b', 2, false)]);
    expect(await members()).toEqual(['a']);
    expect(await mongo.db.collection(LINKS).countDocuments()).toBe(2);
  });

  it('has names of which nobody can tell that they are of one customer', async () => {
    await store().save(
      ['phone:x', 'phone:y'].map((link) => ({ ...said('a', 1, true), said: { ...said('a', 1, true).said, link } })),
    );
    const names = (await mongo.db.collection<{ _id: string }>(LINKS).find({}).toArray()).map(
      ({ _id }) => _id.split('/')[1],
    );
    expect(new Set(names).size).toBe(2);
  });

  it('dates who has left by the clock of the server, whatever the member takes for the time', async () => {
    const right = Date;
    globalThis.Date = class extends right {
      constructor() {
        super(0);
      }
    } as DateConstructor;
    try {
      await store().save([said('a', 1, false)]);
    } finally {
      globalThis.Date = right;
    }
    const left = await mongo.db.collection(LINKS).findOne({});
    expect(Math.abs(Date.now() - Number(left?.['leftAt']))).toBeLessThan(60_000);
  });

  it('waits out an outage like everything else', async () => {
    const closed = await connectMongo({ uri: testServices().mongodbUri, database: 'none' });
    await closed.close();
    await expect(createLinkStore(closed.db, KEYS).save([said('a', 1, true)])).rejects.toMatchObject({
      code: 'MONGODB_UNAVAILABLE',
    });
  });
});
