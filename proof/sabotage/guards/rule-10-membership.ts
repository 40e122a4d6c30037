/** Rule 10: a member that may have lost a task asks before it fences, and lets go in time. */
import type { Guard } from '../guard.ts';

const TASK = 'src/pipeline/task.ts';
const TASK_TEST = 'test/unit/pipeline/task.test.ts';
const HEARTBEATS = 'src/adapters/kafka/heartbeats.ts';
const HEARTBEATS_TEST = 'test/unit/kafka/heartbeats.test.ts';
const PROCESSOR = 'src/pipeline/processor.ts';
const PROCESSOR_TEST = 'test/unit/pipeline/processor.test.ts';
const RELEASE = 'if (!kept || !partitions.includes(partition)) this.#release(task);';

export const membership: readonly Guard[] = [
  {
    name: 'A task fences again without asking the group.',
    rule: '10',
    edits: [{ file: TASK, find: '          await membership.confirmed(signal);\n', replace: '' }],
    caughtBy: {
      file: TASK_TEST,
      test: 'does not open again while the group has not confirmed it, and says nothing after it is closed',
    },
  },
  {
    name: 'One acknowledged heartbeat is enough of an answer.',
    rule: '10',
    edits: [{ file: HEARTBEATS, find: 'const ACKNOWLEDGEMENTS = 2;', replace: 'const ACKNOWLEDGEMENTS = 1;' }],
    caughtBy: {
      file: HEARTBEATS_TEST,
      test: 'is not the first acknowledgement, which may answer a heartbeat sent before it was asked',
    },
  },
  {
    name: 'A closed task waits on for the word of the group.',
    rule: '10',
    edits: [
      { file: HEARTBEATS, find: "      signal.addEventListener('abort', abort, { once: true });\n", replace: '' },
    ],
    caughtBy: { file: HEARTBEATS_TEST, test: 'is no longer waited for once the task closes' },
  },
  {
    name: 'A handler that hangs keeps its membership for ever.',
    rule: '10',
    edits: [
      {
        file: HEARTBEATS,
        find: 'const deadline = setTimeout(() => clearInterval(timer), deadlineMs);',
        replace: 'const deadline = setTimeout(() => undefined, deadlineMs);',
      },
    ],
    caughtBy: { file: HEARTBEATS_TEST, test: 'that hangs loses it' },
  },
  {
    name: 'A member that was kicked keeps its tasks.',
    rule: '10',
    edits: [{ file: PROCESSOR, find: RELEASE, replace: 'if (!partitions.includes(partition)) this.#release(task);' }],
    caughtBy: {
      file: PROCESSOR_TEST,
      test: 'are all closed and opened anew when it was kicked, the same partitions too',
    },
  },
  {
    name: 'A revoked task goes on.',
    rule: '10',
    edits: [{ file: PROCESSOR, find: RELEASE, replace: 'if (!kept) this.#release(task);' }],
    caughtBy: { file: PROCESSOR_TEST, test: 'that stay with it are not opened again by a rebalance' },
  },
  {
    name: 'Every rebalance opens every task anew.',
    rule: '10',
    edits: [{ file: PROCESSOR, find: RELEASE, replace: 'this.#release(task);' }],
    caughtBy: { file: PROCESSOR_TEST, test: 'that stay with it are not opened again by a rebalance' },
  },
  {
    name: 'A member stops without waiting for its tasks.',
    rule: '10',
    edits: [{ file: PROCESSOR, find: '    await Promise.all(this.#closing);\n', replace: '' }],
    caughtBy: {
      file: PROCESSOR_TEST,
      test: 'touch nothing any more once it has stopped, those let go before included',
    },
  },
  {
    name: 'No pause on a partition that is not ours.',
    rule: '10',
    edits: [{ file: PROCESSOR, find: '    await this.#context.clock.sleep(UNASSIGNED_PAUSE_MS);\n', replace: '' }],
    caughtBy: {
      file: PROCESSOR_TEST,
      test: 'have no room for partitions that it does not own, and it does not spin on them',
    },
  },
  {
    name: 'A closed task takes a batch.',
    rule: '10',
    edits: [{ file: TASK, find: "    if (this.#closing.signal.aborted) return 'full';\n", replace: '' }],
    caughtBy: { file: TASK_TEST, test: 'has no room any more once it is closed' },
  },
];
