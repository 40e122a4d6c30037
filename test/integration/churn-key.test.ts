/** A key for churn models, given, exchanged and taken away while the group is at work, on real servers. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withEvidence } from '../../proof/faults/evidence.ts';
import { judge } from '../../proof/judge/judge.ts';
import { withAdmin } from '../../src/adapters/kafka/admin.ts';
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import { startChild } from '../helpers/child.ts';
import type { Member } from '../helpers/member.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { testServices } from '../helpers/services.ts';
import { until } from '../helpers/until.ts';

const [FIRST, SECOND] = ['the first key of this test', 'and the second key of it'] as const;
const PARTITIONS = 3;
const CUSTOMERS = 40;

let scenario: Scenario;
const members: Member[] = [];
beforeAll(async () => {
  scenario = await createScenario({ partitions: PARTITIONS });
});
afterAll(() => scenario.close());

const memberWith = (...said: Parameters<Scenario['memberWith']>): Member => {
  const member = scenario.memberWith(...said);
  members.push(member);
  return member;
};

const under = (key: string | null): Record<string, string> => (key === null ? {} : { CHURN_KEY: key });

const command = async (args: readonly string[], key: string | null): Promise<string> => {
  const child = startChild(args, { ...scenario.env, ...under(key) });
  expect([await child.ended, child.output()]).toMatchObject([{ code: 0 }, expect.any(String)]);
  return child.output();
};

const traffic = async (seed: number): Promise<void> => {
  await scenario.traffic({ seed, events: 240, customers: CUSTOMERS, brokenRatio: 0 }).published;
};

const churnTopic = (): string => `${scenario.env['TOPIC_PREFIX'] ?? ''}customer-updated.churn`;
const told = (): Promise<InboundRecord[]> => scenario.records(churnTopic());

const customers = async (): Promise<string[]> => {
  const inputs = await Promise.all(scenario.inputs.map((topic) => scenario.records(topic)));
  return [...new Set(inputs.flat().map(({ key }) => String(key)))];
};

const nameUnder = (key: string | null, customerId: string): string =>
  key === null
    ? customerId
    : createHmac('sha256', key).update(`customer:${customerId}`).digest('base64url').slice(0, 22);

/** All of a record that is not its place. */
const bytesOf = ({ key, value, headers }: InboundRecord): string =>
  [key, value, ...Object.entries(headers).flat(2)].map((part) => Buffer.from(part ?? '').toString('latin1')).join('\n');

const places = (records: readonly InboundRecord[]): Set<string> =>
  new Set(records.map(({ partition, offset }) => `${partition}:${offset}`));

/** Those who are known, by name, in the end; and that everybody else has ended. */
const known = async (): Promise<string[]> => {
  const last = new Map((await told()).map(({ key, value }) => [String(key), value]));
  return [...last].flatMap(([name, value]) => (value === null ? [] : [name])).sort();
};

const namesUnder = async (key: string | null): Promise<string[]> =>
  (await customers()).map((customerId) => nameUnder(key, customerId)).sort();

/** The product's own verification, and the judge, which is told of every key there was. */
const verified = async (key: string | null, ...before: (string | null)[]): Promise<void> => {
  expect((await scenario.verified(under(key))).violations).toEqual([]);
  const scene = { scenario, addresses: testServices(), partitions: PARTITIONS, members };
  const { violations } = await withEvidence(scene, (evidence, settings) =>
    judge(evidence, { ...settings, churnKeys: [...before, key] }),
  );
  expect(violations).toEqual([]);
};

const refresh = async (key: string | null): Promise<void> => {
  await command(['src/main.ts', 'refresh', '--all', '--yes', '--rate', '400'], key);
  await scenario.drained();
};

it('begins without one: everybody is known by the id', async () => {
  const dying = memberWith({}, { action: 'kill', at: 'saved', pass: 4 });
  await traffic(1);
  // What it has saved and not published is told by names that its successors do not use.
  await dying.ended;
  expect(await known()).not.toEqual([]);
});

