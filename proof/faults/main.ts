/** `npm run faults`: breaks a running installation at random and at named points, and has what comes of it judged. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Asked, parseOptions } from './options.ts';
import { reportOf, settingOf } from './report.ts';
import { runFaults } from './run.ts';

const REGRESSIONS = join(import.meta.dirname, 'regressions');

const asked = ((): Asked => {
  try {
    return parseOptions(process.argv.slice(2), (file) => readFileSync(file, 'utf8'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee proof/README.md.\n`);
    process.exit(2);
  }
})();

const setting = settingOf();
const run = await runFaults(asked.options, (line) => void process.stderr.write(`${line}\n`));
const report = reportOf(run, setting);
process.stdout.write(`\n${report}`);
if (asked.out !== undefined) {
  mkdirSync(dirname(asked.out), { recursive: true });
  writeFileSync(asked.out, report);
}
if (run.failures.length > 0) {
  // What has failed once is run again by every `npm test`.
  mkdirSync(REGRESSIONS, { recursive: true });
  const file = join(REGRESSIONS, `${setting.date.slice(0, 10)}-seed-${run.options.seed}.json`);
  writeFileSync(file, `${JSON.stringify(run.options, null, 2)}\n`);
  process.stdout.write(`npm run faults -- --replay ${file} does it again.\n`);
}
process.exit(run.failures.length === 0 ? 0 : 1);
