/** A run in words: Markdown, which a terminal shows as well. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Story, Totals } from '../judge/types.ts';
import type { Run } from './run.ts';

/** What the run ran on. */
export interface Setting {
  readonly date: string;
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
}

const LIBRARIES = ['kafkajs', 'mongodb', '@kafkajs/confluent-schema-registry', 'avsc'] as const;
const ROOT = `${import.meta.dirname}/../..`;

export const settingOf = (): Setting => ({
  date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes'),
  versions: {
    node: process.version,
    ...Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
    kafka: '4.1.0',
    mongod: '6.0.5',
    'Apicurio Registry': '3.3.3',
  },
});

const git = (...args: readonly string[]): string => {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(`${ROOT}/node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;

export const reportOf = (run: Run, { date, commit, versions }: Setting): string => {
  const { options, seconds, published, members, judgement, failures } = run;
  const { totals } = judgement;
  const said = Object.entries(options).map(([name, value]) => `--${name} ${String(value)}`);
  return [
    `# ${failures.length === 0 ? 'No violation' : 'FAILED'}: faults with seed ${options.seed}`,
    '',
    `${date} UTC, commit ${commit || 'unknown'}. ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '',
    `\`npm run faults -- ${said.join(' ')}\``,
    '',
    `${seconds} s; ${published} messages of traffic; ${members} members started.`,
    '',
    '| fault | landed | missed |',
    '| --- | ---: | ---: |',
    ...Object.entries(run.faults).flatMap(([kind, ofKind]) =>
      Object.entries(ofKind).map(([what, count]) => `| ${kind}: ${what} | ${count.landed} | ${count.missed} |`),
    ),
    '',
    `The judge read ${totals.inputs} inputs (${totals.applied} to be applied, ${totals.refused} to be refused), ` +
      `${totals.versions} published versions of ${totals.customers} customers, ${totals.abortedOutputs} aborted ones, ` +
      `${totals.sentOn} messages sent on, ${totals.statements} statements about links and ${totals.commands} commands, ` +
      `${totals.documents} documents and ${totals.deadLetters} dead letters.`,
    '',
    `Retention decided: ${decidedIn(totals)}; ${totals.archived} entries in the archive, ${totals.erased} customers erased.`,
    '',
    failures.length === 0 ? 'Violations: 0.' : 'Why it failed:',
    ...failures.map((failure) => `- ${failure}`),
    ...Object.entries(judgement.counts).map(([invariant, count]) => `- ${invariant}: ${count}`),
    ...[...Map.groupBy(judgement.violations, ({ invariant }) => invariant).values()]
      .flatMap((alike) => alike.slice(0, 5))
      .map(({ invariant, customerId, detail }) => `  - ${invariant} ${customerId ?? ''}: ${detail}`),
    ...judgement.stories.flatMap(storyOf),
    '',
  ].join('\n');
};

const decidedIn = ({ decided }: Totals): string =>
  Object.entries(decided)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ') || 'nothing';

const storyOf = ({ customerId, lines }: Story): string[] => ['', `## ${customerId}`, '', '```', ...lines, '```'];
