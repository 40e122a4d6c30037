/** What a member has to be allowed: what `check` finds missing, and how an administrator gives it. */
import type { KafkaPermission } from '../adapters/kafka/permissions.ts';
import type { Privilege } from '../adapters/mongodb/privileges.ts';
import type { Check } from './checks.ts';

const PRINCIPAL = 'User:member';

/** `unknown`: nobody can tell before those that are missing are given. */
export const permissionChecks = (missing: readonly KafkaPermission[], unknown: readonly KafkaPermission[]): Check[] => [
  ...missing.map((permission): Check => {
    const what = `no permission to ${permission.operation} on ${placeOf(permission)}`;
    return { area: 'kafka', status: 'fail', code: 'PERMISSION_MISSING', what, todo: aclCommand(permission) };
  }),
  ...unknown.map((permission): Check => {
    const what = `nobody knows whether there is permission to ${permission.operation} on ${placeOf(permission)}`;
    return { area: 'kafka', status: 'warn', what, todo: 'check again once the transactional id may be used' };
  }),
];

const placeOf = ({ resource, name, isPrefix }: KafkaPermission): string => `${resource} ${name}${isPrefix ? '*' : ''}`;

export const privilegeChecks = (database: string, missing: readonly Privilege[]): Check[] =>
  missing.map(({ collection, actions }): Check => {
    const grant = JSON.stringify([privilegeOn(database, { collection, actions })]);
    return {
      ...{ area: 'mongodb', status: 'fail', code: 'PERMISSION_MISSING' },
      what: `no permission to ${actions.join(', ')} in collection ${collection}`,
      todo: `db.grantPrivilegesToRole('member', ${grant})`,
    };
  });

const aclCommand = ({ resource, name, isPrefix, operation }: KafkaPermission): string =>
  `kafka-acls --add --allow-principal ${PRINCIPAL} --operation ${operation} --${resource} '${name}'` +
  (isPrefix ? ' --resource-pattern-type prefixed' : '');

export const privilegeOn = (db: string, { collection, actions }: Privilege) => ({
  resource: { db, collection },
  actions: [...actions],
});

/** As lines for a shell of Kafka, and for one of MongoDB. */
export const permissionCommands = (
  database: string,
  ofKafka: readonly KafkaPermission[],
  ofMongo: readonly Privilege[],
): string[] => [
  `# Kafka: with --bootstrap-server, and your principal instead of ${PRINCIPAL}`,
  ...ofKafka.map(aclCommand),
  '',
  '// MongoDB: in mongosh, as whoever administers users',
  `use ${database}`,
  "db.createRole({ role: 'member', roles: [], privileges: [",
  ...ofMongo.map((privilege) => `  ${JSON.stringify(privilegeOn(database, privilege))},`),
  '] })',
];
