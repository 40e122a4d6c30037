/** Erasure on real servers: nothing of the person is left, and nothing brings the person back. */
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import {
  aConsent,
  aContract,
  anAddress,
  anEmail,
  anItem,
  anOrder,
  aParty,
  aPhone,
  aRequest,
} from '../helpers/domain.ts';
import { createWorld, type World } from '../helpers/protocol-world.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

const T = 2_000;
const order = (orderId: string, occurredAt: number) => anOrder({ eventId: orderId, orderId, occurredAt });
const erasure = (occurredAt = T) => aRequest({ kind: 'erase', eventId: `erasure-${occurredAt}`, occurredAt });
const CUSTOMER = 'customer-1';

describe('an erasure', () => {
  let world: World;
  beforeEach(async () => (world = await createWorld()));
  afterEach(() => world.close());

  const count = (collection: string): Promise<number> => world.db.collection(collection).countDocuments();
  const versions = async () =>
    (await world.updates()).map(
      (event: CustomerUpdated | null) => event && [event.previousVersion, event.version, event.changeType],
    );

  it('leaves a stub under a name that says nothing, and a tombstone to everybody who was told', async () => {
    await world.publish(world.orders, order('A', 1_000));
    await world.publish(world.requests, erasure());
    const member = world.member();
    await member.open();
    await member.round(world.batch(world.orders, 0, 1));
    await member.round(world.batch(world.requests, 0, 1));
    expect([await count(PROFILES), await count(ERASED)]).toEqual([0, 1]);
    const stub = await world.db.collection(ERASED).findOne();
    expect(JSON.stringify(stub)).not.toContain(CUSTOMER);
    expect(stub).toMatchObject({
      version: 2,
      profile: null,
      facts: { orders: {}, erased: { at: T, policy: 'request' } },
    });
    expect(await versions()).toEqual([[0, 1, 'created'], null]);
    expect((await world.told('fraud')).map((event) => event && event.version)).toEqual([1, null]);
  });

  it('that crashed after it was saved is published first, and then what an event of another topic has begun', async () => {
    await world.publish(world.orders, order('A', 1_000), order('B', 3_000));
    await world.publish(world.requests, erasure());
    const first = world.member();
    await first.open();
    await first.round(world.batch(world.orders, 0, 1));
    await world.diesAt('saved', world.batch(world.requests, 0, 1));

    const second = world.member();
    await second.open();
    await second.round(world.batch(world.orders, 1, 2));
    await second.round(world.batch(world.requests, 0, 1));
    expect(await versions()).toEqual([[0, 1, 'created'], null, [2, 3, 'created']]);
    expect((await world.told('fraud')).map((event) => event && [event.previousVersion, event.version])).toEqual([
      [0, 1],
      null,
      [2, 3],
    ]);
    expect([await count(PROFILES), await count(ERASED)]).toEqual([1, 0]);
    const document = await world.document(CUSTOMER);
    expect(Object.keys(document?.facts.orders ?? {})).toEqual(['B']);
  });

  it('that came after what follows it leaves that, as a customer who is new', async () => {
    await world.publish(world.orders, order('A', 1_000), order('B', 3_000));
    await world.publish(world.requests, erasure());
    const member = world.member();
    await member.open();
    await member.round(world.batch(world.orders, 0, 2));
    await member.round(world.batch(world.requests, 0, 1));
    expect(await versions()).toEqual([[0, 1, 'created'], null, [2, 3, 'created']]);
    expect((await world.updates()).at(-1)?.causes.map(({ eventId }) => eventId)).toEqual(['erasure-2000']);
  });

  it.each(['transaction-begun', 'sent', 'offsets-added'] as const)(
    'that crashed at %s is told once',
    async (checkpoint) => {
      await world.publish(world.orders, order('A', 1_000));
      await world.publish(world.requests, erasure());
      const first = world.member();
      await first.open();
      await first.round(world.batch(world.orders, 0, 1));
      await world.diesAt(checkpoint, world.batch(world.requests, 0, 1));
      const second = world.member();
      await second.open();
      await second.round(world.batch(world.requests, 0, 1));
      expect(await versions()).toEqual([[0, 1, 'created'], null]);
      expect([await count(PROFILES), await count(ERASED)]).toEqual([0, 1]);
    },
  );

  it('that crashed before the profile was removed removes it when the customer is met again', async () => {
    await world.publish(world.orders, order('A', 1_000));
    await world.publish(world.requests, erasure());
    const first = world.member();
    await first.open();
    await first.round(world.batch(world.orders, 0, 1));
    const profiles = world.db.collection<ProfileDocument>(PROFILES);
    const before = await profiles.findOne();
    await world.diesAt('saved', world.batch(world.requests, 0, 1));
    if (before !== null) await profiles.insertOne(before);

    const second = world.member();
    await second.open();
    await second.round(world.batch(world.requests, 0, 1));
    expect([await count(PROFILES), await count(ERASED)]).toEqual([0, 1]);
    expect(await versions()).toEqual([[0, 1, 'created'], null]);
  });

  it('is not undone by a zombie that saves as new who was erased meanwhile', async () => {
    await world.publish(world.orders, order('A', 1_000));
    await world.publish(world.requests, erasure());
    const zombie = world.member();
    await zombie.open();
    const held = zombie.holdAt('merged');
    const late = zombie.round(world.batch(world.orders, 0, 1));
    await held.reached;

    const owner = world.member();
    await owner.open();
    await owner.round(world.batch(world.orders, 0, 1));
    await owner.round(world.batch(world.requests, 0, 1));
    held.release();
    await expect(late).rejects.toMatchObject({ code: 'FENCED' });
    expect([await count(PROFILES), await count(ERASED)]).toEqual([0, 1]);
  });

  it('waits for nobody: what is dated before it is refused, and the letter holds nothing', async () => {
    await world.publish(world.requests, erasure());
    await world.publish(world.orders, order('A', T), order('B', T + 1));
    const member = world.member();
    await member.open();
    await member.round(world.batch(world.requests, 0, 1));
    await member.round(world.batch(world.orders, 0, 2));
    expect(member.events.filter(({ type }) => type === 'batch').at(-1)).toMatchObject({
      ...{ applied: 1, refused: { 'before-erasure': 1 } },
    });
    expect(await versions()).toEqual([null, [1, 2, 'created']]);
  });

  it('is refused while a legal hold is in force, and may be sent again once it is released', async () => {
    const hold = (kind: 'legalHold' | 'releaseHold', at: number) =>
      aRequest({ kind, caseReference: 'case', eventId: kind, occurredAt: at });
    await world.publish(world.requests, hold('legalHold', 1), erasure(), hold('releaseHold', 3_000), erasure(4_000));
    const member = world.member();
    await member.open();
    await member.round(world.batch(world.requests, 0, 2));
    expect(member.events.filter(({ type }) => type === 'batch').at(-1)).toMatchObject({ refused: { 'legal-hold': 1 } });
    expect(await count(ERASED)).toBe(0);
    await member.round(world.batch(world.requests, 2, 4));
    expect(await count(ERASED)).toBe(1);
  });
});

