import { equal, isTree, type Tree } from './equal.ts';

/** `value` undefined: what stood at the path is gone. */
export interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * What turns `before` into `after`, as the smallest set of paths below `root`. Plain objects are compared member by member,
 * arrays as a whole. Without a `before`, every member of `after` is new.
 */
export const diff = (before: object | null, after: object, root: readonly string[]): Change[] => {
  const changes: Change[] = [];
  compareTrees((before ?? {}) as Tree, after as Tree, [...root], changes);
  return changes;
};

/** Dotted paths, sorted. */
export const changedPaths = (changes: readonly Change[]): string[] => changes.map(({ path }) => path.join('.')).sort();

/** `path` is where the trees stand: a stack, for most of what is compared has not changed and needs no path of its own. */
const compareTrees = (before: Tree, after: Tree, path: string[], changes: Change[]): void => {
  if (before === after) return;
  for (const name in after) {
    const value = after[name];
    if (value === undefined) continue;
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (known === value) continue;
    if (isTree(known) && isTree(value)) {
      path.push(name);
      compareTrees(known, value, path, changes);
      path.pop();
    } else if (!equal(known, value)) changes.push({ path: [...path, name], value });
  }
  for (const name in before) {
    const gone = before[name] !== undefined && (!Object.hasOwn(after, name) || after[name] === undefined);
    if (gone) changes.push({ path: [...path, name], value: undefined });
  }
};
