/** Which segments a profile is in, by a file of rules. */
import { matches } from './query.ts';
import { listOf, member, textOf, type Tree } from './read.ts';

/** `file`: as parsed JSON; null when there is none. */
export const segmentsOf = (profile: Tree, file: unknown): string[] =>
  listOf(file, 'rules')
    .filter((rule) => matches(profile, member(rule, 'match')))
    .map((rule) => textOf(rule, 'name') ?? '')
    .sort();
