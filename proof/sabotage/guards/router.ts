import type { Guard } from '../guard.ts';

const DECODE = 'src/pipeline/decode.ts';
const ROUTER = 'src/pipeline/router.ts';
const ROUTER_TEST = 'test/unit/pipeline/router.test.ts';
const ON_SERVERS = 'test/integration/rekeyed-inputs.test.ts';

export const router: readonly Guard[] = [
  {
    name: 'What is to be sent on is not in the transaction that commits it.',
    rule: 'router',
    edits: [{ file: 'src/pipeline/round.ts', find: ' ...decoded.routed,', replace: '' }],
    caughtBy: { file: ON_SERVERS, test: 'reach their customer from every partition, as they are, and once' },
  },
  {
    name: 'What is sent on stays in the partition where it arrived.',
    rule: 'router',
    edits: [
      {
        file: ROUTER,
        find: 'partition: partitionOf(customerId)',
        replace: 'partition: record.partition + 0 * partitionOf(customerId)',
      },
    ],
    caughtBy: {
      file: ROUTER_TEST,
      test: 'goes on as it is to the partition of its customer, and says where it comes from',
    },
  },
  {
    name: 'Whoever publishes may say where a message comes from.',
    rule: 'router',
    edits: [
      {
        file: ROUTER,
        find: '{ ...record.headers, ...originOf(record) }',
        replace: '{ ...originOf(record), ...record.headers }',
      },
    ],
    caughtBy: {
      file: ROUTER_TEST,
      test: 'goes on as it is to the partition of its customer, and says where it comes from',
    },
  },
  {
    name: 'The key of a rekeyed input has to be its customer.',
    rule: 'router',
    edits: [
      { file: ROUTER, find: 'isKeyedOtherwise: router.routes.has(record.topic)', replace: 'isKeyedOtherwise: false' },
    ],
    caughtBy: { file: ROUTER_TEST, test: 'may have any key:' },
  },
  {
    name: 'The key of a refused message of a rekeyed input counts as its customer.',
    rule: 'router',
    edits: [
      {
        file: DECODE,
        find: 'if (topic === links.topic || route !== undefined || arrival.isMisplaced) continue;',
        replace: 'if (topic === links.topic || arrival.isMisplaced) continue;',
      },
    ],
    caughtBy: { file: ROUTER_TEST, test: 'is refused where it arrives, and its key names no customer:' },
  },
  {
    name: 'What was sent on is judged by when that was.',
    rule: 'router',
    edits: [
      {
        file: ROUTER,
        find: 'recordTimestamp: sentAt(router, record)',
        replace: 'recordTimestamp: record.timestamp + 0 * sentAt(router, record)',
      },
    ],
    caughtBy: {
      file: ROUTER_TEST,
      test: 'is judged as of when it arrived, however much earlier or later it was sent on',
    },
  },
  {
    name: 'Whoever publishes may say when a message was sent.',
    rule: 'router',
    edits: [
      { file: ROUTER, find: ' || ![...routes.values()].includes(topic)', replace: ' || (routes.size < 0 && topic)' },
    ],
    caughtBy: { file: ROUTER_TEST, test: 'is judged by its own time:' },
  },
  {
    name: 'Members may disagree about what is rekeyed.',
    rule: 'router',
    edits: [
      {
        file: 'src/adapters/mongodb/database.ts',
        find: " and ${rekeyed.toSorted().join(',') || 'no'} input rekeyed`",
        replace: '`.slice(0, rekeyed.length > 1e9 ? 0 : undefined)',
      },
    ],
    caughtBy: {
      file: 'test/integration/profile-store.test.ts',
      test: 'one group a database, one partition count, and one way to read its inputs',
    },
  },
  {
    name: 'A message that is as large as it may be does not fit where it is sent on.',
    rule: 'router',
    edits: [{ file: 'src/domain/contracts.ts', find: 'isCopy ? 2 * MiB : MiB', replace: 'isCopy ? MiB : MiB' }],
    caughtBy: {
      file: 'test/unit/contracts.test.ts',
      test: 'lets a refused message of the largest size fit with its headers',
    },
  },
  {
    name: 'A message may come to a task that does not own its customer.',
    rule: 'router',
    edits: [
      {
        file: 'src/domain/refusal.ts',
        find: "isMisplaced && inbound.type !== 'CustomerLink'",
        replace: 'isMisplaced && inbound.type !== inbound.type',
      },
    ],
    caughtBy: { file: ROUTER_TEST, test: 'is refused, whoever publishes it' },
  },
  {
    name: 'What is refused where it does not belong counts for the customer of its key.',
    rule: 'router',
    edits: [{ file: DECODE, find: ' || arrival.isMisplaced) continue;', replace: ') continue;' }],
    caughtBy: { file: ROUTER_TEST, test: 'counts for no customer, for whatever reason it is refused:' },
  },
  {
    name: 'A misplaced message is sent again to where it was.',
    rule: 'router',
    edits: [
      {
        file: 'src/commands/dead-letter-box.ts',
        find: '(record.key && place(source.topic, String(record.key))) ?? record.partition',
        replace: 'record.partition + 0 * (place(source.topic, "") ?? 0)',
      },
    ],
    caughtBy: {
      file: 'test/unit/dead-letter-box.test.ts',
      test: 'go where their key belongs, and where they were when it says nothing',
    },
  },
];
