/** Who gets which tasks. */
import type { Guard } from '../guard.ts';

const PROTOCOL = 'src/adapters/kafka/assignor-protocol.ts';
const PROTOCOL_TEST = 'test/unit/kafka/assignor-protocol.test.ts';
const PLAN = 'src/pipeline/assignor.ts';
const PLAN_TEST = 'test/property/assignor.test.ts';

export const assignor: readonly Guard[] = [
  {
    name: 'Partition p of one topic goes elsewhere than that of the other.',
    rule: 'assignor',
    edits: [
      {
        file: PROTOCOL,
        find: 'counts.map(({ topic, count }) => [topic, tasks.filter((partition) => partition < count)]),',
        replace: 'counts.map(({ topic, count }, index) => [topic, tasks.map((task) => (task + index) % count)]),',
      },
    ],
    caughtBy: {
      file: PROTOCOL_TEST,
      test: 'gives the same partitions of every topic to a member, and those that it had',
    },
  },
  {
    name: 'Partitions are assigned that a topic does not have.',
    rule: 'assignor',
    edits: [{ file: PROTOCOL, find: 'tasks.filter((partition) => partition < count)', replace: 'tasks' }],
    caughtBy: {
      file: PROTOCOL_TEST,
      test: 'assigns of topics with unequal partition counts those that exist, each once',
    },
  },
  {
    name: 'A topic without metadata ends the consumer.',
    rule: 'assignor',
    edits: [{ file: PROTOCOL, find: '    return 0;\n', replace: "    throw new Error('no metadata');\n" }],
    caughtBy: { file: PROTOCOL_TEST, test: 'assigns what there is while the cluster does not know a topic yet' },
  },
  {
    name: 'The claim of a member that was kicked counts.',
    rule: 'assignor',
    edits: [{ file: PROTOCOL, find: 'fresh: claim.memberId === memberId', replace: 'fresh: true' }],
    caughtBy: { file: PROTOCOL_TEST, test: 'ranks the claim of a member that was kicked behind that of the owner' },
  },
  {
    name: 'A stale claim ranks as high as a fresh one.',
    rule: 'assignor',
    edits: [{ file: PLAN, find: '  Number(b.fresh) - Number(a.fresh) || (a', replace: '  (a' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'believes the present owner rather than a member that was kicked out and claims the same',
    },
  },
  {
    name: 'Claims are not heeded: tasks move for nothing.',
    rule: 'assignor',
    edits: [
      { file: PLAN, find: 'const claimed = new Set(owned);', replace: 'const claimed = new Set(owned.slice(0, 0));' },
    ],
    caughtBy: { file: PLAN_TEST, test: 'moves only the tasks of those who leave' },
  },
  {
    name: 'Two members that claim one task both get it.',
    rule: 'assignor',
    edits: [{ file: PLAN, find: '    free = free.filter((task) => !claimed.has(task));\n', replace: '' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'gives every task to exactly one member, in balanced shares, whatever the members claim',
    },
  },
  {
    name: 'The plan depends on the order in which members are listed.',
    rule: 'assignor',
    edits: [{ file: PLAN, find: 'members.toSorted(byRank)', replace: 'members' }],
    caughtBy: { file: PLAN_TEST, test: 'does not depend on the order in which the members are listed' },
  },
];
