/** Which changes of a profile a list of paths does not tell. */
import { same } from './canonical.ts';
import { isTree, member } from './read.ts';

/** Objects are compared member by member, lists as a whole. A path tells whatever is at it or below it. */
export const uncovered = (before: unknown, after: unknown, told: readonly string[]): string[] =>
  compare(before, after, '', new Set(told));

const compare = (before: unknown, after: unknown, path: string, told: ReadonlySet<string>): string[] => {
  if (told.has(path)) return [];
  if (isTree(before) && isTree(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      compare(member(before, name), member(after, name), path === '' ? name : `${path}.${name}`, told),
    );
  }
  return same(before, after) ? [] : [path];
};
