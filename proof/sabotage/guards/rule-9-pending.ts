/** Rule 9: what is pending passes to the version that replaces an unpublished one. */
import type { Guard } from '../guard.ts';

const PLAN = 'src/pipeline/plan.ts';
const caughtBy = {
  file: 'test/unit/pipeline/plan.test.ts',
  test: 'hands its changes and causes over to the version that another topic makes of it',
};

export const pending: readonly Guard[] = [
  {
    name: 'Pending changes are not taken over.',
    rule: '9',
    edits: [
      {
        file: PLAN,
        find: 'pending: unpublished && before.pending !== null ? takeOver(before.pending, pending) : pending,',
        replace: 'pending,',
      },
    ],
    caughtBy,
  },
  {
    name: 'The causes are taken over, the changed paths are not.',
    rule: '9',
    edits: [
      {
        file: PLAN,
        find: 'paths: [...new Set([...unpublished.paths, ...fresh.paths])].sort(),',
        replace: 'paths: fresh.paths,',
      },
    ],
    caughtBy,
  },
  {
    name: 'previousVersion names a version that was never published.',
    rule: '9',
    edits: [
      {
        file: PLAN,
        find: 'previousVersion: unpublished ? before.previousVersion : (before?.version ?? 0),',
        replace: 'previousVersion: before?.version ?? 0,',
      },
    ],
    caughtBy,
  },
];
