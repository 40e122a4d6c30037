/** A value that remembers which statement it comes from, so that the latest statement wins in any order of arrival. */
import { canonicalJson, compare } from './canonical.ts';
import { equal } from './equal.ts';

export interface Stamp {
  /** Version of the thing described, or 1 where one statement outranks another; 0 where it has none. */
  readonly version: number;
  /** When the statement was made, ms. */
  readonly at: number;
  /** Identifier of the event that made it. */
  readonly by: string;
  /** System that published the event. */
  readonly source: string;
}

export interface Register<T> extends Stamp {
  readonly value: T;
  /** Statements that lose, but were made later, the strongest first: the best of them wins once an erasure has taken the others. */
  readonly later?: readonly Register<T>[];
}

/** One optional register for each field of T. */
export type Registers<T> = { readonly [K in keyof T]?: Register<T[K]> };

export const register = <T>({ version, at, by, source }: Stamp, value: T): Register<T> => ({
  version,
  at,
  by,
  source,
  value,
});

/**
 * The total order of statements: version, then time, then event. An event id used twice for different content is settled
 * by the content, so that members who saw them in different order agree.
 */
const compareRegisters = (a: Register<unknown>, b: Register<unknown>): number =>
  a.version - b.version ||
  a.at - b.at ||
  compare(a.by, b.by) ||
  compareValues(a.value, b.value) ||
  compare(a.source, b.source);

/** Redeliveries are common and equal: they are not worth the JSON. */
const compareValues = (a: unknown, b: unknown): number =>
  equal(a, b) ? 0 : compare(canonicalJson(a), canonicalJson(b));

/** Whether `a` is the later statement of the two. */
export const wins = (a: Register<unknown>, b: Register<unknown>): boolean => compareRegisters(a, b) > 0;

/** The later of the two; the same reference when the candidate says nothing new. */
export const latest = <T>(known: Register<T> | undefined, candidate: Register<T>): Register<T> =>
  known === undefined || wins(candidate, known) ? candidate : known;

/** Returns the same reference when the candidate, which is one statement, says nothing new. */
export const mergeRegister = <T>(known: Register<T> | undefined, candidate: Register<T>): Register<T> => {
  if (known === undefined) return candidate;
  if (known.later === undefined) {
    const [strong, weak] = wins(candidate, known) ? [candidate, known] : [known, candidate];
    return weak.at > strong.at ? { ...strong, later: [weak] } : strong;
  }
  const all = statementsIn(known);
  const isDominated = all.some((other) => other.at >= candidate.at && !wins(candidate, other));
  return isDominated ? known : (registerOf([...all, candidate].sort((a, b) => compareRegisters(b, a))) ?? known);
};

/** What is left of it when all that was stated at or before `time` is gone, ms; null when nothing is. */
export const statedAfter = <T>(known: Register<T>, time: number): Register<T> | null => {
  if (known.at > time) return known;
  return registerOf(statementsIn(known).filter(({ at }) => at > time));
};

/** The strongest first. */
export const statementsIn = <T>({ later = [], ...winner }: Register<T>): Register<T>[] => [winner, ...later];

/** `statements`: the strongest first. Those that a stronger one outlasts would never win. */
const registerOf = <T>(statements: readonly Register<T>[]): Register<T> | null => {
  const kept: Register<T>[] = [];
  for (const statement of statements) if (statement.at > (kept.at(-1)?.at ?? -Infinity)) kept.push(statement);
  const [winner, ...later] = kept;
  if (winner === undefined) return null;
  return later.length === 0 ? winner : { ...winner, later };
};

/** Merges what is said of each field; null and the empty string say nothing. Returns the same reference when nothing is new. */
export const mergeFields = <T extends object>(
  known: Registers<T>,
  said: { readonly [K in keyof T]?: T[K] | null | undefined },
  stamp: Stamp,
): Registers<T> => {
  let merged: { -readonly [K in keyof T]?: Register<T[K]> } = known;
  for (const field of Object.keys(said) as (keyof T)[]) {
    const value = said[field];
    if (value == null || value === '') continue;
    const before = merged[field];
    const after = mergeRegister(before, register(stamp, value));
    if (after === before) continue;
    if (merged === known) merged = { ...known };
    merged[field] = after;
  }
  return merged;
};
