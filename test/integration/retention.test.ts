/** Retention on real servers: what is archived, restored, minimised and erased, whatever crashes in between. */
import { ARCHIVE, type ArchiveEntry, createArchive } from '../../src/adapters/mongodb/archive.ts';
import { createDecisionLog, DECISIONS, type StoredDecision } from '../../src/adapters/mongodb/retention.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import { emptyFacts } from '../../src/domain/facts.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import type { FetchedBatch, RecordedDecision } from '../../src/pipeline/ports.ts';
import { aContract, anOrder, aRefresh, aRequest, aRetention } from '../helpers/domain.ts';
import { CUSTOMER, NOW, agreed, archived, bought, command, ended, gaveBack, placed } from '../helpers/ended.ts';
import { createWorld, ERASURE_KEYS, type World } from '../helpers/protocol-world.ts';
import { TERMS, day } from '../helpers/terms.ts';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.close());

const versions = async () =>
  (await world.updates()).map(
    (event: CustomerUpdated | null) => event && [event.previousVersion, event.version, event.changeType],
  );
const decisions = () => world.db.collection<StoredDecision>(DECISIONS).find().toArray();

it('single entries are archived once, also where an owner before put them there and crashed before the profile was saved', async () => {
  const old = anOrder({ eventId: 'old', orderId: 'old', occurredAt: day('2001-01-01'), state: 'cancelled' });
  await world.publish(world.orders, bought('2000-01-01'), old);
  await world.publish(world.requests, agreed);
  await world.publish(world.commands, command());
  const member = world.member();
  await member.open();
  await member.round(world.batch(world.orders, 0, 2), world.batch(world.requests, 0, 1));
  const left = { customerId: CUSTOMER, version: 2, epoch: 0, scope: 'entries' as const, at: NOW, policy: 'p' };
  await createArchive(world.db, ERASURE_KEYS).put([{ ...left, facts: emptyFacts }]);
  await member.round(world.batch(world.commands, 0, 1));
  const entries = await world.db.collection<ArchiveEntry>(ARCHIVE).find().toArray();
  expect(entries.map(({ scope, version, epoch }) => [scope, version, epoch > 0])).toEqual([['entries', 2, true]]);
});

it('a decision that comes again, and finds nothing left to do, does not change what was recorded when it took effect', async () => {
  const hold = aRequest({ kind: 'legalHold', eventId: 'hold', caseReference: 'case', occurredAt: day('2001-01-01') });
  await world.publish(world.orders, bought('2000-01-01'), gaveBack('2001-01-01'), gaveBack('2002-01-01'));
  await world.publish(world.requests, hold);
  await world.publish(world.commands, command(), command());
  const member = world.member();
  await member.open();
  await member.round(world.batch(world.orders, 0, 2), world.batch(world.requests, 0, 1));
  await member.round(world.batch(world.commands, 0, 1));
  const recorded = await decisions();
  expect(recorded).toMatchObject([{ outcome: 'held', evidence: { endedAt: day('2001-01-01') } }]);
  await member.round(world.batch(world.orders, 2, 3));
  await member.round(world.batch(world.commands, 1, 2));
  expect(await decisions()).toEqual(recorded);
});

/** As an owner leaves it that crashes before the profile is saved. */
const left = async (said: Partial<RecordedDecision> = {}): Promise<void> => {
  const evidence = { endedAt: day('2001-01-01'), isHeld: false, floorUntil: null, archivingConsentAt: null };
  const decision = { outcome: 'erased', scope: 'customer', evidence, orders: [], agreements: [] } as const;
  const by = { commandId: 'retention-1', customerId: CUSTOMER, asOf: NOW, policy: 'p1', jurisdiction: '*' };
  const log = createDecisionLog(world.db, ERASURE_KEYS);
  await log.record([{ ...decision, ...by, offset: 0, epoch: 1, effect: 'changed', ...said }]);
};