it('is given to one member after the other, and a refresh ends the ids', async () => {
  const [keyless, first] = [memberWith({}), memberWith(under(FIRST))];
  await traffic(2);
  await scenario.drained();
  await Promise.all([keyless.stop(), first.stop()]);
  const before = places(await told());

  memberWith(under(FIRST));
  await traffic(3);
  await scenario.drained();
  await refresh(FIRST);
  expect(await known()).toEqual(await namesUnder(FIRST));
  await verified(FIRST, null);

  const ids = await customers();
  expect(ids.length).toBeGreaterThan(30);
  const since = (await told()).filter(({ partition, offset }) => !before.has(`${partition}:${offset}`));
  const views = since.filter(({ value }) => value !== null);
  expect(views.length).toBeGreaterThan(ids.length / 2);
  for (const view of views.map(bytesOf)) expect(ids.filter((id) => view.includes(id))).toEqual([]);
  // The others keep to the id.
  const fraud = await scenario.records(churnTopic().replace('churn', 'fraud'));
  expect(new Set(fraud.map(({ key }) => String(key)))).toEqual(new Set(ids));
});

it('tells agreements by pseudonyms as well', async () => {
  const contracts = await scenario.records(scenario.inputs[1]);
  expect(contracts.length).toBeGreaterThan(10);
  const ids = await customers();
  const documents = await Promise.all(ids.map((id) => scenario.document(id)));
  const agreements = documents.flatMap((document) => Object.keys(document?.facts.agreements ?? {}));
  expect(agreements.length).toBeGreaterThan(10);
  const names = new Set(await known());
  const views = (await told()).filter(({ key, value }) => value !== null && names.has(String(key)));
  for (const view of views.map(bytesOf)) expect(agreements.filter((id) => view.includes(id))).toEqual([]);
});

it('is exchanged by a refresh: the old names end, and the table of the example has everybody once', async () => {
  await Promise.all(members.map((member) => member.stop()));
  memberWith(under(SECOND));
  await traffic(4);
  await scenario.drained();
  // Who had no event is known by the old name still.
  await refresh(SECOND);
  expect(await known()).toEqual(await namesUnder(SECOND));
  await verified(SECOND, null, FIRST);

  const folder = mkdtempSync(join(tmpdir(), 'churn-'));
  try {
    const file = join(folder, 'churn.csv');
    await command(['--conditions=customer-profile-source', 'examples/churn-table.ts', file], SECOND);
    const [, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const ids = rows.map((row) => row.split(',')[0]?.replace(/^'/, '') ?? '');
    expect(ids.sort()).toEqual(await namesUnder(SECOND));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('is taken away: everybody is known by the id again', async () => {
  await Promise.all(members.map((member) => member.stop()));
  memberWith({});
  await refresh(null);
  expect(await known()).toEqual(await namesUnder(null));
  await verified(null, FIRST, SECOND);
});

it('leaves no trace of ids where the topic is begun anew', async () => {
  await Promise.all(members.map((member) => member.stop()));
  const { mongodbUri } = testServices();
  const mongo = await connectMongo({ uri: mongodbUri, database: scenario.env['MONGODB_DATABASE'] ?? '' });
  await mongo.db.collection(PROFILES).updateMany({}, { $unset: { 'audiences.churn': 1 } });
  await mongo.close();
  await withAdmin(scenario.kafka, 'beginning anew', (admin) => admin.deleteTopics({ topics: [churnTopic()] }));
  await until('it is created again', () =>
    command(['src/main.ts', 'topics', '--yes', '--replication-factor', '1'], null).then(
      () => true,
      () => false,
    ),
  );

  memberWith(under(FIRST));
  await refresh(FIRST);
  const records = await told();
  expect(records.map(({ key }) => String(key)).sort()).toEqual(await namesUnder(FIRST));
  const ids = await customers();
  for (const record of records.map(bytesOf)) expect(ids.filter((id) => record.includes(id))).toEqual([]);
});
