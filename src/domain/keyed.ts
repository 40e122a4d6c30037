/** Maps by natural key. Keys come from outside: `__proto__` and `constructor` are customers' identifiers like any other. */
export type Keyed<T> = Readonly<Record<string, T>>;

export const lookup = <T>(map: Keyed<T>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Returns the same reference when the map holds this very value already. */
export const put = <T>(map: Keyed<T>, key: string, value: T): Keyed<T> =>
  lookup(map, key) === value ? map : { ...map, [key]: value };

/** Puts members in place; the same reference when they are those that the object has. */
export const amend = <T extends object>(known: T, members: Partial<T>): T => {
  const names = Object.keys(members) as (keyof T)[];
  return names.every((name) => known[name] === members[name]) ? known : { ...known, ...members };
};
