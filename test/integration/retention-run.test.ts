/** The command `retention` over 10,000 customers whose fates were written down by hand, with kills at every step. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHIVE, type ArchiveEntry } from '../../src/adapters/mongodb/archive.ts';
import { unpack } from '../../src/adapters/mongodb/archive-box.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { DECISIONS, type StoredDecision } from '../../src/adapters/mongodb/retention.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { startChild } from '../helpers/child.ts';
import { aConsent, anAddress, anItem, anOrder, aParty, aRequest } from '../helpers/domain.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

const CUSTOMERS = 10_000;
const YEAR = 365.25 * 86_400_000;
const NOW = Date.now();
const ago = (years: number): number => Math.round(NOW - years * YEAR);

const rule = (category: string, jurisdiction: string, minimum: string, maximum: string) => ({
  ...{ category, jurisdiction, legalBasis: 'the law', minimum, maximum },
});
const POLICY = [
  rule('customer', '*', 'P0D', 'P3Y'),
  rule('order', '*', 'P7Y', 'P10Y'),
  rule('order', 'FR', 'P1Y', 'P10Y'),
];

type Fate = 'stays' | 'erased' | 'archived' | 'minimised' | 'held' | 'order-erased' | 'order-archived';

/** What somebody has done, and what becomes of them by the policy: by hand. */
const LIVES: readonly {
  readonly fate: Fate;
  readonly years: readonly [bought: number, gaveBack: number | null];
  readonly country: string;
  readonly has?: readonly ('consent' | 'hold' | 'old order')[];
}[] = [
  { fate: 'stays', years: [9, null], country: 'DE' },
  { fate: 'stays', years: [9, 2.9], country: 'DE', has: ['consent'] },
  { fate: 'erased', years: [20, 8], country: 'DE' },
  { fate: 'erased', years: [20, 3.1], country: 'FR' },
  { fate: 'archived', years: [20, 8], country: 'DE', has: ['consent'] },
  { fate: 'minimised', years: [9, 3.1], country: 'DE' },
  { fate: 'minimised', years: [9, 3.1], country: 'DE', has: ['consent'] },
  { fate: 'held', years: [20, 8], country: 'FR', has: ['consent', 'hold'] },
  { fate: 'order-erased', years: [9, null], country: 'DE', has: ['old order'] },
  { fate: 'order-archived', years: [9, null], country: 'DE', has: ['old order', 'consent'] },
];

const lifeOf = (n: number): InputEvent[] => {
  const { years, country, has = [] } = LIVES[n % LIVES.length] ?? { years: [1, null], country: 'DE' };
  const customerId = `c-${n}`;
  const [bought, gaveBack] = years;
  const tv = (action: 'add' | 'delete', at: number) =>
    anOrder({
      ...{ customerId, eventId: `${action}-${n}`, orderId: `${action}-${n}`, occurredAt: at },
      items: [anItem({ productId: `tv-${n}`, action })],
      party: aParty({ givenName: `Ada ${n}` }),
      contactMediums: [inCountry(country, n)],
    });
  return [
    tv('add', ago(bought)),
    ...(gaveBack === null ? [] : [tv('delete', ago(gaveBack))]),
    ...(has.includes('old order')
      ? [anOrder({ customerId, eventId: `old-${n}`, orderId: `old-${n}`, occurredAt: ago(11), state: 'cancelled' })]
      : []),
    ...(has.includes('consent')
      ? [
          aRequest({
            ...{ customerId, kind: 'consentChanged', eventId: `consent-${n}`, occurredAt: ago(12) },
            consents: [aConsent({ purpose: 'archiving', decidedAt: ago(12) })],
          }),
        ]
      : []),
    ...(has.includes('hold')
      ? [aRequest({ customerId, kind: 'legalHold', eventId: `hold-${n}`, caseReference: 'case', occurredAt: ago(2) })]
      : []),
  ];
};

const inCountry = (country: string, n: number) => {
  const medium = anAddress(`${n} Main St`, 'Somewhere');
  return { ...medium, address: medium.address && { ...medium.address, country } };
};

const having = (fate: Fate): number[] =>
  Array.from({ length: CUSTOMERS }, (_, n) => n).filter((n) => LIVES[n % LIVES.length]?.fate === fate);

const KEY = 'the key of who was erased, of tests';
const TOPICS = { OrderFinalized: 'order-finalized', PrivacyRequested: 'privacy-requested' } as const;

let scenario: Scenario;
let mongo: MongoConnection;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retention-'));
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify({ version: 1, rules: POLICY }));
  scenario = await createScenario({ partitions: 4, env: { RETENTION_FILE: file, ERASURE_KEY: KEY } });
  const { MONGODB_URI: uri = '', MONGODB_DATABASE: database = '' } = scenario.env;
  mongo = await connectMongo({ uri, database });
});
afterEach(async () => {
  await mongo.close();
  await scenario.close();
  rmSync(folder, { recursive: true });
});

const command = async (...args: string[]): Promise<{ code: number | null; said: unknown }> => {
  const child = startChild(['src/main.ts', 'retention', ...args, '--json'], scenario.env);
  const { code } = await child.ended;
  const output = child.output();
  return { code, said: JSON.parse(output.slice(output.indexOf('{'))) };
};

