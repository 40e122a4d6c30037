/** What a sweep found: as a line a guard, as data, and as the tables of docs/proof/sabotage.md. */
import { basename } from 'node:path';
import { RULES, type Rule } from './rules.ts';
import type { Outcome } from './sweep.ts';

export interface Run {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly commit: string;
  readonly outcomes: readonly Outcome[];
}

export const lineOf = ({ guard, caught, why, seconds }: Outcome): string => {
  const { file, test } = guard.caughtBy;
  const verdict = caught ? 'caught    ' : 'NOT CAUGHT';
  return `${verdict} ${guard.rule.padStart(11)}  ${guard.name}\n${' '.repeat(24)}${caught ? 'by' : 'by no'} ${shortName(file)}: ${test}${why === undefined ? '' : ` (${why})`} [${seconds.toFixed(1)} s]`;
};

export const summaryOf = ({ outcomes, date, commit }: Run): string => {
  const caught = outcomes.filter((each) => each.caught).length;
  return `${caught} of ${outcomes.length} removed guards were caught by the named test (${date}, ${commit})`;
};

/** For scripts. */
export const dataOf = ({ date, commit, outcomes }: Run): object => ({
  date,
  commit,
  ok: outcomes.every(({ caught }) => caught),
  guards: outcomes.map(({ guard: { name, rule, edits, caughtBy }, caught, red, why, seconds }) => ({
    name,
    rule,
    files: [...new Set(edits.map(({ file }) => file))],
    caughtBy,
    caught,
    red,
    why: why ?? null,
    seconds: Number(seconds.toFixed(1)),
  })),
});

const BEGIN = '<!-- sabotage: begin -->';
const END = '<!-- sabotage: end -->';

/** Puts the tables between the markers of a document. Throws when it has none. */
export const withTables = (document: string, run: Run): string => {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document has no place for the tables: ${BEGIN} … ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${tablesOf(run)}\n${document.slice(end)}`;
};

const tablesOf = (run: Run): string => {
  const byRule = Map.groupBy(run.outcomes, ({ guard }) => guard.rule);
  const sections = (Object.keys(RULES) as Rule[]).flatMap((rule) => {
    const outcomes = byRule.get(rule);
    if (outcomes === undefined) return [];
    const { title, text } = RULES[rule];
    const rows = outcomes.map((outcome) => row(...cellsOf(outcome)));
    return [
      `### ${title}\n\n${text}\n\n${row('Guard removed', 'In', 'Goes red')}\n${row('---', '---', '---')}\n${rows.join('\n')}\n`,
    ];
  });
  return `${summaryOf(run)}.\n\n${sections.join('\n')}`;
};

const cellsOf = ({ guard: { name, edits, caughtBy }, caught }: Outcome): [string, string, string] => {
  const files = [...new Set(edits.map(({ file }) => `\`${basename(file)}\``))].join(', ');
  return [name, files, caught ? `${shortName(caughtBy.file)}: ${caughtBy.test}` : '**not caught**'];
};

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const shortName = (file: string): string => basename(file, '.test.ts');
