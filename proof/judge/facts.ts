/** The facts that a set of statements amounts to: of all statements about a thing the latest, whatever came when. */
import { canonical, order, same } from './canonical.ts';
import { CUTS, cutsIn, isCut } from './cuts.ts';
import { emptyTree, listOf, treeOf, type Tree } from './read.ts';
import { ERASURE, SECTIONS, type Statement } from './statements.ts';

/** The total order of statements: version, time, event; then what they say, and who says it. */
export const byRight = (a: Statement, b: Statement): number =>
  a.version - b.version ||
  a.at - b.at ||
  order(a.by, b.by) ||
  (same(a.value, b.value) ? 0 : order(canonical(a.value), canonical(b.value))) ||
  order(a.source, b.source);

const asKept = ({ version, at, by, source, value }: Statement): Tree => ({ version, at, by, source, value });

const latest = (statements: readonly Statement[]): Tree | undefined => {
  const last = statements.length > 1 ? statements.toSorted(byRight).at(-1) : statements[0];
  return last && asKept(last);
};

/** The latest, and whatever would be the latest once those up to some time did not count. */
const standing = (statements: readonly Statement[]): Tree | undefined => {
  const kept: Tree[] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const statement of statements.toSorted((a, b) => byRight(b, a))) {
    if (statement.at <= until) continue;
    kept.push(asKept(statement));
    until = statement.at;
  }
  const [winner, ...later] = kept;
  return winner && (later.length === 0 ? winner : { ...winner, later });
};

/** So many times at which a contact was mentioned are kept. */
const TIMES = 5;

/** Once some are forgotten nobody can tell any more when a contact was mentioned first, but for the times that are kept. */
const mentions = (statements: readonly Statement[], wasForgotten: boolean): Tree => {
  const times = [...new Set(statements.map(({ at }) => at))].sort((a, b) => b - a);
  const seen = times.slice(0, TIMES);
  return { seen, firstSeenAt: (wasForgotten ? seen : times).at(-1) };
};

/** What a contact holds by the statements about one part of it. */
const contactBy = (part: string, statements: readonly Statement[], wasForgotten: boolean): Tree =>
  part === 'seen' ? mentions(statements, wasForgotten) : { [part]: standing(statements) };

/** When a contact was mentioned last, ms. */
export const lastSeenAt = (contact: Tree): number => Number(listOf(contact, 'seen')[0] ?? 0);

/** The erasure that counts; null of who was never erased. */
export const erasureIn = (statements: Iterable<Statement>): Statement | null => {
  let last: Statement | null = null;
  for (const statement of statements) {
    const { about, at, value } = statement;
    if (about[0] !== ERASURE) continue;
    if (last === null || at > last.at || (at === last.at && String(value) > String(last.value))) last = statement;
  }
  return last;
};

/**
 * By section and key. `JSON.stringify` of what the statement is about tells any two things apart. What was stated up to an
 * erasure does not count; whether an answer about a link came after it, its date does not tell: the caller leaves out the others.
 */
export const factsOf = (statements: readonly Statement[]): Tree => {
  const erasure = erasureIn(statements);
  const facts: Record<string, Record<string, unknown>> = {};
  for (const section of SECTIONS) facts[section] = emptyTree();
  const erasedAt = erasure?.at ?? Number.NEGATIVE_INFINITY;
  const cuts = cutsIn(statements, erasedAt);
  const wasForgotten = erasure !== null || cuts['person'] !== undefined;
  const counting = statements.filter(
    (statement) =>
      ![ERASURE, CUTS].includes(statement.about[0]) &&
      (statement.about[0] === 'links' || statement.at > erasedAt) &&
      !isCut(statement, cuts),
  );
  for (const group of Map.groupBy(counting, ({ about }) => JSON.stringify(about)).values()) {
    const [section, key, part] = group[0]?.about ?? ['', ''];
    const entries = (facts[section] ??= emptyTree());
    if (section === 'links') entries[key] = latest(group);
    else if (part === undefined) entries[key] = standing(group);
    else entries[key] = { ...treeOf(entries, key), ...contactBy(part, group, wasForgotten) };
  }
  return {
    ...facts,
    ...(erasure !== null && { erased: { at: erasure.at, policy: erasure.value } }),
    ...(Object.keys(cuts).length > 0 && { cuts }),
  };
};

/** Nothing is known of the customer. */
export const isBare = (facts: Tree): boolean =>
  SECTIONS.every((section) => Object.keys(treeOf(facts, section)).length === 0);
