/** Members work with exactly the permissions that are listed for them, and `check` names each that is missing. */
import { setTimeout as pause } from 'node:timers/promises';
import { type KafkaPermission, memberPermissions } from '../../../src/adapters/kafka/permissions.ts';
import { READER_GROUPS } from '../../../src/adapters/kafka/reader.ts';
import { HISTORY } from '../../../src/adapters/mongodb/history.ts';
import { LINKS } from '../../../src/adapters/mongodb/links.ts';
import { MEMBER_PRIVILEGES } from '../../../src/adapters/mongodb/privileges.ts';
import { DECISIONS } from '../../../src/adapters/mongodb/retention.ts';
import { serviceChecks } from '../../../src/commands/check.ts';
import type { Check } from '../../../src/commands/checks.ts';
import { loadConfig } from '../../../src/config.ts';
import { encodedFor, startRetentionDesk } from '../../../proof/faults/retained.ts';
import { type Confined, startConfined } from '../../helpers/confined.ts';
import { aContract, aRequest } from '../../helpers/domain.ts';
import type { Scenario } from '../../helpers/scenario.ts';
import { until } from '../../helpers/until.ts';

let confined: Confined;
let scenario: Scenario;
let needed: KafkaPermission[];

beforeAll(async () => {
  confined = await startConfined({
    ...{ LINK_KEY: 'a key for what customers share', PROFILE_ORDERS: '2', REKEYED_INPUTS: 'order-finalized' },
  });
  ({ scenario } = confined);
  const { group, topicPrefix, rekeyedInputs } = config();
  needed = memberPermissions(group, topicPrefix, rekeyedInputs);
  await confined.allow(needed);
  await confined.grant(MEMBER_PRIVILEGES);
}, 120_000);
afterAll(() => confined.stop());

const config = () => loadConfig(scenario.env);

const outcomes = async (): Promise<Set<unknown>> =>
  new Set(await confined.administrator.db.collection(DECISIONS).distinct('outcome'));

const readers = async (): Promise<string[]> =>
  (await confined.admin.listGroups()).groups.flatMap(({ groupId }) =>
    groupId.startsWith(READER_GROUPS) ? [groupId] : [],
  );

const found = async (wanted: Check['status'], area?: Check['area']): Promise<string[]> =>
  (await serviceChecks(config())).flatMap((check) =>
    check.status === wanted && (area === undefined || check.area === area) ? [check.what] : [],
  );
const failures = (): Promise<string[]> => found('fail');
const onWhat = ({ resource, name, isPrefix, operation }: KafkaPermission): string =>
  `permission to ${operation} on ${resource} ${name}${isPrefix ? '*' : ''}`;

it('with exactly these a member works: events, links, letters, erasures, retention, and orders that move', async () => {
  expect(await failures()).toEqual([]);
  const member = await scenario.run();
  const desk = startRetentionDesk(scenario);
  const said = { events: 600, customers: 40, brokenRatio: 0.05, requestRatio: 0.05, eraseRatio: 0.05 };
  await scenario.traffic(said).published;
  await until('every kind of decision was made', async () => (await outcomes()).size > 4, 60_000);
  await desk.stop();
  await scenario.drained();
  const customerId = 'somebody-with-a-letter';
  const known = encodedFor(scenario, aContract({ customerId }));
  await scenario.publish([known, { ...known, value: Buffer.from('no event') }]);
  await scenario.drained();
  await scenario.publish([encodedFor(scenario, aRequest({ customerId, kind: 'erase', occurredAt: Date.now() }))]);
  await until('letters of who was erased are gone', () => member.output().includes('dead letters swept'), 30_000);
  expect(await confined.administrator.db.collection(HISTORY).countDocuments()).toBeGreaterThan(0);
  expect(await confined.administrator.db.collection(LINKS).countDocuments()).toBeGreaterThan(0);
  await until('no group is left of those that read', async () => (await readers()).length === 0);
  expect(await member.stop()).toMatchObject({ code: 0 });
  expect(member.output()).not.toMatch(/AUTHORIZATION|not authorized|Unauthorized/);
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
}, 180_000);

it('check names each permission that is missing in Kafka, and nothing else', async () => {
  for (const permission of needed) {
    await confined.forbid([permission]);
    let failed: string[] = [];
    await until('the broker knows', async () => (failed = await failures()).length > 0);
    expect(failed).toEqual([`no ${onWhat(permission)}`]);
    await confined.allow([permission]);
    await until('the broker knows again', async () => (await failures()).length === 0);
  }
}, 300_000);

it('check names all at once where nothing is permitted, and what nobody can tell before', async () => {
  const [writes, others] = [needed.filter(isWrite), needed.filter((each) => !isWrite(each))];
  await confined.forbid(needed);
  const named = others.map((each) => `no ${onWhat(each)}`);
  await until('the broker knows', async () => (await found('fail', 'kafka')).length === named.length);
  expect(await found('fail', 'kafka')).toEqual(named);
  expect(await found('warn', 'kafka')).toEqual(writes.map((each) => `nobody knows whether there is ${onWhat(each)}`));
  await confined.allow(needed);
  await until('the broker knows again', async () => (await failures()).length === 0);
}, 60_000);

const isWrite = ({ resource, operation }: KafkaPermission): boolean => resource === 'topic' && operation === 'Write';

it('a member that may not be in its group any more says so now and then, and goes on once it may', async () => {
  const ofGroup = needed.filter(({ resource, isPrefix }) => resource === 'group' && !isPrefix);
  const member = await scenario.run();
  const lines = (msg: string) => member.output().split(`"msg":"${msg}"`).length - 1;
  await member.is('ready', 30_000);
  const before = lines('joined the group');
  await confined.forbid(ofGroup);
  await until('it says why', () => /"reason":"PERMISSION_MISSING".*"out of the group"/.test(member.output()), 30_000);
  const said = lines('out of the group');
  await pause(8_000);
  expect(lines('out of the group') - said).toBeLessThan(9);
  await confined.allow(ofGroup);
  await until('it has joined', () => lines('joined the group') > before, 30_000);
  expect(await member.stop()).toMatchObject({ code: 0 });
}, 120_000);

it('check names each privilege that is missing in MongoDB, and nothing else', async () => {
  for (const [at, { collection, actions }] of MEMBER_PRIVILEGES.entries()) {
    for (const action of actions) {
      const less = MEMBER_PRIVILEGES.with(at, { collection, actions: actions.filter((each) => each !== action) });
      await confined.grant(less);
      expect(await failures()).toEqual([`no permission to ${action} in collection ${collection}`]);
    }
  }
  await confined.grant(MEMBER_PRIVILEGES);
}, 120_000);