describe('a decision that was recorded and never saved', () => {
  const decidesAgain = async (...batches: FetchedBatch[]): Promise<void> => {
    await world.member().open();
    const member = world.member();
    await member.open();
    await member.round(...batches);
  };

  it('is put right when the batch comes with less in it, and there is nothing to do', async () => {
    await world.publish(world.orders, bought('2000-01-01'), gaveBack('2001-01-01'));
    await world.publish(world.commands, command());
    await left();
    await decidesAgain(world.batch(world.orders, 0, 1), world.batch(world.commands, 0, 1));
    expect(await decisions()).toMatchObject([{ outcome: 'kept', evidence: { endedAt: null } }]);
  });

  it('is taken back when the batch comes before anything is known of the customer, and nothing is recorded of nobody', async () => {
    await world.publish(world.commands, command(), command({ eventId: 'another' }));
    await left();
    await decidesAgain(world.batch(world.commands, 0, 2));
    expect(await decisions()).toEqual([]);
  });

  it('stays when a newer owner recorded it, or it is of a message that came before', async () => {
    await world.publish(world.orders, bought('2000-01-01'));
    await world.publish(world.commands, command(), command({ eventId: 'retention-2' }));
    await left({ epoch: 100 });
    await left({ commandId: 'retention-2', offset: 0 });
    await decidesAgain(world.batch(world.orders, 0, 1), world.batch(world.commands, 0, 2));
    expect((await decisions()).map(({ outcome }) => outcome)).toEqual(['erased', 'erased']);
  });
});

