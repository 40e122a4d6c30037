/** What lies in the archive goes when it does not count any more, and not before, whoever crashes or comes too late. */
import { ARCHIVE, type ArchiveEntry, createArchive } from '../../src/adapters/mongodb/archive.ts';
import { dueCustomers } from '../../src/adapters/mongodb/due-customers.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { createDecisionLog, DECISIONS } from '../../src/adapters/mongodb/retention.ts';
import { emptyFacts } from '../../src/domain/facts.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { aConsent, anOrder, aRequest } from '../helpers/domain.ts';
import { agreed, archived, bought, command, CUSTOMER, ended, gaveBack, NOW, placed } from '../helpers/ended.ts';
import { createWorld, ERASURE_KEYS, type Member, type World } from '../helpers/protocol-world.ts';
import { day, TERMS } from '../helpers/terms.ts';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.close());

const entries = () => world.db.collection<ArchiveEntry>(ARCHIVE);
const contents = () => entries().find().sort({ _id: 1 }).toArray();

const successor = async (): Promise<Member> => {
  const member = world.member();
  await member.open();
  return member;
};

/** A member crashes between the profile and the archive, which `before` lies in still. */
const diesBeforeTheArchive = async (before: readonly ArchiveEntry[], ...batches: Parameters<Member['round']>) => {
  await world.diesAt('saved', ...batches);
  await entries().deleteMany({});
  await entries().insertMany([...before]);
};

/** One order, cancelled long ago, lies in the archive; the customer stays. */
const withSingleEntry = async (): Promise<Member> => {
  const old = anOrder({ eventId: 'old', orderId: 'old', state: 'cancelled', occurredAt: day('2010-01-01') });
  await world.publish(world.orders, old, bought('2011-01-01'));
  await world.publish(world.requests, agreed);
  await world.publish(world.commands, command());
  const member = await successor();
  await member.round(world.batch(world.orders, 0, 2), world.batch(world.requests, 0, 1));
  await member.round(world.batch(world.commands, 0, 1));
  expect(await placed(world)).toEqual([1, 0, 1]);
  return member;
};

const withdrawal = (at: number) =>
  aRequest({
    ...{ kind: 'consentChanged', eventId: 'withdrawn', occurredAt: at },
    consents: [aConsent({ purpose: 'archiving', granted: false, decidedAt: at })],
  });

it('nothing from before an erasure stays there, though the customer is known again and a member crashed before it went', async () => {
  await withSingleEntry();
  const before = await contents();
  await world.publish(world.requests, aRequest({ kind: 'erase', eventId: 'erase', occurredAt: NOW + 5 }));
  await world.publish(world.orders, bought('2026-07-01'));
  const both = [world.batch(world.requests, 1, 2), world.batch(world.orders, 2, 3)];
  await diesBeforeTheArchive(before, ...both);
  expect(await placed(world)).toEqual([1, 0, 1]);
  await (await successor()).round(...both);
  expect(await placed(world)).toEqual([1, 0, 0]);
  expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toEqual(['bought-2026-07-01']);
});

it('what a zombie has put there of who was erased goes when the customer is met again', async () => {
  const member = await archived(world);
  const before = await contents();
  await world.publish(world.requests, aRequest({ kind: 'erase', eventId: 'erase', occurredAt: NOW + 5 }));
  await member.round(world.batch(world.requests, 1, 2));
  await entries().insertMany(before);
  await world.publish(world.orders, bought('2000-01-01'));
  await (await successor()).round(world.batch(world.orders, 2, 3));
  expect(await placed(world)).toEqual([0, 1, 0]);
});

it.each([
  ['the same', 3],
  ['more', 4],
])('nothing stays there of who came back when a member crashed before it went, and %s is read again', async (_, to) => {
  await archived(world);
  const before = await contents();
  await world.publish(world.orders, bought('2026-07-01'), bought('2026-07-02'));
  await diesBeforeTheArchive(before, world.batch(world.orders, 2, 3));
  expect(await placed(world)).toEqual([1, 0, 1]);
  await (await successor()).round(world.batch(world.orders, 2, to));
  expect(await placed(world)).toEqual([1, 0, 0]);
  expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toHaveLength(to);
});

/** As an owner leaves it that crashes before the document is saved. */
const left = (version: number, scope: 'customer' | 'entries', epoch = 0): Promise<void> =>
  createArchive(world.db, ERASURE_KEYS).put([
    { customerId: CUSTOMER, version, scope, epoch, at: NOW, policy: 'p', facts: emptyFacts },
  ]);

it.each([
  ['the decision is another one', () => withdrawal(NOW + 5), [1, 0, 0]],
  ['the customer is erased', () => aRequest({ kind: 'erase', eventId: 'erase', occurredAt: NOW + 5 }), [0, 1, 0]],
])('what was put there for a version that nobody saved goes, though %s', async (_, request, expected) => {
  await ended(world);
  await left(2, 'entries');
  await world.publish(world.requests, request());
  await (await successor()).round(world.batch(world.requests, 1, 2));
  expect(await placed(world)).toEqual(expected);
});

it('what is archived stays there when its version is published by who comes after a crash, and what lies beside it there goes', async () => {
  await ended(world);
  await world.diesAt('saved', world.batch(world.commands, 0, 1));
  await left(2, 'customer');
  await (await successor()).round(world.batch(world.commands, 0, 1));
  expect(await placed(world)).toEqual([0, 1, 1]);
  expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toHaveLength(2);
});

