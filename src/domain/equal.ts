export type Tree = Readonly<Record<string, unknown>>;

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deep equality of JSON-like values; a member that is null or undefined is absent. */
export const equal = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  return isTree(a) && isTree(b) && hasAll(a, b) && hasNoMore(b, a);
};

const hasAll = (a: Tree, b: Tree): boolean => {
  for (const name in a) {
    const member = a[name];
    if (member == null ? has(b, name) : !Object.hasOwn(b, name) || !equal(member, b[name])) return false;
  }
  return true;
};

const hasNoMore = (a: Tree, b: Tree): boolean => {
  for (const name in a) if (a[name] != null && !has(b, name)) return false;
  return true;
};

const has = (tree: Tree, name: string): boolean => Object.hasOwn(tree, name) && tree[name] != null;
