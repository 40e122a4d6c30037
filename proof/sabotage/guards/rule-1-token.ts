/** Rule 1: taking a task. */
import type { Guard } from '../guard.ts';

const PROTOCOL = 'test/integration/protocol.test.ts';
const OPEN = 'src/pipeline/open.ts';

export const token: readonly Guard[] = [
  {
    name: 'A token is smaller than those of other tasks, whose documents it may meet.',
    rule: '1',
    edits: [
      { file: 'src/adapters/mongodb/epochs.ts', find: 'highest?.epoch ?? 1', replace: '0 * (highest?.epoch ?? 1)' },
    ],
    caughtBy: {
      file: 'test/integration/profile-store.test.ts',
      test: 'are no smaller than those of others, whose documents a task may find',
    },
  },
  {
    name: 'A release takes what a newer one has had, and may misread it.',
    rule: '1',
    edits: [
      { file: 'src/adapters/mongodb/epochs.ts', find: "{ $gt: ['$format', format] }", replace: 'false' },
      {
        file: 'src/adapters/mongodb/epochs.ts',
        find: '(taken.format ?? 0) > format',
        replace: '(taken.format ?? 0) > 99',
      },
    ],
    caughtBy: {
      file: 'test/integration/profile-store.test.ts',
      test: 'are not for an older release once a newer one has had the task',
    },
  },
  {
    name: 'The fence only connects: nobody initialises the transactional id.',
    rule: '1',
    edits: [
      {
        file: 'src/adapters/kafka/producer.ts',
        find: `        const transaction = await producer.transaction();
        await transaction.abort();
`,
        replace: '',
      },
    ],
    caughtBy: { file: PROTOCOL, test: 'a predecessor that is still alive can publish nothing any more' },
  },
  {
    name: 'Every producer has a transactional id of its own.',
    rule: '1',
    edits: [
      {
        file: 'src/adapters/kafka/producer.ts',
        find: 'transactionalId: `${group}-${partition}`,',
        replace: 'transactionalId: `${group}-${partition}-${Math.random()}`,',
      },
    ],
    caughtBy: { file: PROTOCOL, test: 'a predecessor that is still alive can publish nothing any more' },
  },
  {
    name: 'The answer to "is the epoch still mine" is ignored.',
    rule: '1',
    edits: [
      {
        file: OPEN,
        find: 'if (!(await epochs.confirm(task, epoch))) {',
        replace: 'if (!(await epochs.confirm(task, epoch)) && epoch < 0) {',
      },
    ],
    caughtBy: { file: PROTOCOL, test: 'a member overtaken after its' },
  },
  {
    name: 'The epoch is taken after the fence.',
    rule: '1',
    edits: [
      {
        file: OPEN,
        find: `  const epoch = await epochs.take(task);
  await passed('epoch-taken', partition);
`,
        replace: '',
      },
      {
        file: OPEN,
        find: `    await passed('fenced', partition);
`,
        replace: `    await passed('fenced', partition);
    const epoch = await epochs.take(task);
    await passed('epoch-taken', partition);
`,
      },
    ],
    caughtBy: { file: PROTOCOL, test: 'a member overtaken after its' },
  },
  {
    name: 'The committed offsets are read before the fence.',
    rule: '1',
    edits: [
      {
        file: OPEN,
        find: `    const position = await offsets.read(partition);
`,
        replace: '',
      },
      {
        file: OPEN,
        find: `    await producer.fence();
`,
        replace: `    const position = await offsets.read(partition);
    await producer.fence();
`,
      },
    ],
    caughtBy: { file: PROTOCOL, test: 'what a predecessor commits until the very fence is not done again' },
  },
  {
    name: 'The epoch is confirmed without comparing it.',
    rule: '1',
    edits: [
      {
        file: 'src/adapters/mongodb/epochs.ts',
        find: '{ _id: task, epoch }, { $set:',
        replace: '{ _id: task }, { $set:',
      },
    ],
    caughtBy: {
      file: 'test/integration/profile-store.test.ts',
      test: 'grow by one for everyone who takes it, and only the last is confirmed',
    },
  },
];
