/** Small readers of values of which nothing is known: what is not there, or is something else, is null or empty. */

export type Tree = Readonly<Record<string, unknown>>;

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NOTHING: Tree = {};

/** The member by name, but never an inherited one: names come from outside. */
export const member = (value: unknown, name: string): unknown =>
  isTree(value) && Object.hasOwn(value, name) ? value[name] : undefined;

export const treeOf = (value: unknown, name: string): Tree => {
  const found = member(value, name);
  return isTree(found) ? found : NOTHING;
};

export const listOf = (value: unknown, name: string): readonly unknown[] => {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
};

export const textOf = (value: unknown, name: string): string | null => {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
};

export const numberOf = (value: unknown, name: string): number | null => {
  const found = member(value, name);
  return typeof found === 'number' ? found : null;
};

/** An object that takes any name as a member of its own, `__proto__` as well. */
export const emptyTree = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;
