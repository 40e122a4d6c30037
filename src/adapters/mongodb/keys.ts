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
  const sections = Object.entries(facts) as [string, unknown][];
  const renamed = sections.map(([section, entries]) => [
    section,
    isMap(entries) ? renameKeys(entries, rename) : entries,
  ]);
  return renamed.every(([, entries], index) => entries === sections[index]?.[1])
    ? facts
    : (Object.fromEntries(renamed) as T);
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const renameKeys = (map: Record<string, unknown>, rename: (key: string) => string): Record<string, unknown> => {
  let differs = false;
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(map)) {
    const renamed = rename(key);
    differs ||= renamed !== key;
    entries.push([renamed, value]);
  }
  return differs ? Object.fromEntries(entries) : map;
};
