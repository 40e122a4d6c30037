/** docs/permissions.md says what the code asks for. */
import { readFileSync } from 'node:fs';
import { type KafkaPermission, memberPermissions } from '../../src/adapters/kafka/permissions.ts';
import { MEMBER_PRIVILEGES, missingPrivileges } from '../../src/adapters/mongodb/privileges.ts';
import { permissionChecks, permissionCommands, privilegeChecks } from '../../src/commands/permissions.ts';
import { type Db, MongoServerError } from 'mongodb';
import { kafkaError } from '../../src/adapters/kafka/errors.ts';
import { unavailable } from '../../src/adapters/mongodb/errors.ts';

const rows = readFileSync('docs/permissions.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const codesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
const wordsIn = (cell = ''): string[] => cell.split(', ');

const listed = (all: readonly KafkaPermission[]): string[] =>
  all.map(({ name, operation }) => `${name} ${operation}`).sort();

it('Kafka: of every topic, group and transactional id', () => {
  const own = ['topics', 'group', 'groups', 'transactional'];
  const told = rows
    .filter(([, on = '']) => own.some((word) => on.startsWith(`${word} `)))
    .flatMap(([, on, operations]) =>
      codesIn(on).flatMap((name) => wordsIn(operations).map((each) => `${name} ${each}`)),
    );
  const needed = memberPermissions('<CONSUMER_GROUP>', '', []).map((permission) => ({
    ...permission,
    name: permission.name.endsWith('.dlq') ? '<input>.dlq' : permission.name,
  }));
  const ofRekeyed = ['Read', 'Write', 'DescribeConfigs'].map((each) => `<input>.by-customer ${each}`);
  expect(told.sort()).toEqual([...new Set([...listed(needed), ...ofRekeyed])].sort());
});

it('MongoDB: of every collection', () => {
  const told = rows
    .filter(([, on = '', what = '']) => on.startsWith('`') && /find|insert/.test(what))
    .flatMap(([, on, what]) => codesIn(on).map((collection) => ({ collection, actions: wordsIn(what) })));
  const byName = (a: { collection: string }, b: { collection: string }) => (a.collection < b.collection ? -1 : 1);
  expect(told.sort(byName)).toEqual(MEMBER_PRIVILEGES.toSorted(byName));
});

it('an input that is keyed by something else is read, and what it goes on to is read and written', () => {
  const needed = listed(memberPermissions('group', 'p.', ['order-finalized']));
  expect(needed.filter((each) => each.startsWith('p.order-finalized'))).toEqual([
    'p.order-finalized DescribeConfigs',
    'p.order-finalized Read',
    'p.order-finalized.by-customer DescribeConfigs',
    'p.order-finalized.by-customer Read',
    'p.order-finalized.by-customer Write',
    ...['Delete', 'DescribeConfigs', 'Read', 'Write'].map((each) => `p.order-finalized.by-customer.dlq ${each}`),
    ...['Delete', 'DescribeConfigs', 'Read', 'Write'].map((each) => `p.order-finalized.dlq ${each}`),
  ]);
});

describe('what a user of MongoDB lacks', () => {
  const asked = (users: readonly unknown[], ...privileges: readonly object[]) =>
    missingPrivileges(
      {
        databaseName: 'customers',
        command: () =>
          Promise.resolve({ authInfo: { authenticatedUsers: users, authenticatedUserPrivileges: privileges } }),
      } as unknown as Db,
      [{ collection: 'profiles', actions: ['find', 'update'] }],
    );
  const all = ['find', 'update'];

  it.each([
    ['of the collection', { resource: { db: 'customers', collection: 'profiles' }, actions: all }],
    ['of the database', { resource: { db: 'customers', collection: '' }, actions: all }],
    ['of every database', { resource: { db: '', collection: '' }, actions: all }],
    ['of everything', { resource: { anyResource: true }, actions: all }],
  ])('is nothing with the right %s', async (_, privilege) => {
    expect(await asked([{}], privilege)).toEqual([]);
  });

  it.each([
    ['of another collection', { resource: { db: 'customers', collection: 'links' }, actions: all }],
    ['of another database', { resource: { db: 'others', collection: 'profiles' }, actions: all }],
    ['of the cluster', { resource: { cluster: true }, actions: all }],
  ])('is all of it with the right %s', async (_, privilege) => {
    expect(await asked([{}], privilege)).toEqual([{ collection: 'profiles', actions: all }]);
  });

  it('is what no role gives, each action by itself', async () => {
    const resource = { db: 'customers', collection: 'profiles' };
    expect(await asked([{}], { resource, actions: ['find'] })).toEqual([
      { collection: 'profiles', actions: ['update'] },
    ]);
    expect(await asked([{}], { resource, actions: ['find'] }, { resource, actions: ['update'] })).toEqual([]);
  });

  it('is nothing where nobody has to say who they are', async () => {
    expect(await asked([])).toEqual([]);
  });
});

it('a refusal of Kafka or MongoDB is no outage: a person has to mend it', () => {
  const ofKafka = kafkaError(Object.assign(new Error('x'), { type: 'TOPIC_AUTHORIZATION_FAILED' }), 'x');
  const ofMongo = unavailable(new MongoServerError({ message: 'not authorized on customers', code: 13 }));
  for (const error of [ofKafka, ofMongo]) expect(error).toMatchObject({ code: 'PERMISSION_MISSING', retriable: false });
  expect(ofMongo.message).not.toContain('customers');
  expect(unavailable(new MongoServerError({ message: 'x', code: 18 })).code).toBe('MONGODB_UNAVAILABLE');
});

it('what is missing comes with the command that gives it', () => {
  const missing: KafkaPermission = { resource: 'group', name: 'readers-', isPrefix: true, operation: 'Delete' };
  expect(permissionChecks([missing], [])).toMatchObject([
    {
      ...{ status: 'fail', what: 'no permission to Delete on group readers-*' },
      todo: "kafka-acls --add --allow-principal User:member --operation Delete --group 'readers-' --resource-pattern-type prefixed",
    },
  ]);
  const [check] = privilegeChecks('customers', [{ collection: 'links', actions: ['find', 'insert'] }]);
  expect(check).toMatchObject({ status: 'fail', what: 'no permission to find, insert in collection links' });
  const granted = '{"resource":{"db":"customers","collection":"links"},"actions":["find","insert"]}';
  expect(check?.todo).toBe(`db.grantPrivilegesToRole('member', [${granted}])`);
  const lines = permissionCommands('customers', [missing], [{ collection: 'links', actions: ['find', 'insert'] }]);
  expect(lines).toContain(`  ${granted},`);
});
