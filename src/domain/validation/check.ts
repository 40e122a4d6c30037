/** Checks of values, composed like the records they check. A check costs nothing but time when there is no fault. */

/** The first thing wrong: where, and which rule it breaks. Never the value itself. */
export interface Fault {
  readonly reason: 'invalid-value' | 'from-the-future';
  readonly path: string;
  readonly detail: string;
}

/** `latest`: no statement may be dated after it, ms. */
export type Check<T> = (value: T, latest: number) => Fault | null;

export const fault = (detail: string, path = '', reason: Fault['reason'] = 'invalid-value'): Fault => ({
  reason,
  path,
  detail,
});

/** A rule on a value by itself. */
export const rule =
  <T>(holds: (value: T) => boolean, detail: string): Check<T> =>
  (value) =>
    holds(value) ? null : fault(detail);

/** Null, or what the check allows. */
export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, latest) =>
    value == null ? null : check(value, latest);

/** One check for each field of T: a field added to a schema does not compile until somebody has said what it may hold. */
export const record = <T extends object>(checks: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> => {
  const fields = Object.keys(checks) as (keyof T & string)[];
  return (value, latest) => {
    for (const field of fields) {
      const found = checks[field](value[field], latest);
      if (found !== null) return within(field, found);
    }
    return null;
  };
};

export const listOf =
  <T>(check: Check<T>, most: number): Check<readonly T[]> =>
  (values, latest) => {
    if (!Array.isArray(values)) return fault('must be a list');
    if (values.length > most) return fault(`must have at most ${most} entries`);
    for (let i = 0; i < values.length; i++) {
      const found = check(values[i] as T, latest);
      if (found !== null) return within(`[${i}]`, found);
    }
    return null;
  };

/** The entries are not named in the path: a name may be personal data. */
export const mapOf =
  <T>(name: Check<string>, check: Check<T>, most: number): Check<Readonly<Record<string, T>>> =>
  (map, latest) => {
    const entries = Object.entries(map);
    if (entries.length > most) return fault(`must have at most ${most} entries`);
    for (const [key, value] of entries) {
      const found = name(key, latest) ?? check(value, latest);
      if (found !== null) return fault(`an entry ${found.detail}`);
    }
    return null;
  };

export const anything: Check<unknown> = () => null;

/** The same fault, seen from the record that the value is part of. */
export const within = <F extends Fault | null>(parent: string, found: F): F | Fault => {
  if (found === null) return found;
  const { reason, path, detail } = found;
  const separator = path === '' || path.startsWith('[') ? '' : '.';
  return { reason, path: `${parent}${separator}${path}`, detail };
};
