/** Natural keys as field names: customers' identifiers may hold what MongoDB reads as a path or an operator. */

const SPECIAL = /[.$%\0]/;
const EVERY_SPECIAL = /[.$%\0]/g;

const ESCAPED: Readonly<Record<string, string>> = { '.': '%2E', $: '%24', '%': '%25', '\0': '%00' };

/** Stands for the empty key, which no path can name. */
const EMPTY = '%';

export const escapeKey = (key: string): string =>
  key === '' ? EMPTY : SPECIAL.test(key) ? key.replace(EVERY_SPECIAL, (special) => ESCAPED[special] ?? special) : key;

export const unescapeKey = (field: string): string => {
  if (field === EMPTY) return '';
  if (!field.includes('%')) return field;
  return field.replace(/%(2E|24|25|00)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
};

/** The maps of the facts stand at their first level: `facts.orders[orderId]`. Returns the same reference when no key differs. */
export const mapFactKeys = <T extends object>(facts: T, rename: (key: string) => string): T => {
  const renamed: Record<string, unknown> = {};
  for (const [section, entries] of Object.entries(facts) as [string, unknown][]) {
    const mapped = isMap(entries) ? renameKeys(entries, rename) : entries;
    if (mapped !== entries) renamed[section] = mapped;
  }
  return Object.keys(renamed).length === 0 ? facts : { ...facts, ...renamed };
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Hardly any key is special, and every profile comes by here twice: nothing is made before it is needed. */
const renameKeys = (map: Record<string, unknown>, rename: (key: string) => string): Record<string, unknown> => {
  for (const key in map) {
    if (rename(key) !== key)
      return Object.fromEntries(Object.entries(map).map(([name, value]) => [rename(name), value]));
  }
  return map;
};
