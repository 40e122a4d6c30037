import type { Guard } from '../guard.ts';

const REFRESH = 'src/pipeline/refresh.ts';
const REFRESH_TEST = 'test/unit/pipeline/refresh.test.ts';

export const refresh: readonly Guard[] = [
  {
    name: 'A refresh changes nothing.',
    rule: 'refresh',
    edits: [{ file: 'src/pipeline/plan.ts', find: ' ?? (before && refreshOf(before, deliveries, then))', replace: '' }],
    caughtBy: {
      file: REFRESH_TEST,
      test: 'publishes what is different by other rules, and names the command as its cause',
    },
  },
  {
    name: 'A refresh makes a version of whatever is known.',
    rule: 'refresh',
    edits: [{ file: REFRESH, find: ' || !isOutdated(before, then)', replace: '' }],
    caughtBy: { file: REFRESH_TEST, test: 'leaves alone what is not different' },
  },
  {
    name: 'A refresh looks at the profile only.',
    rule: 'refresh',
    edits: [{ file: REFRESH, find: '.tellings.length > 0 ||', replace: '.tellings.length > 1e9 ||' }],
    caughtBy: { file: REFRESH_TEST, test: 'tells an audience that is new, of which the profile knows nothing' },
  },
  {
    name: 'A refresh that was saved and not published is named twice.',
    rule: 'refresh',
    edits: [{ file: REFRESH, find: 'isKnown ? [] :', replace: '' }],
    caughtBy: { file: REFRESH_TEST, test: 'is named once where rules have changed again meanwhile' },
  },
  {
    name: 'A refresh makes up for what a slow step has lost.',
    rule: 'refresh',
    edits: [
      {
        file: 'src/commands/refresh-commands.ts',
        find: '  const run = randomUUID();\n  while',
        replace: '  const run = randomUUID();\n  const began = performance.now();\n  while',
      },
      {
        file: 'src/commands/refresh-commands.ts',
        find: '(ids.length / rate) * 1_000 - (performance.now() - startedAt)',
        replace: '(outcome.sent / rate) * 1_000 - (performance.now() - began) + 0 * startedAt',
      },
    ],
    caughtBy: {
      file: 'test/unit/commands/refresh.test.ts',
      test: 'are sent no faster than asked, also after one that was slow',
    },
  },
];
