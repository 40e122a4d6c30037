/** Members work with exactly the permissions that are listed for them, and `check` names each that is missing. */
import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { createKafka } from '../../../src/adapters/kafka/client.ts';
import { type KafkaPermission, memberPermissions } from '../../../src/adapters/kafka/permissions.ts';
import { READER_GROUPS } from '../../../src/adapters/kafka/reader.ts';
import { connectMongo, type MongoConnection } from '../../../src/adapters/mongodb/client.ts';
import { HISTORY } from '../../../src/adapters/mongodb/history.ts';
import { LINKS } from '../../../src/adapters/mongodb/links.ts';
import { MEMBER_PRIVILEGES, type Privilege } from '../../../src/adapters/mongodb/privileges.ts';
import { DECISIONS } from '../../../src/adapters/mongodb/retention.ts';
import { supervised } from '../../../src/backing/processes.ts';
import { serviceChecks } from '../../../src/commands/check.ts';
import { privilegeOn } from '../../../src/commands/permissions.ts';
import { loadConfig } from '../../../src/config.ts';
import { encodedFor, startRetentionDesk } from '../../../proof/faults/retained.ts';
import { createAuthority } from '../../helpers/certificates.ts';
import { PASSWORD, USER } from '../../helpers/credentials.ts';
import { aContract, aRequest } from '../../helpers/domain.ts';
import { createScenario, type Scenario } from '../../helpers/scenario.ts';
import { startSecureKafka, type SecureKafka } from '../../helpers/secure-kafka.ts';
import { type SecureMongodb, startSecureMongodb } from '../../helpers/secure-mongodb.ts';
import { testServices } from '../../helpers/services.ts';
import { until } from '../../helpers/until.ts';

let servers: { readonly kafka: SecureKafka; readonly mongodb: SecureMongodb; readonly stop: () => Promise<void> };
let admin: Admin;
let administrator: MongoConnection;
let scenario: Scenario;
let needed: KafkaPermission[];

beforeAll(async () => {
  servers = await supervised({ environment: process.env, onProgress: () => undefined }, async (context) => {
    const authority = createAuthority(context.directory);
    const [kafka, mongodb] = await Promise.all([
      startSecureKafka(context, authority, { authorizes: true }),
      startSecureMongodb(context, authority, 'CN=member,O=customers'),
    ]);
    return { kafka, mongodb };
  });
  const mine = { ...testServices(), kafkaBrokers: [servers.kafka.plain], mongodbUri: servers.mongodb.administrator };
  const theirs = { kafkaBrokers: [servers.kafka.bare], mongodbUri: servers.mongodb.withPassword() };
  scenario = await createScenario({
    ...{ services: mine, throughProxies: { ...mine, ...theirs }, partitions: 2 },
    env: {
      ...{ KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: USER, KAFKA_SASL_PASSWORD: PASSWORD },
      ...{ LINK_KEY: 'a key for what customers share', PROFILE_ORDERS: '2', REKEYED_INPUTS: 'order-finalized' },
    },
  });
  const { group, topicPrefix, rekeyedInputs, mongodb } = config();
  needed = memberPermissions(group, topicPrefix, rekeyedInputs);
  admin = createKafka({ brokers: mine.kafkaBrokers }, 'administrator').admin();
  await admin.connect();
  await admin.createAcls({ acl: needed.map(aclOf) });
  administrator = await connectMongo({ uri: mine.mongodbUri, database: mongodb.database });
  await administrator.db.command({ createRole: 'member', roles: [], privileges: privileges(MEMBER_PRIVILEGES) });
  await administrator.db.admin().command({ updateUser: USER, roles: [{ role: 'member', db: mongodb.database }] });
}, 120_000);
afterAll(async () => {
  await scenario.close();
  await Promise.all([admin.disconnect(), administrator.close()]);
  await servers.stop();
});

const config = () => loadConfig(scenario.env);
const privileges = (all: readonly Privilege[]) => all.map((each) => privilegeOn(config().mongodb.database, each));

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const RESOURCES = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
};
const OPERATIONS = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Delete: AclOperationTypes.DELETE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
};
const aclOf = ({ resource, name, isPrefix, operation }: KafkaPermission): AclEntry => ({
  ...{ resourceType: RESOURCES[resource], resourceName: name, operation: OPERATIONS[operation] },
  resourcePatternType: isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  ...{ principal: `User:${USER}`, host: '*', permissionType: AclPermissionTypes.ALLOW },
});

const outcomes = async (): Promise<Set<unknown>> =>
  new Set(await administrator.db.collection(DECISIONS).distinct('outcome'));

const readers = async (): Promise<string[]> =>
  (await admin.listGroups()).groups.flatMap(({ groupId }) => (groupId.startsWith(READER_GROUPS) ? [groupId] : []));

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
  expect(await administrator.db.collection(HISTORY).countDocuments()).toBeGreaterThan(0);
  expect(await administrator.db.collection(LINKS).countDocuments()).toBeGreaterThan(0);
  await until('no group is left of those that read', async () => (await readers()).length === 0);
  expect(await member.stop()).toMatchObject({ code: 0 });
  expect(member.output()).not.toMatch(/AUTHORIZATION|not authorized|Unauthorized/);
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
}, 180_000);

it('check names each permission that is missing in Kafka, and nothing else', async () => {
  for (const permission of needed) {
    const { resource, name, isPrefix, operation } = permission;
    await admin.deleteAcls({ filters: [aclOf(permission)] });
    const named = `no permission to ${operation} on ${resource} ${name}${isPrefix ? '*' : ''}`;
    let found: string[] = [];
    await until('the broker knows', async () => (found = await failures()).length > 0);
    expect(found).toEqual([named]);
    await admin.createAcls({ acl: [aclOf(permission)] });
    await until('the broker knows again', async () => (await failures()).length === 0);
  }
}, 300_000);

it('check names each privilege that is missing in MongoDB, and nothing else', async () => {
  for (const [at, { collection, actions }] of MEMBER_PRIVILEGES.entries()) {
    for (const action of actions) {
      const less = MEMBER_PRIVILEGES.with(at, { collection, actions: actions.filter((each) => each !== action) });
      await administrator.db.command({ updateRole: 'member', privileges: privileges(less) });
      expect(await failures()).toEqual([`no permission to ${action} in collection ${collection}`]);
    }
  }
  await administrator.db.command({ updateRole: 'member', privileges: privileges(MEMBER_PRIVILEGES) });
}, 120_000);
