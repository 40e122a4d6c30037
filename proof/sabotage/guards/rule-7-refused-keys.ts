/** Rule 7: refused records count for the customer of their key. */
import type { Guard } from '../guard.ts';

const DECODE = 'src/pipeline/decode.ts';
const DECODE_TEST = 'test/unit/pipeline/decode.test.ts';

export const refusedKeys: readonly Guard[] = [
  {
    name: 'A refused record is not counted to a customer.',
    rule: '7',
    edits: [
      { file: DECODE, find: 'if (key === null) continue;', replace: 'if (key === null || isRefusal(input)) continue;' },
    ],
    caughtBy: {
      file: DECODE_TEST,
      test: 'counts a refused record to the customer of its key, since it may be the marker of a version',
    },
  },
  {
    name: 'Any bytes are a key.',
    rule: '7',
    edits: [{ file: DECODE, find: ' && isUtf8(key) ?', replace: ' ?' }],
    caughtBy: { file: DECODE_TEST, test: 'refuses a record whose key cannot name a document' },
  },
];