describe('a customer who agreed to the archive', () => {
  it('goes there: online systems know that there was somebody, audiences not even that, and nothing can be read', async () => {
    await archived(world);
    expect(await placed(world)).toEqual([0, 1, 1]);
    expect(await versions()).toEqual([
      [0, 1, 'created'],
      [1, 2, 'archived'],
    ]);
    expect((await world.updates()).at(-1)?.profile).toMatchObject({ status: 'archived', contactMediums: [] });
    expect((await world.told('fraud')).map((event) => event && event.version)).toEqual([1, null]);
    const entry = await world.db.collection<ArchiveEntry>(ARCHIVE).findOne();
    const stub = await world.db.collection(ERASED).findOne();
    for (const stored of [entry, stub]) expect(JSON.stringify(stored)).not.toMatch(/customer-1|Ada|ada|bought/);
    expect(entry?.checksum).toMatch(/^[\da-f]{64}$/);
    expect(await decisions()).toMatchObject([
      {
        ...{ _id: 'retention-1', customer: stub?._id, outcome: 'archived', scope: 'customer', jurisdiction: '*' },
        evidence: { endedAt: day('2001-01-01'), isHeld: false, archivingConsentAt: day('2001-01-01') },
      },
    ]);
  });

  it('is told of with all that led there, though the stub names none of it, when a member crashes after it was saved', async () => {
    await world.publish(world.orders, bought('2000-01-01'), gaveBack('2001-01-01'));
    await world.publish(world.requests, agreed);
    await world.publish(world.commands, command());
    const before = [world.batch(world.orders, 0, 2), world.batch(world.requests, 0, 1)];
    const batches = [...before, world.batch(world.commands, 0, 1)];
    await world.diesAt('saved', ...before);
    await world.diesAt('saved', ...batches);
    expect(JSON.stringify(await world.db.collection(ERASED).findOne())).not.toMatch(/bought|gave-back|agreed/);
    const second = world.member();
    await second.open();
    await second.round(...batches);
    const [told] = await world.updates();
    expect(told?.causes.map(({ eventId }) => eventId).sort()).toEqual([
      ...['agreed', 'bought-2000-01-01', 'gave-back-2001-01-01', 'retention-1'],
    ]);
  });

  it('leaves behind no name of an order that was spared when others went', async () => {
    const member = world.member();
    await member.open();
    const other = anOrder({ eventId: 'other', orderId: 'other', occurredAt: day('2001-01-01') });
    await world.publish(world.orders, bought('2000-01-01'), other, gaveBack('2016-01-01'));
    await world.publish(world.requests, agreed);
    await world.publish(world.commands, command({ eventId: 'first', occurredAt: day('2015-01-01') }), command());
    await member.round(world.batch(world.orders, 0, 2), world.batch(world.requests, 0, 1));
    await member.round(world.batch(world.commands, 0, 1));
    const { facts } = (await world.document(CUSTOMER)) ?? {};
    expect(facts?.cuts?.orders?.except).toMatchObject([['bought-2000-01-01', expect.any(Number)]]);
    await member.round(world.batch(world.orders, 2, 3), world.batch(world.commands, 1, 2));
    expect(await placed(world)).toEqual([0, 1, expect.any(Number)]);
    expect(JSON.stringify(await world.db.collection(ERASED).findOne())).not.toMatch(/bought/);
    await world.publish(world.orders, anOrder({ ...other.event, eventId: 'again' }), bought('2026-01-01'));
    await member.round(world.batch(world.orders, 3, 5));
    const back = await world.document(CUSTOMER);
    expect(Object.keys(back?.facts.orders ?? {}).sort()).toEqual([
      'bought-2000-01-01',
      'bought-2026-01-01',
      'gave-back-2016-01-01',
    ]);
    expect(back?.facts.cuts).toEqual(facts?.cuts);
  });

  it.each<Checkpoint>(['merged', 'saved', 'transaction-begun', 'sent', 'offsets-added', 'committed'])(
    'goes there once, and is told of once, when a member crashes after %s',
    async (checkpoint) => {
      await ended(world);
      await world.diesAt(checkpoint, world.batch(world.commands, 0, 1));
      const second = world.member();
      await second.open();
      await second.round(world.batch(world.commands, 0, 1));
      expect(await placed(world)).toEqual([0, 1, 1]);
      expect(await versions()).toEqual([
        [0, 1, 'created'],
        [1, 2, 'archived'],
      ]);
      expect(await decisions()).toMatchObject([{ outcome: 'archived' }]);
    },
  );

  it('stays there when what is known comes again, and when links or refreshes are about them', async () => {
    const member = await archived(world);
    await world.publish(world.orders, bought('2000-01-01'));
    await world.publish(
      world.commands,
      aRetention(TERMS, { eventId: 'again', occurredAt: NOW + 1 }),
      aRefresh({ eventId: 'refresh', occurredAt: NOW + 2 }),
      aRefresh({
        ...{ kind: 'linkCounted', eventId: 'counted', occurredAt: NOW + 3 },
        parameters: { link: 'phone:x', version: '9', customers: '2' },
      }),
    );
    await member.round(world.batch(world.orders, 2, 3), world.batch(world.commands, 1, 4));
    expect(await placed(world)).toEqual([0, 1, 1]);
    expect(await versions()).toHaveLength(2);
    expect((await decisions()).map(({ outcome }) => outcome)).toEqual(['archived', 'kept']);
  });

  it('is back with all that was known at the first new event', async () => {
    const member = await archived(world);
    await world.publish(world.orders, bought('2026-07-01'));
    await member.round(world.batch(world.orders, 2, 3));
    expect(await placed(world)).toEqual([1, 0, 0]);
    expect((await versions()).at(-1)).toEqual([2, 3, 'statusChanged']);
    expect((await world.document(CUSTOMER))?.profile).toMatchObject({
      status: 'active',
      party: { givenName: 'Ada' },
      orderSummary: { totalCount: 3 },
    });
    expect((await world.told('fraud')).map((event) => event && event.version)).toEqual([1, null, 3]);
  });

  it.each<Checkpoint>(['saved', 'sent'])('is back once when a member crashes after %s', async (checkpoint) => {
    await archived(world);
    await world.publish(world.orders, bought('2026-07-01'));
    await world.diesAt(checkpoint, world.batch(world.orders, 2, 3));
    const second = world.member();
    await second.open();
    await second.round(world.batch(world.orders, 2, 3));
    expect(await placed(world)).toEqual([1, 0, 0]);
    expect(await versions()).toHaveLength(3);
    expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toHaveLength(3);
  });

  it('is erased from there on request', async () => {
    const member = await archived(world);
    await world.publish(world.requests, aRequest({ kind: 'erase', eventId: 'erase', occurredAt: NOW + 5 }));
    await member.round(world.batch(world.requests, 1, 2));
    expect(await placed(world)).toEqual([0, 1, 0]);
    expect((await versions()).at(-1)).toBeNull();
    const stub = await world.db.collection(ERASED).findOne();
    expect(stub).toMatchObject({ profile: null, facts: { erased: { at: NOW + 5, policy: 'request' } } });
    expect(stub).not.toHaveProperty('archive');
    expect(stub).not.toHaveProperty('due');
  });

  it('is erased from there when a member crashed before the archive was emptied', async () => {
    await archived(world);
    const entry = await world.db.collection<ArchiveEntry>(ARCHIVE).findOne();
    await world.publish(world.requests, aRequest({ kind: 'erase', eventId: 'erase', occurredAt: NOW + 5 }));
    await world.diesAt('saved', world.batch(world.requests, 1, 2));
    if (entry !== null) await world.db.collection<ArchiveEntry>(ARCHIVE).insertOne(entry);
    const second = world.member();
    await second.open();
    await second.round(world.batch(world.requests, 1, 2));
    expect(await placed(world)).toEqual([0, 1, 0]);
  });

  it('is not worked on while the archive does not give back what was put in', async () => {
    await archived(world);
    await world.db.collection<ArchiveEntry>(ARCHIVE).updateOne({}, { $set: { checksum: 'another' } });
    await world.publish(world.orders, bought('2026-07-01'));
    const second = world.member();
    await second.open();
    await expect(second.round(world.batch(world.orders, 2, 3))).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
    expect(await placed(world)).toEqual([0, 1, 1]);
  });
});

