/** Rule 3: which transaction publishes a version. */
import type { Guard } from '../guard.ts';

const PLAN = 'src/pipeline/plan.ts';
const FOLD = 'src/pipeline/fold.ts';
const PLAN_TEST = 'test/unit/pipeline/plan.test.ts';

export const marker: readonly Guard[] = [
  {
    name: 'Publish, then save.',
    rule: '3',
    edits: [
      {
        file: 'src/pipeline/round.ts',
        find: `    await timed('save', () => save(context, task.epoch, merged, before.losers, decoded.statements));
    await passed('saved', partition);
`,
        replace: '',
      },
      {
        file: 'src/pipeline/round.ts',
        find: `  await passed('committed', partition);
`,
        replace: `  await passed('committed', partition);
  await timed('save', () => save(context, task.epoch, merged, before.losers, decoded.statements));
  await passed('saved', partition);
`,
      },
    ],
    caughtBy: {
      file: 'test/proof/simulation.test.ts',
      test: 'keeps its promises through thousands of schedules of faults',
    },
  },
  {
    name: 'An unpublished version is published without a claim.',
    rule: '3',
    edits: [
      {
        file: PLAN,
        find: '...claim(customerId, before, stretch.epoch), publish: true,',
        replace: '...claim(customerId, before, stretch.epoch), write: null, publish: true,',
      },
    ],
    caughtBy: { file: PLAN_TEST, test: 'is claimed and published when its marker event is delivered again' },
  },
  {
    name: 'An unpublished version stays silent when its marker event comes again.',
    rule: '3',
    edits: [
      {
        file: PLAN,
        find: 'if (before?.marker != null && covers(stretch, before.marker)) {',
        replace: 'if (before === undefined) {',
      },
    ],
    caughtBy: { file: PLAN_TEST, test: 'is claimed and published when its marker event is delivered again' },
  },
  {
    name: 'Any batch after the marker publishes its version.',
    rule: '3',
    edits: [{ file: PLAN, find: 'offset >= (from[topic] ?? Number.POSITIVE_INFINITY) && ', replace: '' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'stays silent when its events change nothing and its version has been published',
    },
  },
  {
    name: 'Any batch before the marker publishes its version.',
    rule: '3',
    edits: [{ file: PLAN, find: ' && offset < (to[topic] ?? Number.NEGATIVE_INFINITY)', replace: '' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'waits for its marker when only an earlier event of the batch is delivered again',
    },
  },
  {
    name: 'The marker is the first event that changed the document.',
    rule: '3',
    edits: [{ file: FOLD, find: 'const last = applied.at(-1);', replace: 'const [last] = applied;' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'becomes one version whose marker is the last event that changed it, and names every cause',
    },
  },
  {
    name: 'The marker moves with events that change nothing.',
    rule: '3',
    edits: [
      {
        file: FOLD,
        find: `    if (merged === facts) {
`,
        replace: `    if (merged === facts && applied.length > 0) applied.push({ ...applied[0]!, marker: { topic, offset } });
    if (merged === facts) {
`,
      },
    ],
    caughtBy: {
      file: PLAN_TEST,
      test: 'becomes one version whose marker is the last event that changed it, and names every cause',
    },
  },
];