const topicOf = (name: string): string => scenario.inputs[0].replace('order-finalized', name);

const publish = async (): Promise<void> => {
  for (let from = 0; from < CUSTOMERS; from += 500) {
    const lives = Array.from({ length: 500 }, (_, i) => lifeOf(from + i)).flat();
    await scenario.publish(
      lives.flatMap(({ type, event }) => {
        if (type !== 'OrderFinalized' && type !== 'PrivacyRequested') return [];
        const value = frame(scenario.schemaIds[type], recordType(type).toBuffer(event));
        return [{ topic: topicOf(TOPICS[type]), key: event.customerId, value, headers: {} }];
      }),
    );
  }
};

const idsWhere = async (query: object): Promise<string[]> => {
  const found = await mongo.db.collection<ProfileDocument>(PROFILES).find(query).project({ _id: 1 }).toArray();
  return found.map(({ _id }) => String(_id)).sort();
};
const named = (numbers: readonly number[]): string[] => numbers.map((n) => `c-${n}`).sort();

it('does with each what the policy says, once, whoever dies on the way', async () => {
  const [first, second] = [scenario.member(), scenario.member()];
  await publish();
  await scenario.drained(120_000);
  expect(await mongo.db.collection(PROFILES).countDocuments()).toBe(CUSTOMERS);

  const each = CUSTOMERS / LIVES.length;
  expect(await command('--dry-run')).toEqual({
    code: 0,
    said: {
      due: [
        { category: 'customer', jurisdiction: 'DE', outcome: 'archived', count: each },
        { category: 'customer', jurisdiction: 'DE', outcome: 'erased', count: each },
        { category: 'customer', jurisdiction: 'DE', outcome: 'minimised', count: 2 * each },
        { category: 'customer', jurisdiction: 'FR', outcome: 'erased', count: each },
        { category: 'customer', jurisdiction: 'FR', outcome: 'held', count: each },
        { category: 'order', jurisdiction: 'DE', outcome: 'archived', count: each },
        { category: 'order', jurisdiction: 'DE', outcome: 'erased', count: each },
      ],
    },
  });

  await Promise.all([first.stop(), second.stop()]);
  const interrupted = startChild(['src/main.ts', 'retention', '--yes', '--rate', '150'], scenario.env);
  for (const at of ['merged', 'saved', 'sent', 'committed'] as const) {
    const member = scenario.memberWith({}, { action: 'kill', at, pass: 2 });
    await member.struck;
    await member.ended;
  }
  interrupted.signal('SIGKILL');
  await interrupted.ended;
  scenario.member();
  expect(await command('--yes', '--rate', '5000')).toMatchObject({ code: 0, said: { complete: true } });
  await scenario.drained(120_000);

  const erased = having('erased').length;
  const archived = having('archived').length;
  const stubs = mongo.db.collection<ProfileDocument>(ERASED);
  expect(await idsWhere({})).toEqual(
    named(['stays', 'minimised', 'held', 'order-erased', 'order-archived'].flatMap((fate) => having(fate as Fate))),
  );
  expect(await stubs.countDocuments({ 'facts.erased': { $exists: true } })).toBe(erased);
  expect(await stubs.countDocuments({ archive: { $exists: true } })).toBe(archived);
  expect(await idsWhere({ 'profile.status': 'restricted' })).toEqual(
    named([...having('minimised'), ...having('held')]),
  );
  expect(await idsWhere({ 'facts.party': {} })).toEqual(named(having('minimised')));
  expect(await idsWhere({ 'facts.cuts.orders': { $exists: true } })).toEqual(
    named([...having('order-erased'), ...having('order-archived')]),
  );
  expect(await idsWhere({ 'profile.orderSummary.countsByState.cancelled': { $exists: true } })).toEqual([]);

  const entries = await mongo.db.collection<ArchiveEntry>(ARCHIVE).find().toArray();
  const contents = entries.map(({ scope, checksum, sealed }) => ({
    scope,
    ...unpack({ checksum, sealed: sealed.buffer }, [KEY]),
  }));
  const of = (wanted: string): string[] =>
    contents.filter(({ scope }) => scope === wanted).map(({ customerId }) => customerId);
  expect(of('customer').sort()).toEqual(named(having('archived')));
  expect(of('entries').sort()).toEqual(named(having('order-archived')));

  const decided = await mongo.db.collection<StoredDecision>(DECISIONS).countDocuments({ outcome: { $ne: 'kept' } });
  expect(decided).toBe(CUSTOMERS - having('stays').length);

  const updates = await scenario.records(topicOf('customer-updated'));
  expect(updates.filter(({ value }) => value === null)).toHaveLength(erased);
  expect(await command('--yes')).toEqual({ code: 0, said: { sent: 0, complete: true } });
  await scenario.drained();
  expect(await scenario.records(topicOf('customer-updated'))).toHaveLength(updates.length);

  const report = await scenario.verified();
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ erased, archived, profiles: CUSTOMERS - erased - archived });
}, 240_000);
