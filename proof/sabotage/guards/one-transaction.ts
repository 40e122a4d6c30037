/** Updates, dead letters and offsets in one transaction. */
import type { Guard } from '../guard.ts';

const ROUND = 'src/pipeline/round.ts';
const PROTOCOL = 'test/integration/protocol.test.ts';
const DEAD_LETTER = 'src/pipeline/dead-letter.ts';
const DEAD_LETTER_TEST = 'test/unit/pipeline/dead-letter.test.ts';
const OUTPUTS = 'outputs.push(...answers, ...decoded.routed, ...letters);';

export const oneTransaction: readonly Guard[] = [
  {
    name: 'The offsets follow in a transaction of their own.',
    rule: 'transaction',
    edits: [
      {
        file: ROUND,
        find: `  await transaction.addOffsets(position);
`,
        replace: `  await transaction.commit();
  const another = await producer.begin();
  await another.addOffsets(position);
`,
      },
      {
        file: ROUND,
        find: `  await passed('offsets-added', partition);
  await transaction.commit();
`,
        replace: `  await passed('offsets-added', partition);
  await another.commit();
`,
      },
    ],
    caughtBy: { file: PROTOCOL, test: 'what an aborted transaction published stays invisible' },
  },
  {
    name: 'The offsets precede in a transaction of their own.',
    rule: 'transaction',
    edits: [
      {
        file: ROUND,
        find: `  await transaction.addOffsets(position);
`,
        replace: '',
      },
      {
        file: ROUND,
        find: `  const transaction = await producer.begin();
`,
        replace: `  const before = await producer.begin();
  await before.addOffsets(position);
  await before.commit();
  const transaction = await producer.begin();
`,
      },
    ],
    caughtBy: {
      file: 'test/proof/simulation.test.ts',
      test: 'keeps its promises through thousands of schedules of faults',
    },
  },
  {
    name: 'Dead letters go in a transaction of their own.',
    rule: 'transaction',
    edits: [
      {
        file: ROUND,
        find: OUTPUTS,
        replace: `const apart = await task.producer.begin();
  await apart.send(letters);
  await apart.commit();
  outputs.push(...answers, ...decoded.routed);`,
      },
    ],
    caughtBy: {
      file: PROTOCOL,
      test: 'a refused record is a dead letter once, in the transaction that publishes its neighbours',
    },
  },
  {
    name: 'Dead letters are not sent.',
    rule: 'transaction',
    edits: [
      {
        file: ROUND,
        find: OUTPUTS,
        replace: 'void letters;\n  outputs.push(...answers, ...decoded.routed);',
      },
    ],
    caughtBy: {
      file: 'test/proof/simulation.test.ts',
      test: 'keeps its promises through thousands of schedules of faults',
    },
  },
  {
    name: 'Of several updates only the first is sent.',
    rule: 'transaction',
    edits: [
      {
        file: ROUND,
        find: 'if (records.length > 0) await transaction.send(records);',
        replace: 'if (records.length > 0) await transaction.send(records.slice(0, 1));',
      },
    ],
    caughtBy: {
      file: PROTOCOL,
      test: 'half of a bulk write that survived a crash: both documents are published once',
    },
  },
  {
    name: 'A transaction goes in one request, however large.',
    rule: 'transaction',
    edits: [
      {
        file: 'src/adapters/kafka/requests.ts',
        find: 'const fits = filled.bytes === 0 || filled.bytes + size <= MAX_BATCH_BYTES;',
        replace: 'const fits = MAX_BATCH_BYTES > 0;',
      },
    ],
    caughtBy: {
      file: 'test/unit/kafka/requests.test.ts',
      test: 'is split only for the topic that is too large for one request',
    },
  },
  {
    name: 'No waiting while the last transaction is being concluded.',
    rule: 'transaction',
    edits: [
      {
        file: 'src/adapters/kafka/producer.ts',
        find: "if (errorTypeOf(error) !== 'CONCURRENT_TRANSACTIONS' || attempt >= CONCURRENT_ATTEMPTS) throw error;",
        replace: 'if (attempt < CONCURRENT_ATTEMPTS) throw error;',
      },
    ],
    caughtBy: {
      file: 'test/integration/kafka/task-producer.test.ts',
      test: 'transactions that follow one another at once, offsets alone in them, do not fail',
    },
  },
  {
    name: 'A dead letter carries the value as text.',
    rule: 'transaction',
    edits: [{ file: DEAD_LETTER, find: 'value: record.value,', replace: 'value: Buffer.from(String(record.value)),' }],
    caughtBy: { file: DEAD_LETTER_TEST, test: 'carries key, value and headers as received, byte for byte' },
  },
  {
    name: 'The attempts of a dead letter are not counted.',
    rule: 'transaction',
    edits: [{ file: DEAD_LETTER, find: 'String(previousAttempts(record.headers) + 1)', replace: "'1'" }],
    caughtBy: {
      file: DEAD_LETTER_TEST,
      test: 'tells the latest refusal of one that was sent again, and counts its attempts',
    },
  },
];
