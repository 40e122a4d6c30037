/** Rule 2: the compare-and-set. */
import type { Guard } from '../guard.ts';

const STORE = 'test/integration/profile-store.test.ts';
const PROFILES = 'src/adapters/mongodb/profiles.ts';
const WRITES = 'src/adapters/mongodb/profile-writes.ts';

export const save: readonly Guard[] = [
  {
    name: 'No epoch in the filter of a save.',
    rule: '2',
    edits: [
      {
        file: WRITES,
        find: 'version: expectedVersion, epoch: { $lte: state.epoch } }',
        replace: 'version: expectedVersion }',
      },
    ],
    caughtBy: { file: STORE, test: 'refuses an older epoch even at the right version' },
  },
  {
    name: 'No version in the filter of a save.',
    rule: '2',
    edits: [{ file: WRITES, find: 'version: expectedVersion, epoch:', replace: 'epoch:' }],
    caughtBy: { file: STORE, test: 'refuses a stale version' },
  },
  {
    name: 'Writes that match no document are not counted.',
    rule: '2',
    edits: [
      {
        file: PROFILES,
        find: 'if (matched.reduce((sum, count) => sum + count) !== writes.length) throw conflict();',
        replace: 'void matched;',
      },
    ],
    caughtBy: { file: STORE, test: 'refuses a stale version' },
  },
  {
    name: 'A customer who is there already is an outage instead of a conflict.',
    rule: '2',
    edits: [{ file: PROFILES, find: 'throw isDuplicate(error) ? conflict() :', replace: 'throw' }],
    caughtBy: { file: STORE, test: 'refuses to insert a customer twice' },
  },
  {
    name: 'A newer epoch in a document is overlooked.',
    rule: '2',
    edits: [
      {
        file: 'src/pipeline/plan.ts',
        find: 'if (before !== null && before.epoch > epoch) {',
        replace: 'if (before !== null && before.epoch < 0) {',
      },
    ],
    caughtBy: { file: 'test/unit/pipeline/plan.test.ts', test: 'stops at a document that carries a newer epoch' },
  },
  {
    name: 'Any consumer group may use the database.',
    rule: '2',
    edits: [
      {
        file: 'src/adapters/mongodb/database.ts',
        find: 'if (mismatch !== null) throw',
        replace: 'if (mismatch === "") throw',
      },
    ],
    caughtBy: { file: STORE, test: 'one group a database, one partition count, and one way to read its inputs' },
  },
];
