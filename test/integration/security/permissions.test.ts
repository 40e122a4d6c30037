/** Members work with exactly the permissions that are listed for them, and `check` names each that is missing. */
import { type KafkaPermission, memberPermissions } from '../../../src/adapters/kafka/permissions.ts';
import { READER_GROUPS } from '../../../src/adapters/kafka/reader.ts';
import { HISTORY } from '../../../src/adapters/mongodb/history.ts';
import { LINKS } from '../../../src/adapters/mongodb/links.ts';
import { MEMBER_PRIVILEGES } from '../../../src/adapters/mongodb/privileges.ts';
import { DECISIONS } from '../../../src/adapters/mongodb/retention.ts';
import { serviceChecks } from '../../../src/commands/check.ts';
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

const failures = async (): Promise<string[]> =>
  (await serviceChecks(config())).flatMap(({ status, what }) => (status === 'fail' ? [what] : []));

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
    const { resource, name, isPrefix, operation } = permission;
    await confined.forbid([permission]);
    const named = `no permission to ${operation} on ${resource} ${name}${isPrefix ? '*' : ''}`;
    let found: string[] = [];
    await until('the broker knows', async () => (found = await failures()).length > 0);
    expect(found).toEqual([named]);
    await confined.allow([permission]);
    await until('the broker knows again', async () => (await failures()).length === 0);
  }
}, 300_000);

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