describe('of who was erased', () => {
  const CUSTOMERS = 20;
  let scenario: Scenario;
  beforeEach(
    async () => (scenario = await createScenario({ partitions: 2, env: { LINK_KEY: 'a key of links for tests' } })),
  );
  afterEach(() => scenario.close());

  const topicOf = (name: string): string => scenario.inputs[0].replace('order-finalized', name);
  const TOPICS = {
    OrderFinalized: 'order-finalized',
    ContractSigned: 'contract-signed',
    PrivacyRequested: 'privacy-requested',
  };

  const send = async (events: readonly InputEvent[]): Promise<void> => {
    await scenario.publish(
      events.flatMap(({ type, event }) => {
        if (type === 'ProfileCommand') return [];
        const value = frame(scenario.schemaIds[type], recordType(type).toBuffer(event));
        return [{ topic: topicOf(TOPICS[type]), key: event.customerId, value, headers: { note: event.eventId } }];
      }),
    );
    await scenario.drained();
  };

  /** Every text that a person can be found by begins alike. */
  const planted = (n: number, what: string): string => `planted-${n}-${what}`;

  const lifeOf = (n: number): InputEvent[] => {
    const said = (what: string, occurredAt: number) => ({
      ...{
        customerId: planted(n, 'id'),
        eventId: planted(n, what),
        occurredAt,
        correlationId: planted(n, 'correlation'),
      },
    });
    const contactMediums = [
      anEmail(`${planted(n, 'mail')}@example.com`, { validation: 'verified' }),
      anAddress(planted(n, 'street'), planted(n, 'city')),
      aPhone(planted(n, 'phone')),
    ];
    return [
      anOrder({
        ...said('order', 1_000),
        ...{ orderId: planted(n, 'order-id'), billingAccountId: planted(n, 'account'), contactMediums },
        ...{
          category: planted(n, 'category'),
          channel: planted(n, 'channel'),
          deviceFingerprint: planted(n, 'device'),
        },
        party: aParty({ givenName: planted(n, 'given'), familyName: planted(n, 'family') }),
        items: [
          anItem({
            productId: planted(n, 'product'),
            characteristics: { [planted(n, 'option')]: planted(n, 'value') },
          }),
        ],
      }),
      aContract({
        ...said('contract', 1_001),
        ...{ agreementId: planted(n, 'agreement'), agreementType: planted(n, 'type'), name: planted(n, 'name') },
        consents: [aConsent({ decidedAt: 1_000, evidence: planted(n, 'evidence') })],
        languages: [planted(n, 'language')],
      }),
      aRequest({
        ...said('restriction', 1_002),
        kind: 'restrict',
        reason: planted(n, 'reason'),
        evidence: planted(n, 'proof'),
      }),
      aRequest({ ...said('lifted', 1_003), kind: 'liftRestriction', reason: planted(n, 'reason') }),
    ];
  };

  it('no word is left in any collection, view or letter, and no replay brings anybody back', async () => {
    scenario.member();
    const lives = Array.from({ length: CUSTOMERS }, (_, n) => lifeOf(n));
    const erasures = lives.map((_, n) =>
      aRequest({ kind: 'erase', customerId: planted(n, 'id'), eventId: planted(n, 'erasure'), occurredAt: T }),
    );
    const others = [order('of-somebody-else', 1_000)];
    await send([...lives.flat(), ...others]);
    await send(erasures);
    await send([...lives.flat(), ...erasures, ...others]);

    const mongo = await connectMongo({
      uri: String(scenario.env['MONGODB_URI']),
      database: String(scenario.env['MONGODB_DATABASE']),
    });
    try {
      for (const { name } of await mongo.db.listCollections().toArray()) {
        expect([name, JSON.stringify(await mongo.db.collection(name).find().toArray())]).toEqual([
          name,
          expect.not.stringContaining('planted'),
        ]);
      }
      expect(await mongo.db.collection(ERASED).countDocuments()).toBe(CUSTOMERS);
      expect(await mongo.db.collection(PROFILES).countDocuments()).toBe(1);
    } finally {
      await mongo.close();
    }

    for (const topic of [
      'customer-updated',
      'customer-updated.marketing',
      'customer-updated.churn',
      'customer-updated.fraud',
    ]) {
      const latest = new Map((await scenario.records(topicOf(topic))).map(({ key, value }) => [String(key), value]));
      const ofErased = [...latest].filter(([key]) => key.startsWith('planted'));
      expect([topic, ofErased.filter(([, value]) => value !== null)]).toEqual([topic, []]);
      expect([topic, ofErased.length]).toEqual([topic, CUSTOMERS]);
    }
    for (const topic of Object.values(TOPICS)) {
      const letters = await scenario.records(topicOf(`${topic}.dlq`));
      expect(letters.length).toBe(topic === 'privacy-requested' ? 2 * CUSTOMERS : CUSTOMERS);
      expect(letters.filter(({ key, value }) => key !== null || value !== null)).toEqual([]);
      expect(JSON.stringify(letters.map(({ headers }) => Object.values(headers).map(String)))).not.toContain('planted');
    }
  });
});
