/** Orders that move out of the document on real servers: none is lost, doubled or forgotten, whatever crashes between the writes. */
import { ARCHIVE } from '../../src/adapters/mongodb/archive.ts';
import { createHistory, HISTORY } from '../../src/adapters/mongodb/history.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { derive } from '../../src/domain/derive.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { Facts } from '../../src/domain/facts.ts';
import { wholeOf } from '../../src/domain/past/whole.ts';
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import type { FetchedBatch } from '../../src/pipeline/ports.ts';
import { aConsent, anItem, anOrder, aRequest, aRetention, factsOf } from '../helpers/domain.ts';
import { createWorld, ERASURE_KEYS, type Member, type World } from '../helpers/protocol-world.ts';
import { RULES } from '../helpers/rules.ts';

const CUSTOMER = 'customer-1';
const ROOM = { most: 4, hot: 2, chunk: 2 };
const DAY = 24 * 60 * 60 * 1000;
const T = Date.parse('2026-01-01');

/** The numbered order of a customer, on the day of that number. */
const nth = (number: number, said: Parameters<typeof anOrder>[0] = {}) =>
  anOrder({
    ...{ eventId: `event-${number}`, orderId: `order-${number}`, occurredAt: T + number * DAY },
    orderTotalPrice: { currency: 'EUR', minorUnits: 100 },
    deviceFingerprint: `device-${number % 3}`,
    items: [anItem({ productId: `product-${number % 4}`, action: number % 4 === number % 8 ? 'add' : 'modify' })],
    ...said,
  });

const numbered = (from: number, to: number): ReturnType<typeof nth>[] =>
  Array.from({ length: to - from }, (_, at) => nth(from + at));

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.close());

const member = (): Member => world.member({ room: ROOM });
const chunks = () => world.db.collection(HISTORY).find().toArray();

const known = async (): Promise<{ stored: Facts; whole: Facts; profile: unknown }> => {
  const document = await world.document(CUSTOMER);
  if (document === undefined) throw new Error('there is no document');
  const { facts, profile } = document;
  const moved = [];
  const history = createHistory(world.db, ERASURE_KEYS);
  if (facts.past !== undefined) for await (const chunk of history.read(CUSTOMER, facts.past)) moved.push(chunk);
  return { stored: facts, whole: wholeOf(facts, moved), profile };
};

/** Everything is known, and told, as if nothing had been moved. */
const expectAll = async (...events: InputEvent[]): Promise<void> => {
  const expected = factsOf(events);
  const { stored, whole, profile } = await known();
  expect(canonicalJson(whole)).toBe(canonicalJson(expected));
  expect(canonicalJson(profile)).toBe(canonicalJson(derive(expected, RULES)));
  expect(Object.keys(stored.orders).length).toBeLessThanOrEqual(ROOM.most);
};

/** Publishes and processes one batch after the other, each by the same owner. */
const process = async (owner: Member, ...batches: InputEvent[][]): Promise<void> => {
  for (const events of batches) await owner.round(...(await published(events)));
};

const topicOf = ({ type }: InputEvent): string => {
  if (type === 'PrivacyRequested') return world.requests;
  return type === 'ProfileCommand' ? world.commands : world.orders;
};

/** As a fetch delivers them. */
const published = async (events: readonly InputEvent[]): Promise<FetchedBatch[]> => {
  const batches: FetchedBatch[] = [];
  for (const [topic, of] of Map.groupBy(events, topicOf)) {
    const from = world.batch(topic, 0, 1_000).records.length;
    await world.publish(topic, ...of);
    batches.push(world.batch(topic, from, from + of.length));
  }
  return batches;
};

/** The history holds what counts, and nothing else. */
const expectNothingLeft = async (): Promise<void> => {
  const { past } = (await known()).stored;
  expect(await chunks()).toHaveLength((past?.next ?? 0) - (past?.lineage[0]?.from ?? 0));
};

const opened = async (): Promise<Member> => {
  const owner = member();
  await owner.open();
  return owner;
};

