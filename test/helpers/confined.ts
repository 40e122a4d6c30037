/** Servers where nobody may do what they were not allowed: a broker with an authorizer, and a mongod with a role. */
import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import type { KafkaPermission } from '../../src/adapters/kafka/permissions.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import type { Privilege } from '../../src/adapters/mongodb/privileges.ts';
import { supervised } from '../../src/backing/processes.ts';
import { privilegeOn } from '../../src/commands/permissions.ts';
import { createAuthority } from './certificates.ts';
import { PASSWORD, USER } from './credentials.ts';
import { createScenario, type Scenario } from './scenario.ts';
import { startSecureKafka } from './secure-kafka.ts';
import { startSecureMongodb } from './secure-mongodb.ts';
import { testServices } from './services.ts';

/** Also what only commands need. */
export interface Allowed extends Omit<KafkaPermission, 'operation'> {
  readonly operation: keyof typeof OPERATIONS;
}

export interface Confined {
  /** Its members and commands come by the confined user, and the scenario itself may do everything. */
  readonly scenario: Scenario;
  /** What makes a member of the scenario one that may do everything. */
  readonly unconfined: Readonly<Record<string, string>>;
  readonly admin: Admin;
  readonly administrator: MongoConnection;
  allow(permissions: readonly Allowed[]): Promise<void>;
  forbid(permissions: readonly Allowed[]): Promise<void>;
  /** These and no others. */
  grant(privileges: readonly Privilege[]): Promise<void>;
  stop(): Promise<void>;
}

export const startConfined = async (env: Readonly<Record<string, string>> = {}): Promise<Confined> => {
  const servers = await supervised({ environment: process.env, onProgress: () => undefined }, async (context) => {
    const authority = createAuthority(context.directory);
    const [kafka, mongodb] = await Promise.all([
      startSecureKafka(context, authority, { authorizes: true }),
      startSecureMongodb(context, authority, 'CN=member,O=customers'),
    ]);
    return { kafka, mongodb };
  });
  const mine = { ...testServices(), kafkaBrokers: [servers.kafka.plain], mongodbUri: servers.mongodb.administrator };
  const theirs = { kafkaBrokers: [servers.kafka.bare], mongodbUri: servers.mongodb.withPassword() };
  const scenario = await createScenario({
    ...{ services: mine, throughProxies: { ...mine, ...theirs }, partitions: 2 },
    env: {
      ...{ KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: USER, KAFKA_SASL_PASSWORD: PASSWORD },
      ...env,
    },
  });
  const { MONGODB_DATABASE: database = '' } = scenario.env;
  const admin = createKafka({ brokers: mine.kafkaBrokers }, 'administrator').admin();
  await admin.connect();
  const administrator = await connectMongo({ uri: mine.mongodbUri, database });
  await administrator.db.command({ createRole: 'member', roles: [], privileges: [] });
  await administrator.db.admin().command({ updateUser: USER, roles: [{ role: 'member', db: database }] });
  return {
    ...{ scenario, admin, administrator },
    unconfined: {
      ...{ KAFKA_BROKERS: mine.kafkaBrokers.join(), MONGODB_URI: mine.mongodbUri },
      ...{ KAFKA_SASL_MECHANISM: '', KAFKA_SASL_USERNAME: '', KAFKA_SASL_PASSWORD: '' },
    },
    allow: async (permissions) => {
      if (permissions.length > 0) await admin.createAcls({ acl: permissions.map(aclOf) });
    },
    forbid: async (permissions) => {
      if (permissions.length > 0) await admin.deleteAcls({ filters: permissions.map(aclOf) });
    },
    grant: async (privileges) => {
      const all = privileges.map((each) => privilegeOn(database, each));
      await administrator.db.command({ updateRole: 'member', privileges: all });
    },
    stop: async () => {
      await scenario.close();
      await Promise.all([admin.disconnect(), administrator.close()]);
      await servers.stop();
    },
  };
};

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const RESOURCES = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
};
const OPERATIONS = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Delete: AclOperationTypes.DELETE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
};
const aclOf = ({ resource, name, isPrefix, operation }: Allowed): AclEntry => ({
  ...{ resourceType: RESOURCES[resource], resourceName: name, operation: OPERATIONS[operation] },
  resourcePatternType: isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  ...{ principal: `User:${USER}`, host: '*', permissionType: AclPermissionTypes.ALLOW },
});
