/** Commands work with exactly the permissions that docs/permissions.md lists for them, and with none they say what they lack. */
import { readFileSync } from 'node:fs';
import { encodedFor } from '../../../proof/faults/retained.ts';
import { READER_GROUPS } from '../../../src/adapters/kafka/reader.ts';
import { startChild } from '../../helpers/child.ts';
import { type Allowed, type Confined, startConfined } from '../../helpers/confined.ts';
import { aContract } from '../../helpers/domain.ts';

const CUSTOMER = 'c-1';
const RETENTION = { RETENTION_FILE: 'proof/faults/retention.json' };
const NEW = 'not.there.yet.';

const LINE = /^\| `(?<name>[a-z -]+)` +\| (?<kafka>[^|]*)\| (?<collections>[^|]*)\|/;
/** What is listed for each command. */
const listed = new Map(
  readFileSync('docs/permissions.md', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const { name = '', kafka = '', collections = '' } = LINE.exec(line)?.groups ?? {};
      return name === '' ? [] : [[name, { kafka: kafka.trim(), collections: namesIn(collections) }] as const];
    }),
);

let confined: Confined;

beforeAll(async () => {
  confined = await startConfined();
  const { scenario, unconfined } = confined;
  scenario.memberWith(unconfined);
  const known = encodedFor(scenario, aContract({ customerId: CUSTOMER }));
  await scenario.publish([known, { ...known, value: Buffer.from('no event') }]);
  await scenario.drained();
}, 120_000);
afterAll(() => confined.stop());

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** `Read, Write on topics `a`, `b`; Read on group `g`*`: as the table has it. */
const permissions = (cell: string): Allowed[] =>
  cell.split('; ').flatMap((each) => {
    const {
      operations = '',
      kind = '',
      names = '',
    } = /^(?<operations>[A-Za-z, ]+) on (?<kind>topics?|groups?|transactional ids?) (?<names>.*)$/.exec(each)?.groups ??
    {};
    const resource = kind.startsWith('transactional')
      ? 'transactional-id'
      : kind.startsWith('group')
        ? 'group'
        : 'topic';
    return namesIn(names).flatMap((name) =>
      operations.split(', ').map((operation) => allowed(resource, name, operation as Allowed['operation'])),
    );
  });

const allowed = (resource: Allowed['resource'], name: string, operation: Allowed['operation']): Allowed => {
  const { TOPIC_PREFIX: prefix = '', CONSUMER_GROUP: group = '' } = confined.scenario.env;
  const isPrefix = name.endsWith('*') && { isPrefix: true as const };
  const named = name.replace(/\*$/, '').replace('<CONSUMER_GROUP>', group);
  if (resource !== 'topic') return { resource, name: named, operation, ...isPrefix };
  const ofTopic = operation === 'Create' || named === '' ? NEW : prefix + named;
  return { resource, name: ofTopic, operation, ...isPrefix };
};

const command = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
  const child = startChild(['src/main.ts', ...args], { ...confined.scenario.env, ...more });
  return { ...(await child.ended), output: child.output() };
};

it.each([
  ['get', [CUSTOMER], {}, /PERMISSION_MISSING/],
  ['export', [CUSTOMER], {}, /PERMISSION_MISSING/],
  ['watch', ['--from-beginning', '--limit', '1'], {}, /TOPIC_MISSING/],
  ['refresh', [CUSTOMER, '--yes'], {}, /PERMISSION_MISSING/],
  ['retention', ['--yes'], RETENTION, /PERMISSION_MISSING/],
  ['retention decisions', [], {}, /PERMISSION_MISSING/],
  ['dead-letters list', [], {}, /No dead letters/],
  ['dead-letters redrive', ['--all', '--yes'], {}, /Nothing to send/],
  ['topics', ['--yes', '--partitions', '1'], { TOPIC_PREFIX: NEW }, /TOPIC_AUTHORIZATION_FAILED|PERMISSION_MISSING/],
  ['erase', [CUSTOMER, '--yes', '--timeout', '60'], {}, /TOPIC_MISSING|PERMISSION_MISSING/],
])(
  '%s',
  async (name, args, more, refusal) => {
    const { kafka, collections } = listed.get(name) ?? { kafka: '', collections: [] };
    expect((await command([...name.split(' '), ...args], more)).output).toMatch(refusal);
    const needed = permissions(kafka);
    await confined.allow(needed);
    await confined.grant(collections.map((collection) => ({ collection, actions: ['find'] })));
    const { code, output } = await command([...name.split(' '), ...args], more);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).not.toMatch(refusal);
    await confined.forbid(needed);
    await confined.grant([]);
  },
  120_000,
);

it('no command leaves a group behind that reads', async () => {
  const { groups } = await confined.admin.listGroups();
  expect(groups.filter(({ groupId }) => groupId.startsWith(READER_GROUPS))).toEqual([]);
});
