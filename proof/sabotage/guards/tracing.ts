/** That a trace says what has happened, and whose it is to nobody. */
import type { Guard } from '../guard.ts';

const ADAPTER = 'src/operations/open-telemetry.ts';
const PIPELINE = 'src/pipeline/tracing.ts';
const TEST = 'test/unit/open-telemetry.test.ts';

export const tracing: readonly Guard[] = [
  {
    name: 'What goes by a pseudonym takes the trace of the customer along.',
    rule: 'names',
    edits: [{ file: PIPELINE, find: 'record.key === customerId ? {', replace: 'record.key !== null ? {' }],
    caughtBy: { file: TEST, test: 'who knows customers by pseudonyms is given no trace, which would say whose it is' },
  },
  {
    name: 'A version goes on with the trace of a duplicate.',
    rule: 'tracing',
    edits: [
      {
        file: 'src/pipeline/round.ts',
        find: 'trace?.continued(document?.marker ?? null)',
        replace: 'trace?.continued(deliveries.at(-1) ?? null)',
      },
    ],
    caughtBy: { file: TEST, test: 'and not of one that changed nothing' },
  },
  {
    name: 'A batch that fails looks as if it had not.',
    rule: 'tracing',
    edits: [
      { file: PIPELINE, find: "trace.end(isProfileError(error) ? error.code : 'UNEXPECTED')", replace: 'trace.end()' },
    ],
    caughtBy: { file: TEST, test: 'that fails says by which code, and not what was met' },
  },
  {
    name: 'A span says what an error says.',
    rule: 'tracing',
    edits: [
      {
        file: PIPELINE,
        find: "trace.end(isProfileError(error) ? error.code : 'UNEXPECTED')",
        replace: 'trace.end(String(error) as ErrorCode)',
      },
    ],
    caughtBy: { file: TEST, test: 'that fails by a defect of ours says no more than that' },
  },
  {
    name: 'A batch links to as many as there are.',
    rule: 'tracing',
    edits: [{ file: ADAPTER, find: '.slice(0, MOST_LINKS)', replace: '' }],
    caughtBy: {
      file: TEST,
      test: 'links to 128 of its producers at the most, each once, and says how many messages name one',
    },
  },
  {
    name: 'OpenTelemetry is loaded where nobody collects traces.',
    rule: 'tracing',
    edits: [
      {
        file: 'src/operations/tracing.ts',
        find: 'if (settings.url === undefined) return undefined;',
        replace: "if (settings.url === undefined) return import('./open-telemetry.ts').then(() => undefined);",
      },
    ],
    caughtBy: { file: 'test/unit/tracing.test.ts', test: 'without a collector nothing of OpenTelemetry is loaded' },
  },
];
