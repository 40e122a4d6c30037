/** `npm run sabotage`: removes each guard of the protocol in a copy of the project and runs the test that must notice. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { type BackingServices, startBackingServices } from '../../src/backing/index.ts';
import { type Guard, needsServers } from './guard.ts';
import { GUARDS } from './guards/index.ts';
import { createJest } from './jest.ts';
import { dataOf, lineOf, type Run, summaryOf, withTables } from './report.ts';
import { type Outcome, sweep } from './sweep.ts';
import { createWorkplace } from './workplace.ts';

const USAGE = `npm run sabotage -- [options]
  --only <text>    guards whose name, rule or file contains the text
  --no-servers     guards whose test needs neither Kafka nor MongoDB
  --list           names the guards and removes none
  --json           prints the result as JSON
  --table <file>   writes the result into a document, between its markers; of a whole sweep only
Exit code: 0 when every guard is caught by the test named for it, 1 when one is not, 2 for wrong usage.`;

const root = dirname(dirname(import.meta.dirname));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const options = (() => {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        'no-servers': { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        table: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
})();

const isMeant = (guard: Guard): boolean => {
  if (options['no-servers'] && needsServers(guard)) return false;
  const { name, rule, edits, caughtBy } = guard;
  const texts = [name, rule, caughtBy.file, ...edits.map(({ file }) => file)];
  return options.only === undefined || texts.some((text) => text.includes(options.only ?? ''));
};

/** Of the work tree: a table that names a commit must not be of something else. */
const commitOf = (): string => {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'src', 'test', 'proof') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'no commit';
  }
};

const addressesOf = ({ kafkaBrokers, mongodbUri, schemaRegistryUrl }: BackingServices): Record<string, string> => ({
  BACKING_SERVICES: 'environment',
  KAFKA_BROKERS: kafkaBrokers.join(','),
  MONGODB_URI: mongodbUri,
  SCHEMA_REGISTRY_URL: schemaRegistryUrl,
});

/** Servers are started once: with their addresses in the environment, tests take seconds. */
const sweepAll = async (guards: readonly Guard[], signal: AbortSignal): Promise<Outcome[]> => {
  const services = guards.some(needsServers) ? await startBackingServices({ onProgress: say }) : undefined;
  try {
    const workplace = createWorkplace(root);
    try {
      const environment = services === undefined ? {} : addressesOf(services);
      const runTests = createJest({ directory: workplace.directory, environment, signal });
      say(`removing ${guards.length} guards, one at a time`);
      return await sweep(guards, workplace, runTests, (outcome) => say(lineOf(outcome)));
    } finally {
      workplace.remove();
    }
  } finally {
    await services?.stop();
  }
};

const written = (text: string): Promise<void> => new Promise((resolve) => process.stdout.write(text, () => resolve()));

const writeTables = async (file: string, run: Run): Promise<void> => {
  const document = withTables(readFileSync(file, 'utf8'), run);
  writeFileSync(file, await format(document, { ...(await resolveConfig(file)), filepath: file }));
};

const main = async (): Promise<number> => {
  const guards = GUARDS.filter(isMeant);
  if (options.help) console.log(USAGE);
  if (options.list) for (const { rule, name } of guards) console.log(`${rule.padStart(11)}  ${name}`);
  if (options.help || options.list) return 0;
  if (guards.length === 0 || (options.table !== undefined && guards.length < GUARDS.length)) {
    say(guards.length === 0 ? 'no guard is meant' : '--table takes a whole sweep');
    return 2;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  try {
    const date = new Date().toISOString().slice(0, 10);
    const run: Run = { date, commit: commitOf(), outcomes: await sweepAll(guards, interrupted.signal) };
    say(summaryOf(run));
    if (options.json) await written(`${JSON.stringify(dataOf(run), null, 2)}\n`);
    if (options.table !== undefined) await writeTables(options.table, run);
    return run.outcomes.every(({ caught }) => caught) ? 0 : 1;
  } catch (error) {
    say(interrupted.signal.aborted ? 'interrupted' : error instanceof Error ? error.message : String(error));
    return interrupted.signal.aborted ? 130 : 1;
  }
};

// Whatever is still open, and whatever it does to the exit code later: this is the verdict.
process.exit(await main());
