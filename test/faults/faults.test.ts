/** A short run of `npm run faults`, judged by the independent judge, and again every run that has ever failed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS, type Options, repeated } from '../../proof/faults/options.ts';
import { reportOf, settingOf } from '../../proof/faults/report.ts';
import { runFaults } from '../../proof/faults/run.ts';

const REGRESSIONS = join(import.meta.dirname, '../../proof/faults/regressions');
const failedOnce = existsSync(REGRESSIONS) ? readdirSync(REGRESSIONS).filter((file) => file.endsWith('.json')) : [];

const MINUTES = 1;
const SHORT = { minutes: MINUTES, lanes: 3 };
const TIMEOUT_MS = 480_000;

const isWithoutViolation = async (options: Options): Promise<void> => {
  const told: string[] = [];
  const run = await runFaults(options, (line) => told.push(line));
  if (run.failures.length > 0) throw new Error(`${told.join('\n')}\n${reportOf(run, settingOf())}`);
};

it(
  'faults of every kind, in the middle of work, lose nothing, double nothing and break no chain',
  () => isWithoutViolation({ ...DEFAULTS, ...SHORT }),
  TIMEOUT_MS,
);

for (const file of failedOnce) {
  it(
    `what has failed once does not fail again: ${file}`,
    () => isWithoutViolation({ ...repeated(readFileSync(join(REGRESSIONS, file), 'utf8')), ...SHORT }),
    TIMEOUT_MS,
  );
}
