/** What clients and database would do if they were left to themselves. */
import type { Guard } from '../guard.ts';

const ABORTED = 'node_modules/kafkajs/src/consumer/filterAbortedMessages.js';
const RECORD = 'node_modules/kafkajs/src/protocol/recordBatch/record/v0/index.js';
const PATCHES_TEST = 'test/unit/kafkajs-patches.test.ts';
const KEYS = 'src/adapters/mongodb/keys.ts';
const KEYS_TEST = 'test/unit/mongodb/keys.test.ts';
const CLIENT = 'src/adapters/mongodb/client.ts';
const OUTAGES_TEST = 'test/faults/outages.test.ts';
const HUNG = 'a mongodb that hangs is noticed by the driver’s watch, long before the time of an operation is over';

export const adapters: readonly Guard[] = [
  {
    name: 'Secrets stay in the environment, and so in reports.',
    rule: 'adapters',
    edits: [{ file: 'src/commands/run.ts', find: '  forgetSecrets(process.env);\n', replace: '' }],
    caughtBy: {
      file: 'test/integration/crash-report.test.ts',
      test: 'a diagnostic report of a member, its command line and its log hold no secret',
    },
  },
  {
    name: 'Nobody is told that letters cannot be deleted.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/adapters/kafka/permissions.ts',
        find: "['Read', 'Write', 'Delete', 'DescribeConfigs'];",
        replace: "['Read', 'Write', 'DescribeConfigs'];",
      },
    ],
    caughtBy: { file: 'test/integration/security/permissions.test.ts', test: 'with exactly these a member works' },
  },
  {
    name: 'What the broker refuses is taken for permitted.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/adapters/kafka/permissions.ts',
        find: 'if (refusal === REFUSALS[permission.resource]) missing',
        replace: 'if (refusal === permission.resource) missing',
      },
    ],
    caughtBy: {
      file: 'test/integration/security/permissions.test.ts',
      test: 'check names each permission that is missing in Kafka, and nothing else',
    },
  },
  {
    name: 'What nobody can tell of permissions is not said.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/adapters/kafka/permissions.ts',
        find: "else if (refusal === REFUSALS['transactional-id']) unknown.push(permission);",
        replace: '',
      },
    ],
    caughtBy: { file: 'test/integration/security/permissions.test.ts', test: 'check names all at once' },
  },
  {
    name: 'A member that cannot join asks again at once, for ever.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/adapters/kafka/group-member.ts',
        find: 'this.#fetches ? 1 : attempt + 1',
        replace: 'this.#fetches ? 1 : 1',
      },
    ],
    caughtBy: {
      file: 'test/integration/security/permissions.test.ts',
      test: 'says so now and then, and goes on once it may',
    },
  },
  {
    name: 'Whatever ends a membership is an outage.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/commands/compose.ts',
        find: 'reason: codeOf(event.reason) });',
        replace: "reason: codeOf(event.reason && 'an outage') });",
      },
    ],
    caughtBy: {
      file: 'test/integration/security/permissions.test.ts',
      test: 'says so now and then, and goes on once it may',
    },
  },
  {
    name: 'A privilege on another collection will do.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/adapters/mongodb/privileges.ts',
        find: "[wanted, ''].includes(collection ?? 'none')",
        replace: "(wanted !== '' || [wanted, ''].includes(collection ?? 'none'))",
      },
    ],
    caughtBy: { file: 'test/unit/permissions.test.ts', test: 'is all of it with the right' },
  },
  {
    name: 'What came in compressed is sent on as large as it is.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/adapters/kafka/producer.ts',
        find: 'isOversized ?',
        replace: 'isOversized && partition < 0 ?',
      },
    ],
    caughtBy: {
      file: 'test/integration/rekeyed-inputs.test.ts',
      test: 'go on compressed, or to the dead letters, where they came in so and are too large otherwise',
    },
  },
  {
    name: 'A publisher that may not write stays connected.',
    rule: 'adapters',
    edits: [
      {
        file: 'src/adapters/kafka/publisher.ts',
        find: 'await producer.disconnect().catch(() => undefined);',
        replace: '',
      },
    ],
    caughtBy: { file: 'test/integration/security/command-permissions.test.ts', test: 'refresh' },
  },
  {
    name: 'Aborted transactions are taken in the order in which the broker lists them.',
    rule: 'adapters',
    edits: [{ file: ABORTED, find: '.sort(byFirstOffset)', replace: '' }],
    caughtBy: {
      file: PATCHES_TEST,
      test: 'sees no message of an aborted transaction when the one listed first began later',
    },
  },
  {
    name: 'One message begins one aborted transaction at the most.',
    rule: 'adapters',
    edits: [{ file: ABORTED, find: '    while (\n', replace: '    if (\n' }],
    caughtBy: {
      file: PATCHES_TEST,
      test: 'sees no message of several transactions that began before what it fetched',
    },
  },
  {
    name: 'A message with a certain key ends an aborted transaction.',
    rule: 'adapters',
    edits: [{ file: ABORTED, find: 'isControlRecord && key &&', replace: 'key &&' }],
    caughtBy: { file: PATCHES_TEST, test: 'takes no message for the end of its transaction, whatever its key' },
  },
  {
    name: 'A header without a value cannot be sent on.',
    rule: 'adapters',
    edits: [{ file: RECORD, find: 'if (header.value === null) {', replace: 'if (header.value === undefined) {' }],
    caughtBy: { file: PATCHES_TEST, test: 'may have headers without a value' },
  },
  {
    name: 'The keys of links are printed.',
    rule: 'adapters',
    edits: [{ file: 'src/config.ts', find: 'config.linkKeys.map(() => HIDDEN)', replace: 'config.linkKeys' }],
    caughtBy: { file: 'test/unit/config.test.ts', test: 'shows no secret, whichever setting it is of' },
  },
  {
    name: 'The escape itself is not escaped.',
    rule: 'adapters',
    edits: [{ file: KEYS, find: ", '%': '%25'", replace: '' }],
    caughtBy: { file: KEYS_TEST, test: 'is found again as it was' },
  },
  {
    name: 'A dot in an identifier is a path.',
    rule: 'adapters',
    edits: [{ file: KEYS, find: "'.': '%2E', ", replace: '' }],
    caughtBy: { file: KEYS_TEST, test: 'never reads as a path, an operator or nothing' },
  },
  {
    name: 'The driver watches the server as seldom as by default.',
    rule: 'adapters',
    edits: [{ file: CLIENT, find: '    heartbeatFrequencyMS: 2_000,\n', replace: '' }],
    caughtBy: { file: OUTAGES_TEST, test: HUNG },
  },
  {
    name: 'The driver reads again by itself.',
    rule: 'adapters',
    edits: [{ file: CLIENT, find: 'retryReads: false,', replace: 'retryReads: true,' }],
    caughtBy: { file: OUTAGES_TEST, test: HUNG },
  },
];
