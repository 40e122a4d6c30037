/** Maps by natural key. Keys come from outside: `__proto__` and `constructor` are customers' identifiers like any other. */
export type Keyed<T> = Readonly<Record<string, T>>;

export const lookup = <T>(map: Keyed<T>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Returns the same reference when the map holds this very value already. */
export const put = <T>(map: Keyed<T>, key: string, value: T): Keyed<T> =>
  lookup(map, key) === value ? map : { ...map, [key]: value };