it('keeps the latest orders in the document and the others in the history, and tells of all', async () => {
  const owner = await opened();
  await process(owner, numbered(0, 3), numbered(3, 7), numbered(7, 8), numbered(8, 20));
  await expectAll(...numbered(0, 20));
  const { stored } = await known();
  expect(Object.keys(stored.orders)).toEqual(['order-18', 'order-19']);
  await expectNothingLeft();
  const updates = await world.updates();
  expect(updates.map(({ previousVersion, version }) => [previousVersion, version])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
  expect(updates.at(-1)?.profile.orderSummary).toMatchObject({
    totalCount: 20,
    lifetimeValue: [{ currency: 'EUR', minorUnits: 2_000 }],
  });
});

it('names nobody in the history', async () => {
  await process(await opened(), numbered(0, 7));
  const text = JSON.stringify(await chunks());
  expect(text.length).toBeGreaterThan(100);
  expect(text).not.toMatch(/customer-|order-|product-|device-/);
});

it('knows an order again that has been moved: once more it says nothing new, corrected it counts as corrected', async () => {
  const owner = await opened();
  await process(owner, numbered(0, 9));
  const before = await world.document(CUSTOMER);
  await process(owner, numbered(0, 5));
  expect(await world.document(CUSTOMER)).toEqual(before);
  const corrected = nth(1, {
    ...{ eventId: 'corrected', orderVersion: 2, state: 'cancelled' },
    occurredAt: T + 30 * DAY,
  });
  await process(owner, [corrected], [nth(4), nth(10)]);
  await expectAll(...numbered(0, 9), corrected, nth(10));
});

it('puts an order in its place that took effect before some that have been moved', async () => {
  const owner = await opened();
  await process(owner, numbered(0, 9));
  const late = nth(2, { ...{ orderId: 'late', eventId: 'late' }, orderDate: T - DAY });
  await process(owner, [late]);
  await expectAll(...numbered(0, 9), late);
});

const CHECKPOINTS: Checkpoint[] = [
  'loaded',
  'merged',
  'saved',
  'transaction-begun',
  'sent',
  'offsets-added',
  'committed',
];

it.each(CHECKPOINTS)(
  'loses and doubles nothing when a member dies after it has %s, moving or making anew',
  async (checkpoint) => {
    await process(await opened(), numbered(0, 9));
    const corrected = nth(1, { ...{ eventId: 'corrected', orderVersion: 2 }, occurredAt: T + 30 * DAY });
    const batches = [[corrected], numbered(9, 14)];
    let at = 9;
    for (const events of batches) {
      await world.publish(world.orders, ...events);
      const batch = world.batch(world.orders, at, at + events.length);
      at += events.length;
      const dying = await opened();
      dying.failAt(checkpoint);
      await expect(dying.round(batch)).rejects.toThrow('crashed');
      await (await opened()).round(batch);
    }
    await expectAll(...numbered(0, 9), corrected, ...numbered(9, 14));
    const versions = (await world.updates()).map(({ previousVersion, version }) => [previousVersion, version]);
    expect(versions.every(([previous], i) => previous === (versions[i - 1]?.[1] ?? 0))).toBe(true);
    const { stored } = await known();
    const counted = (stored.past?.next ?? 0) - (stored.past?.lineage[0]?.from ?? 0);
    expect(await chunks()).toHaveLength(counted);
  },
);

it('keeps orders in the document until they are in the history', async () => {
  await process(await opened(), numbered(0, 4));
  const before = await world.document(CUSTOMER);
  const batch = await published(numbered(4, 9));
  const history = createHistory(world.db, ERASURE_KEYS);
  const failing = world.member({
    room: ROOM,
    history: { ...history, put: () => Promise.reject(new Error('no room')) },
  });
  await failing.open();
  await expect(failing.round(...batch)).rejects.toThrow('no room');
  expect(await world.document(CUSTOMER)).toEqual(before);
  await (await opened()).round(...batch);
  await expectAll(...numbered(0, 9));
});

it('counts nothing that a paused owner moved while its successor moved something else', async () => {
  await process(await opened(), numbered(0, 4));
  const paused = await opened();
  const held = paused.holdAt('merged');
  await world.publish(world.orders, ...numbered(4, 9));
  const round = paused.round(world.batch(world.orders, 4, 7));
  await held.reached;
  const successor = await opened();
  await successor.round(world.batch(world.orders, 4, 9));
  held.release();
  await expect(round).rejects.toMatchObject({ code: 'CONFLICT' });
  await expectAll(...numbered(0, 9));
  await expectNothingLeft();
  await process(await opened(), numbered(9, 14));
  await expectAll(...numbered(0, 14));
  await expectNothingLeft();
});

it('forgets what has been moved with all else, and keeps what was stated since', async () => {
  const owner = await opened();
  await process(owner, numbered(0, 12));
  const some = aRequest({ kind: 'erase', eventId: 'some', occurredAt: T + 6 * DAY });
  await process(owner, [some]);
  await expectAll(...numbered(0, 12), some);
  expect((await known()).stored.past).toBeDefined();
  const all = aRequest({ kind: 'erase', eventId: 'all', occurredAt: T + 60 * DAY });
  await process(owner, [all], numbered(0, 12));
  expect(await chunks()).toEqual([]);
  expect(await world.db.collection(PROFILES).countDocuments()).toBe(0);
});

it.each([
  ['who is gone', []],
  ['who comes back in the same breath', [nth(20, { orderDate: T + 70 * DAY, occurredAt: T + 70 * DAY })]],
])('removes what has been moved of somebody erased, also where a crash comes between: %s', async (_, since) => {
  await process(await opened(), numbered(0, 12));
  const batch = await published([aRequest({ kind: 'erase', eventId: 'all', occurredAt: T + 60 * DAY }), ...since]);
  const history = createHistory(world.db, ERASURE_KEYS);
  const dying = world.member({
    room: ROOM,
    history: { ...history, tidy: () => Promise.reject(new Error('crashed before it tidied')) },
  });
  await dying.open();
  await expect(dying.round(...batch)).rejects.toThrow('crashed');
  expect(await chunks()).not.toEqual([]);
  await (await opened()).round(...batch);
  expect(await chunks()).toEqual([]);
  expect(await world.db.collection(PROFILES).countDocuments()).toBe(since.length);
});

/** A paused owner is about to move orders of somebody whom its successor erases meanwhile. */
const overtaken = async (
  ...before: InputEvent[]
): Promise<{ zombie: Member; round: Promise<void>; release: () => void }> => {
  if (before.length > 0) await process(await opened(), before);
  const zombie = await opened();
  const held = zombie.holdAt('merged');
  const batch = await published(numbered(4, 9));
  const round = zombie.round(...batch);
  await held.reached;
  const successor = await opened();
  await successor.round(...batch);
  await process(successor, [aRequest({ kind: 'erase', eventId: 'all', occurredAt: T + 60 * DAY })]);
  expect(await chunks()).toEqual([]);
  return { zombie, round, release: () => held.release() };
};

it('leaves nothing of somebody erased that a paused owner moves when it goes on', async () => {
  const { round, release } = await overtaken(...numbered(0, 4));
  release();
  await expect(round).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await chunks()).toEqual([]);
});

