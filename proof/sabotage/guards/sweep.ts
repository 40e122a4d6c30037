/** Sweeps of dead letters: what has to go goes, and nothing else, whatever happens meanwhile. */
import type { Guard } from '../guard.ts';

const SWEEP = 'src/pipeline/sweep.ts';
const LETTERS = 'src/pipeline/letters.ts';
const BOX = 'src/commands/dead-letter-box.ts';
const LOG = 'src/adapters/kafka/letter-log.ts';
const SERVERS = 'test/integration/sweep.test.ts';
const UNIT = 'test/unit/pipeline/letters.test.ts';
const SWEEPER_TEST = 'test/unit/pipeline/sweeper.test.ts';
const CRASHES = { file: SERVERS, test: 'is done again, and loses and doubles nothing' };

export const sweep: readonly Guard[] = [
  {
    name: 'Letters are deleted before those that stay are copied.',
    rule: 'erasure',
    edits: [
      {
        file: SWEEP,
        find: "  await context.passed('letters-found', partition);\n",
        replace:
          "  await context.sweeping.letters.deleteBefore(topic, partition, found.last + 1);\n  await context.passed('letters-found', partition);\n",
      },
    ],
    caughtBy: CRASHES,
  },
  {
    name: 'What a broken sweep has copied is copied again by the next.',
    rule: 'erasure',
    edits: [{ file: SWEEP, find: 'if (behind.has(identity)) return false;', replace: '' }],
    caughtBy: CRASHES,
  },
  {
    name: 'A sweep is noted as done before it is.',
    rule: 'erasure',
    edits: [
      {
        file: SWEEP,
        find: '  const counts: Counts[] = [];\n',
        replace: '  await marks.write(name, latest);\n  const counts: Counts[] = [];\n',
      },
    ],
    caughtBy: CRASHES,
  },
  {
    name: 'A letter that is being moved is listed twice.',
    rule: 'erasure',
    edits: [
      {
        file: BOX,
        find: 'letters.set(coordinatesText(placeOf(record)), letterOf(record))',
        replace: 'letters.set(coordinatesText(record), letterOf(record))',
      },
    ],
    caughtBy: CRASHES,
  },
  {
    name: 'A letter goes by where it lies.',
    rule: 'erasure',
    edits: [{ file: LETTERS, find: 'offsetIn(headers, FIRST_OFFSET) ?? offset', replace: 'offset' }],
    caughtBy: { file: UNIT, test: 'goes by its first offset, however often it is moved' },
  },
  {
    name: 'A letter begins to age anew when it is moved.',
    rule: 'erasure',
    edits: [
      {
        file: LETTERS,
        find: 'return { topic, key, value, timestamp, headers:',
        replace: 'void timestamp;\n  return { topic, key, value, headers:',
      },
    ],
    caughtBy: { file: SERVERS, test: 'takes the letters of who was erased, and leaves all others as they are' },
  },
  {
    name: 'Upstream may pass one message off as the letter of another.',
    rule: 'erasure',
    edits: [{ file: 'src/pipeline/dead-letter.ts', find: 'name !== FIRST_OFFSET', replace: 'name !== ""' }],
    caughtBy: { file: UNIT, test: 'of a message that claims to be another letter goes by its own offset' },
  },
  {
    name: 'A letter that was moved behind its note waits again.',
    rule: 'erasure',
    edits: [
      { file: BOX, find: 'else redriven.add(noted);', replace: 'else if (letters.has(noted)) redriven.add(noted);' },
    ],
    caughtBy: { file: SERVERS, test: 'leaves redriven what is moved behind its note' },
  },
  {
    name: 'Whoever has lost the task sweeps on.',
    rule: 'erasure',
    edits: [
      {
        file: SWEEP,
        find: 'if (!(await context.epochs.confirm(name, task.epoch)))',
        replace: 'if (!(await context.epochs.confirm(name, task.epoch)) && name === "")',
      },
    ],
    caughtBy: { file: SWEEPER_TEST, test: 'end with a member that another one has taken the task from' },
  },
  {
    name: 'A round that does not know of the erasure yet writes its letters behind the sweep.',
    rule: 'erasure',
    edits: [
      {
        file: SWEEP,
        find: 'await between(() => letters.extents(task.partition))',
        replace: 'await letters.extents(task.partition)',
      },
    ],
    caughtBy: { file: SWEEPER_TEST, test: 'do not look where letters end while a round is at work' },
  },
  {
    name: 'Letters behind an open transaction are not there.',
    rule: 'erasure',
    edits: [
      { file: 'src/adapters/kafka/cluster.ts', find: 'readUncommitted: true', replace: 'readUncommitted: false' },
    ],
    caughtBy: { file: SERVERS, test: 'waits for letters behind a transaction that is still open' },
  },
  {
    name: 'What was not read to its end counts as read.',
    rule: 'erasure',
    edits: [{ file: LOG, find: 'if (signal.aborted) throw', replace: 'if (signal.aborted && end < 0) throw' }],
    caughtBy: { file: SERVERS, test: 'that is broken off is not taken for done' },
  },
  {
    name: 'Nobody hears of an erasure that a task has just carried out.',
    rule: 'erasure',
    edits: [{ file: 'src/pipeline/round.ts', find: 'if (merged.erases > 0) task.onErased?.();', replace: '' }],
    caughtBy: { file: SERVERS, test: 'is asked for by the round that has carried out an erasure' },
  },
  {
    name: 'A customer is looked for by the key only.',
    rule: 'erasure',
    edits: [
      {
        file: SWEEP,
        find: 'aboutOf(readableKey(letter.key), sweeping.decoder.decode(message.topic, letter.value))',
        replace: 'aboutOf(readableKey(letter.key), sweeping.decoder.decode(message.topic, null))',
      },
    ],
    caughtBy: { file: SERVERS, test: 'takes also what names the customer in its value only' },
  },
  {
    name: 'An erasure is called done while letters are left.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/commands/erase-outcome.ts',
        find: '(await sight.unswept(mark)) === 0',
        replace: '(await sight.unswept(mark)) >= 0',
      },
    ],
    caughtBy: {
      file: 'test/integration/erase.test.ts',
      test: 'has a customer forgotten, and comes back once everybody was told',
    },
  },
  {
    name: 'An erasure that is refused is waited for.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/commands/erase-outcome.ts',
        find: "refusal === null ? { state: 'asked' }",
        replace: "refusal?.reason !== '' ? { state: 'asked' }",
      },
    ],
    caughtBy: { file: 'test/integration/erase.test.ts', test: 'says that a legal hold has it refused, and fails' },
  },
];
