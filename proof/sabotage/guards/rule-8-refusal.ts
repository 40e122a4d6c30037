/** Rule 8: every member refuses alike. */
import type { Guard } from '../guard.ts';

const PLAN = 'src/pipeline/plan.ts';
const PLAN_TEST = 'test/unit/pipeline/plan.test.ts';
const SCHEMAS = 'src/adapters/registry/writer-schemas.ts';
const DECODER_TEST = 'test/unit/registry/decoder.test.ts';

export const refusal: readonly Guard[] = [
  {
    name: 'A dead letter is as old as the clock of its member, and the broker deletes it.',
    rule: '8',
    edits: [{ file: 'src/adapters/kafka/requests.ts', find: 'Math.max(notBefore, Date.now())', replace: 'Date.now()' }],
    caughtBy: {
      file: 'test/unit/kafka/requests.test.ts',
      test: 'is dated by this member, but no earlier than it may be',
    },
  },
  {
    name: '"From the future" compares with the wall clock.',
    rule: '8',
    edits: [
      {
        file: 'src/pipeline/router.ts',
        find: 'recordTimestamp: sentAt(router, record),',
        replace: 'recordTimestamp: Date.now() + 0 * sentAt(router, record),',
      },
    ],
    caughtBy: { file: 'test/unit/pipeline/decode.test.ts', test: 'judge the same record alike' },
  },
  {
    name: 'A statement may be dated long after its record.',
    rule: '8',
    edits: [
      {
        file: 'src/domain/validation/values.ts',
        find: '(value > latest ? fault(',
        replace: '(value > latest + LATEST ? fault(',
      },
    ],
    caughtBy: {
      file: 'test/unit/domain/refusal.test.ts',
      test: 'refuses a statement dated after its record, beyond the tolerance, at',
    },
  },
  {
    name: 'A refusal for an unknown schema claims no document.',
    rule: '8',
    edits: [
      {
        file: PLAN,
        find: 'if (deliveries.some(refusedForUnknownSchema)) return claim(customerId, before, stretch.epoch);',
        replace: '',
      },
    ],
    caughtBy: { file: PLAN_TEST, test: 'meets a claim where an unknown schema was refused for a known customer' },
  },
  {
    name: 'A refusal for an unknown schema leaves no stub where there is no document.',
    rule: '8',
    edits: [
      {
        file: PLAN,
        find: 'if (deliveries.some(refusedForUnknownSchema)) return claim',
        replace: 'if (before !== null && deliveries.some(refusedForUnknownSchema)) return claim',
      },
    ],
    caughtBy: {
      file: PLAN_TEST,
      test: 'meets a stub where an unknown schema was refused before anything was known of the customer',
    },
  },
  {
    name: 'An unknown schema is refused at once, without a grace.',
    rule: '8',
    edits: [
      {
        file: SCHEMAS,
        find: 'askedAt - firstSeen >= unknownSchemaGraceMs;',
        replace: 'askedAt - firstSeen + unknownSchemaGraceMs >= 0;',
      },
    ],
    caughtBy: { file: DECODER_TEST, test: 'are retried within the grace and refused after it' },
  },
  {
    name: 'What the registry did not know once is never asked again.',
    rule: '8',
    edits: [
      {
        file: SCHEMAS,
        find: 'return !entry || !isFresh(entry);',
        replace: 'return !entry || (!graceIsOver(entry) && !isFresh(entry));',
      },
    ],
    caughtBy: { file: DECODER_TEST, test: 'decode when the registry learns them within the grace, and after it' },
  },
];