it('leaves nothing of somebody erased whom a paused owner begins when it goes on', async () => {
  const { round, release } = await overtaken();
  release();
  await expect(round).rejects.toMatchObject({ code: 'FENCED' });
  expect(await world.db.collection(PROFILES).countDocuments()).toBe(0);
  expect(await chunks()).toEqual([]);
});

it('removes what a paused owner has begun of somebody erased, when the customer is met again', async () => {
  const { zombie, round, release } = await overtaken();
  zombie.failAt('saved');
  release();
  await expect(round).rejects.toThrow('crashed');
  expect(await chunks()).not.toEqual([]);
  await process(await opened(), [nth(0)]);
  expect(await world.db.collection(PROFILES).countDocuments()).toBe(0);
  expect(await chunks()).toEqual([]);
});

it('brings somebody back from the archive with all that had been moved', async () => {
  const owner = await opened();
  const long = Date.parse('2020-01-01');
  const consent = aRequest({
    ...{ kind: 'consentChanged', eventId: 'agreed', occurredAt: long },
    consents: [aConsent({ purpose: 'archiving', decidedAt: long })],
  });
  const orders = Array.from({ length: 12 }, (_, n) => nth(n, { occurredAt: long + n * DAY, items: [] }));
  await process(owner, [consent, ...orders]);
  const term = { legalBasis: 'the law', minimum: 'P0D', maximum: 'P3Y' };
  const terms = { ...{ policy: 'p1', jurisdiction: '*' }, customer: term, archive: term };
  await process(owner, [aRetention(terms, { occurredAt: Date.parse('2026-06-01') })]);
  expect((await world.document(CUSTOMER))?.profile?.status).toBe('archived');
  const again = nth(20, { items: [] });
  await process(owner, [again]);
  await expectAll(consent, ...orders, again);
});

