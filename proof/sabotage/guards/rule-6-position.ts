/** Rule 6: a task goes on exactly at its committed offsets. */
import type { Guard } from '../guard.ts';

const INBOX = 'src/pipeline/inbox.ts';
const INBOX_TEST = 'test/unit/pipeline/inbox.test.ts';
const TASK = 'src/pipeline/task.ts';
const TASK_TEST = 'test/unit/pipeline/task.test.ts';

export const position: readonly Guard[] = [
  {
    name: 'Records below the position are done again.',
    rule: '6',
    edits: [
      {
        file: 'src/pipeline/round.ts',
        find: 'if (record.offset >= next) records.push(record);',
        replace: 'records.push(record);',
      },
    ],
    caughtBy: { file: TASK_TEST, test: 'does the records of overlapping batches once' },
  },
  {
    name: 'Batches below the position are kept.',
    rule: '6',
    edits: [{ file: INBOX, find: "    if (nextOffset <= next) return 'taken';\n", replace: '' }],
    caughtBy: { file: INBOX_TEST, test: 'accepts and forgets what lies below its position' },
  },
  {
    name: 'A gap before a batch is not noticed.',
    rule: '6',
    edits: [
      { file: INBOX, find: 'if (fetchedOffset > next) {', replace: 'if (fetchedOffset > next && fetchedOffset < 0) {' },
    ],
    caughtBy: {
      file: INBOX_TEST,
      test: 'says once that records are missing before a batch, and takes no more until the position is known again',
    },
  },
  {
    name: 'After a gap the next batch is taken before the offsets are read again.',
    rule: '6',
    edits: [{ file: INBOX, find: '      this.#received = null;\n', replace: '' }],
    caughtBy: {
      file: INBOX_TEST,
      test: 'says once that records are missing before a batch, and takes no more until the position is known again',
    },
  },
  {
    name: 'A rewind keeps what is committed, and what has a gap before it.',
    rule: '6',
    edits: [
      {
        file: INBOX,
        find: '      if (batch.fetchedOffset > next || batch.nextOffset <= next) continue;\n',
        replace: '',
      },
    ],
    caughtBy: {
      file: INBOX_TEST,
      test: 'drops what turns out to be committed, and what the committed offsets leave a gap before',
    },
  },
  {
    name: 'A rewind brings back what has been committed.',
    rule: '6',
    edits: [
      {
        file: INBOX,
        find: `  committed(): void {
    this.#inWork = [];
`,
        replace: `  committed(): void {
`,
      },
    ],
    caughtBy: {
      file: INBOX_TEST,
      test: 'drops what turns out to be committed, and what the committed offsets leave a gap before',
    },
  },
  {
    name: 'No rewind after a recovery.',
    rule: '6',
    edits: [
      {
        file: TASK,
        find: 'this.#inbox.rewind(task.position);',
        replace: 'if (cause === undefined) this.#inbox.rewind(task.position);',
      },
    ],
    caughtBy: {
      file: TASK_TEST,
      test: 'closes the producer that failed before it asks the group and opens another',
    },
  },
  {
    name: 'Any number of batches of a topic wait.',
    rule: '6',
    edits: [
      {
        file: INBOX,
        find: "    if (this.#waiting.some((other) => other.topic === topic)) return 'full';\n",
        replace: '',
      },
    ],
    caughtBy: { file: INBOX_TEST, test: 'has room for one batch of each topic while another is in work' },
  },
  {
    name: 'One round takes every batch that waits.',
    rule: '6',
    edits: [{ file: INBOX, find: 'batches.slice(0, 1)', replace: 'batches' }],
    caughtBy: { file: INBOX_TEST, test: 'works again on what was not committed' },
  },
  {
    name: 'The delay before another attempt does not grow.',
    rule: '6',
    edits: [{ file: TASK, find: '          this.#failures += 1;\n', replace: '' }],
    caughtBy: {
      file: TASK_TEST,
      test: 'waits longer and longer for what keeps failing, whether it opens or not, until a commit',
    },
  },
  {
    name: 'A commit does not reset the delay before another attempt.',
    rule: '6',
    edits: [{ file: TASK, find: '        this.#failures = 0;\n', replace: '' }],
    caughtBy: {
      file: TASK_TEST,
      test: 'waits longer and longer for what keeps failing, whether it opens or not, until a commit',
    },
  },
  {
    name: 'Committed offsets that are no longer in the log raise no alarm.',
    rule: '6',
    edits: [
      {
        file: 'src/adapters/kafka/offsets.ts',
        find: 'committed !== NONE && (committed < low || committed > high);',
        replace: 'committed !== NONE && committed < low && committed > high;',
      },
    ],
    caughtBy: {
      file: 'test/faults/redelivery.test.ts',
      test: 'a member that starts raises an incident and goes on from the start of the log',
    },
  },
  {
    name: 'Aborted messages that the client moved over look like missing records.',
    rule: '6',
    edits: [
      {
        file: 'src/adapters/kafka/group-member.ts',
        find: '    consumer.on(END_BATCH_PROCESS, ({ payload }) => this.#invisible.ended(payload));\n',
        replace: '',
      },
    ],
    caughtBy: {
      file: 'test/faults/upstream.test.ts',
      test: 'transactions of producers, committed and aborted, alone and in turn, are read to the end',
    },
  },
];
