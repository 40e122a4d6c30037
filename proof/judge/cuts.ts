/** Parts of what is known that retention has forgotten: what was stated of them up to a time does not count. */
import { order } from './canonical.ts';
import { listOf, numberOf, textOf, treeOf, type Tree } from './read.ts';
import type { Statement } from './statements.ts';

/** A statement about it says of one part, or of its entries, up to when. */
export const CUTS = 'cuts';

/** Earlier than any date: nothing of the entry is gone. */
export const NEVER = -8_640_000_000_000_000;

/** Which part a section belongs to. */
const PARTS: Readonly<Record<string, string>> = {
  ...{ party: 'person', contactMediums: 'person', consents: 'person', preferences: 'person', assessments: 'person' },
  ...{ orders: 'orders', agreements: 'agreements' },
};

const reachOf = (cut: Tree, key: string): number => {
  const exception = listOf(cut, 'except').find((each) => Array.isArray(each) && each[0] === key);
  return Number(Array.isArray(exception) ? exception[1] : numberOf(cut, 'at'));
};

/** By part, of all that was ever cut: each entry is gone as far as any of them says, and as far as the erasure does. */
export const cutsIn = (statements: readonly Statement[], erasedAt: number): Tree => {
  const cuts = statements.filter(({ about: [section], at }) => section === CUTS && at > erasedAt);
  const byPart = Map.groupBy(cuts, ({ about: [, part] }) => part);
  const joined = [...byPart].flatMap(([part, those]) => {
    const all = those.map(({ value }) => treeOf({ value }, 'value'));
    const last = all.toSorted((a, b) => atOf(a) - atOf(b) || order(policyOf(a), policyOf(b))).at(-1) ?? {};
    const at = atOf(last);
    if (at <= erasedAt) return [];
    const ids = new Set(all.flatMap((cut) => listOf(cut, 'except').map((each) => String((each as unknown[])[0]))));
    const except = [...ids]
      .map((id) => [id, Math.max(erasedAt, ...all.map((cut) => reachOf(cut, id)))] as const)
      .filter(([, reached]) => reached < at)
      .sort(([a], [b]) => order(a, b));
    return [[part, { at, policy: policyOf(last), ...(except.length > 0 && { except }) }] as const];
  });
  return Object.fromEntries(joined);
};

const atOf = (cut: Tree): number => numberOf(cut, 'at') ?? Number.NEGATIVE_INFINITY;
const policyOf = (cut: Tree): string => textOf(cut, 'policy') ?? '';

/** Whether a statement is gone by them. What was said of the archive stays: by it the rest is decided. */
export const isCut = ({ about: [section, key], at }: Statement, cuts: Tree): boolean => {
  const cut = cuts[PARTS[section] ?? ''];
  if (cut === undefined || (section === 'consents' && key.startsWith('archiving:'))) return false;
  return at <= reachOf(cut as Tree, key);
};