it('a zombie brings nobody back whom its successor has claimed in the archive', async () => {
  await ended(world);
  await world.diesAt('saved', world.batch(world.commands, 0, 1));
  await world.publish(world.orders, bought('2026-07-01'));
  const zombie = await successor();
  const held = zombie.holdAt('merged');
  const late = zombie.round(world.batch(world.commands, 0, 1), world.batch(world.orders, 2, 3));
  await held.reached;

  const owner = await successor();
  await owner.round(world.batch(world.commands, 0, 1));
  held.release();
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await placed(world)).toEqual([0, 1, 1]);
  await owner.round(world.batch(world.orders, 2, 3));
  expect(await placed(world)).toEqual([1, 0, 0]);
  expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toHaveLength(3);
});

it('a zombie erases nothing of whom its successor has heard', async () => {
  await withSingleEntry();
  await world.publish(world.orders, gaveBack('2018-01-01'), bought('2026-07-01'));
  await world.publish(world.requests, withdrawal(day('2018-01-02')));
  await world.publish(world.commands, command({ eventId: 'retention-2' }));
  const known = await successor();
  await known.round(world.batch(world.orders, 2, 3), world.batch(world.requests, 1, 2));
  const before = await contents();
  const zombie = await successor();
  const held = zombie.holdAt('merged');
  const late = zombie.round(world.batch(world.commands, 1, 2));
  await held.reached;

  const owner = await successor();
  await owner.round(world.batch(world.orders, 3, 4));
  held.release();
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await contents()).toEqual(before);
  expect((await world.document(CUSTOMER))?.profile?.status).toBe('active');
});

it('a decision is not recorded before the majority has it', async () => {
  const failPoint = (mode: unknown) =>
    world.db.admin().command({
      ...{ configureFailPoint: 'failCommand', mode },
      data: { failCommands: ['update'], writeConcernError: { code: 64, errmsg: 'waiting timed out' } },
    });
  const evidence = { endedAt: NOW, isHeld: false, floorUntil: null, archivingConsentAt: null };
  const decision = { outcome: 'erased', scope: 'customer', evidence, orders: [], agreements: [] } as const;
  const by = { commandId: 'c', customerId: CUSTOMER, asOf: NOW, policy: 'p1', jurisdiction: '*', offset: 0, epoch: 1 };
  const log = createDecisionLog(world.db, ERASURE_KEYS);
  await failPoint({ times: 1 });
  const recording = log.record([{ ...decision, ...by, effect: 'changed' }]);
  await expect(recording).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
  await failPoint('off');
  await log.record([{ ...decision, ...by, effect: 'changed' }]);
  expect(await world.db.collection(DECISIONS).countDocuments()).toBe(1);
});

it('what an owner archives stays there, though it finds beside the profile what a zombie has archived', async () => {
  const member = await ended(world);
  const profiles = world.db.collection<ProfileDocument>(PROFILES);
  const [living] = await profiles.find().toArray();
  await member.round(world.batch(world.commands, 0, 1));
  const [zombies] = await contents();
  await world.publish(world.commands, command({ eventId: 'retention-2' }));
  await successor();
  const owner = await successor();
  if (living !== undefined) await profiles.insertOne({ ...living, epoch: 2 });
  await owner.round(world.batch(world.commands, 1, 2));
  expect(await placed(world)).toEqual([0, 1, 1]);
  expect((await contents())[0]?._id).not.toBe(zombies?._id);
  expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toHaveLength(2);
});

it('who comes back from an erasure, and goes to the archive at once, lies there though a member crashed in between', async () => {
  await ended(world);
  const erase = aRequest({ kind: 'erase', eventId: 'erase', occurredAt: day('2001-06-01') });
  const consents = [aConsent({ purpose: 'archiving', decidedAt: day('2003-02-01') })];
  const agreedAgain = { kind: 'consentChanged', eventId: 'agreed-again', occurredAt: day('2003-02-01') } as const;
  await world.publish(world.requests, erase, aRequest({ ...agreedAgain, consents }));
  await world.publish(world.orders, bought('2002-01-01'), gaveBack('2003-01-01'));
  await (await successor()).round(world.batch(world.requests, 1, 2));
  expect(await placed(world)).toEqual([0, 1, 0]);
  await left(3, 'customer');
  await (
    await successor()
  ).round(world.batch(world.requests, 2, 3), world.batch(world.orders, 2, 4), world.batch(world.commands, 0, 1));
  expect(await placed(world)).toEqual([0, 1, 1]);
  expect(Object.keys((await world.document(CUSTOMER))?.facts.orders ?? {})).toHaveLength(2);
});

it('a zombie that meets somebody erased removes nothing that an owner after it has put there', async () => {
  await ended(world);
  await world.publish(world.requests, aRequest({ kind: 'erase', eventId: 'erase', occurredAt: NOW + 5 }));
  await world.publish(world.orders, bought('2000-01-01'));
  await (await successor()).round(world.batch(world.requests, 1, 2));
  const zombie = await successor();
  const later = (await world.epoch()) + 1;
  await left(3, 'customer', later);
  await zombie.round(world.batch(world.orders, 2, 3));
  expect((await contents()).map(({ epoch }) => epoch)).toEqual([later]);
});

it('an entry that cannot be opened keeps no others from being found due', async () => {
  await archived(world);
  const stubs = world.db.collection<ProfileDocument>(ERASED);
  const [stub] = await stubs.find().toArray();
  if (stub?.archive === undefined) throw new Error('nobody is in the archive');
  await stubs.deleteMany({});
  await stubs.insertMany([{ ...stub, _id: 'another', archive: { ...stub.archive, version: 99 } }, stub]);
  const found: string[] = [];
  const looking = (async () => {
    const asked = { terms: () => TERMS, asOf: day('2040-01-01'), keys: ERASURE_KEYS };
    for await (const { customerId } of dueCustomers(world.db, asked)) found.push(customerId);
  })();
  await expect(looking).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
  expect(found).toEqual([CUSTOMER]);
});
