/** The facts that a set of statements amounts to: of all statements about a thing the latest, whatever came when. */
import { canonical, order, same } from './canonical.ts';
import { emptyTree, type Tree } from './read.ts';
import { SECTIONS, type Statement } from './statements.ts';

/** The total order of statements: version, time, event; then what they say, and who says it. */
export const byRight = (a: Statement, b: Statement): number =>
  a.version - b.version ||
  a.at - b.at ||
  order(a.by, b.by) ||
  (same(a.value, b.value) ? 0 : order(canonical(a.value), canonical(b.value))) ||
  order(a.source, b.source);

const latest = (statements: readonly Statement[]): Tree | undefined => {
  const last = statements.length > 1 ? statements.toSorted(byRight).at(-1) : statements[0];
  if (last === undefined) return undefined;
  const { version, at, by, source, value } = last;
  return { version, at, by, source, value };
};

const times = (statements: readonly Statement[]): number[] => statements.map(({ at }) => at);

/** What becomes of the statements about one part of a contact. */
const PARTS: Readonly<Record<string, (statements: readonly Statement[]) => unknown>> = {
  medium: latest,
  validation: latest,
  firstSeenAt: (statements) => Math.min(...times(statements)),
  lastSeenAt: (statements) => Math.max(...times(statements)),
  preferred: latest,
};

/** By section and key. `JSON.stringify` of what the statement is about tells any two things apart. */
export const factsOf = (statements: Iterable<Statement>): Tree => {
  const groups = Map.groupBy(statements, ({ about }) => JSON.stringify(about));
  const facts: Record<string, Record<string, unknown>> = {};
  for (const section of SECTIONS) facts[section] = emptyTree();
  for (const group of groups.values()) {
    const [section, key, part] = group[0]?.about ?? ['', ''];
    const entries = facts[section] ?? emptyTree();
    if (part === undefined) entries[key] = latest(group);
    else entries[key] = Object.assign((entries[key] as object | undefined) ?? {}, { [part]: PARTS[part]?.(group) });
  }
  return facts;
};
