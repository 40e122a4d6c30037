/** Erasure on real servers: nothing of the person is left, and nothing brings the person back. */
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { anOrder, aRequest } from '../helpers/domain.ts';
import { createWorld, type World } from '../helpers/protocol-world.ts';

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

  it('is refused again when a crash has it read again after the hold was released', async () => {
    const hold = (kind: 'legalHold' | 'releaseHold', at: number) =>
      aRequest({ kind, caseReference: 'case', eventId: kind, occurredAt: at });
    await world.publish(world.requests, hold('legalHold', 1), erasure(), hold('releaseHold', 3_000));
    await world.diesAt('saved', world.batch(world.requests, 0, 3));
    const member = world.member();
    await member.open();
    await member.round(world.batch(world.requests, 0, 3));
    expect(member.events.filter(({ type }) => type === 'batch').at(-1)).toMatchObject({ refused: { 'legal-hold': 1 } });
    expect([await count(PROFILES), await count(ERASED)]).toEqual([1, 0]);
  });
});