it('forgets what has been moved of somebody in the archive', async () => {
  const owner = await opened();
  const long = Date.parse('2020-01-01');
  const consent = aRequest({
    ...{ kind: 'consentChanged', eventId: 'agreed', occurredAt: long },
    consents: [aConsent({ purpose: 'archiving', decidedAt: long })],
  });
  const orders = Array.from({ length: 12 }, (_, n) => nth(n, { occurredAt: long + n * DAY, items: [] }));
  await process(owner, [consent, ...orders]);
  const term = { legalBasis: 'the law', minimum: 'P0D', maximum: 'P3Y' };
  const terms = { ...{ policy: 'p1', jurisdiction: '*' }, customer: term, archive: term };
  await process(owner, [aRetention(terms, { occurredAt: Date.parse('2026-06-01') })]);
  expect((await world.document(CUSTOMER))?.profile?.status).toBe('archived');
  expect(await chunks()).not.toEqual([]);
  await process(await opened(), [aRequest({ kind: 'erase', eventId: 'all', occurredAt: Date.parse('2026-07-01') })]);
  expect(await chunks()).toEqual([]);
  expect(await world.db.collection(ARCHIVE).countDocuments()).toBe(0);
});

it.each([
  ['forgets', false],
  ['archives', true],
])('%s single old orders that have been moved, but for those that something held depends on', async (_, agrees) => {
  const owner = await opened();
  const long = Date.parse('2010-01-01');
  const consent = aRequest({
    ...{ kind: 'consentChanged', eventId: 'agreed', occurredAt: long },
    consents: [aConsent({ purpose: 'archiving', granted: agrees, decidedAt: long })],
  });
  const held = nth(0, { occurredAt: long, items: [anItem({ productId: 'held' })] });
  const old = [1, 2, 3, 4].map((n) => nth(n, { occurredAt: long + n * DAY, items: [] }));
  const recent = numbered(5, 12);
  await process(owner, [consent, held, ...old, ...recent]);
  const term = { legalBasis: 'the law', minimum: 'P0D', maximum: 'P3Y' };
  const terms = { ...{ policy: 'p1', jurisdiction: '*' }, order: term };
  const command = aRetention(terms, { occurredAt: Date.parse('2026-06-01') });
  await process(owner, [command]);
  const { whole, stored } = await known();
  expect(Object.keys(whole.orders).sort()).toEqual([held, ...recent].map(({ event }) => event.orderId).sort());
  expect(stored.cuts?.orders?.except?.map(([id]) => id)).toEqual(['order-0']);
  expect(await world.db.collection(ARCHIVE).countDocuments()).toBe(agrees ? 1 : 0);
  const version = (await world.document(CUSTOMER))?.version;
  await process(owner, [{ ...command, event: { ...command.event, eventId: 'again' } }], old);
  expect((await world.document(CUSTOMER))?.version).toBe(version);
  await expectNothingLeft();
});

it('waits rather than going on with less when a chunk is gone', async () => {
  const owner = await opened();
  await process(owner, numbered(0, 9));
  await world.db.collection(HISTORY).deleteOne({ number: 1 });
  const late = nth(2, { ...{ orderId: 'late', eventId: 'late' }, orderDate: T - DAY });
  await expect(process(owner, [late])).rejects.toMatchObject({ code: 'HISTORY_DAMAGED' });
});

it('whatever is looked up in the history is looked up through an index', async () => {
  await world.db.command({ profile: 2 });
  const owner = await opened();
  await process(owner, numbered(0, 9), numbered(9, 20), [nth(1)]);
  const corrected = nth(1, { ...{ eventId: 'corrected', orderVersion: 2 }, occurredAt: T + 30 * DAY });
  await process(owner, [corrected], [nth(40, { items: [anItem({ productId: 'product-1' })] })]);
  await process(owner, [aRequest({ kind: 'erase', eventId: 'all', occurredAt: T + 60 * DAY })]);
  await world.db.command({ profile: 0 });
  const seen = await world.db
    .collection<{ op: string; planSummary: string; docsExamined: number; ndeleted?: number }>('system.profile')
    .find({ ns: `${world.db.databaseName}.${HISTORY}` })
    .toArray();
  expect(new Set(seen.map(({ op }) => op))).toEqual(new Set(['query', 'getmore', 'update', 'remove']));
  expect(seen.filter(({ planSummary }) => !/^(IXSCAN|IDHACK)/.test(planSummary))).toEqual([]);
  // To remove what does not count, nothing is read that does.
  const removals = seen.filter(({ op }) => op === 'remove');
  expect(removals.map(({ docsExamined }) => docsExamined)).toEqual(removals.map(({ ndeleted = 0 }) => ndeleted));
});
