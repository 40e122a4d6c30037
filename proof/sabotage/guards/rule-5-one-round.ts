/** Rule 5: one round at a time, and nothing cached over a recovery. */
import type { Guard } from '../guard.ts';

const TASK = 'src/pipeline/task.ts';
const TASK_TEST = 'test/unit/pipeline/task.test.ts';

export const oneRound: readonly Guard[] = [
  {
    name: 'The next round of a task begins before the commit of the last.',
    rule: '5',
    edits: [
      {
        file: TASK,
        find: 'task = await this.#processed(task, batches);',
        replace: 'void this.#processed(task, batches).catch(() => undefined);',
      },
      // A round and the steps of a sweep take turns, which would hold the next round as well.
      { file: TASK, find: 'await (this.#sweeper?.round(round) ?? round())', replace: 'await round()' },
    ],
    caughtBy: {
      file: TASK_TEST,
      test: 'takes the next batch while one is in work, and works on it only after the commit',
    },
  },
  {
    name: 'The cache survives a recovery.',
    rule: '5',
    edits: [
      {
        file: TASK,
        find: `cause, error });
    this.#context.cache.drop(this.partition);
`,
        replace: `cause, error });
`,
      },
    ],
    caughtBy: {
      file: 'test/integration/protocol.test.ts',
      test: 'forgets what it had cached when it recovers, and goes on at the committed offset',
    },
  },
  {
    name: 'The cache keeps what a round put in while its task was closing.',
    rule: '5',
    edits: [
      {
        file: TASK,
        find: `stale by the time the partition comes back.
    this.#context.cache.drop(this.partition);
`,
        replace: `stale by the time the partition comes back.
`,
      },
    ],
    caughtBy: { file: TASK_TEST, test: 'leaves nothing in the cache, a round that was under way included' },
  },
  {
    name: 'A second drop does not hide what was cached since the first.',
    rule: '5',
    edits: [
      {
        file: 'src/pipeline/cache.ts',
        find: 'generations.set(partition, (generations.get(partition) ?? 0) + 1)',
        replace: 'generations.set(partition, 1)',
      },
    ],
    caughtBy: {
      file: 'test/unit/pipeline/task.test.ts',
      test: 'leaves nothing in the cache, a round that was under way included',
    },
  },
  {
    name: 'The producer that failed stays open.',
    rule: '5',
    edits: [
      {
        file: TASK,
        find: `    await task.producer.close();
    return this.#opened(cause);
`,
        replace: `    return this.#opened(cause);
`,
      },
    ],
    caughtBy: { file: TASK_TEST, test: 'closes the producer that failed before it asks the group and opens another' },
  },
];