it('a zombie archives nobody whom its successor has heard of', async () => {
  await ended(world);
  const zombie = world.member();
  await zombie.open();
  const held = zombie.holdAt('merged');
  const late = zombie.round(world.batch(world.commands, 0, 1));
  await held.reached;

  await world.publish(world.orders, bought('2026-07-01'));
  const owner = world.member();
  await owner.open();
  await owner.round(world.batch(world.orders, 2, 3));
  held.release();
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
  await owner.round(world.batch(world.commands, 0, 1));
  expect((await world.document(CUSTOMER))?.profile?.status).toBe('active');
  expect(await placed(world)).toEqual([1, 0, 0]);
  expect((await versions()).map((version) => version?.at(-1))).toEqual(['created', 'statusChanged']);
});

it('who has not agreed is erased, told to everybody, and does not come back', async () => {
  await world.publish(world.orders, bought('2000-01-01'), gaveBack('2001-01-01'));
  await world.publish(world.commands, command());
  const member = world.member();
  await member.open();
  await member.round(world.batch(world.orders, 0, 2));
  await member.round(world.batch(world.commands, 0, 1));
  await world.publish(world.orders, bought('2000-01-01'));
  await member.round(world.batch(world.orders, 2, 3));
  expect(await placed(world)).toEqual([0, 1, 0]);
  expect(await versions()).toEqual([[0, 1, 'created'], null]);
  expect(await decisions()).toMatchObject([{ outcome: 'erased' }]);
});

it('single orders that go are put away first, where the customer agreed to that', async () => {
  const cancelled = anOrder({
    ...{ eventId: 'old', orderId: 'old', state: 'cancelled' },
    occurredAt: day('2010-01-01'),
  });
  await world.publish(world.orders, cancelled, bought('2011-01-01'));
  await world.publish(world.requests, agreed);
  await world.publish(world.commands, command());
  const member = world.member();
  await member.open();
  await member.round(world.batch(world.orders, 0, 2), world.batch(world.requests, 0, 1));
  await member.round(world.batch(world.commands, 0, 1));
  expect(await placed(world)).toEqual([1, 0, 1]);
  expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toEqual(['bought-2011-01-01']);
  expect(await decisions()).toMatchObject([{ outcome: 'archived', scope: 'entries', orders: 1, agreements: 0 }]);

  await world.publish(world.requests, aRequest({ kind: 'erase', eventId: 'erase', occurredAt: NOW + 5 }));
  await member.round(world.batch(world.requests, 1, 2));
  expect(await placed(world)).toEqual([0, 1, 0]);
});

it('an agreement of somebody whose contract is unknown says nothing', async () => {
  await world.publish(world.contracts, aContract({ occurredAt: day('2001-01-01') }));
  await world.publish(world.commands, command());
  const member = world.member();
  await member.open();
  await member.round(world.batch(world.contracts, 0, 1), world.batch(world.commands, 0, 1));
  expect(await placed(world)).toEqual([1, 0, 0]);
  expect(await decisions()).toMatchObject([{ outcome: 'kept' }]);
});
