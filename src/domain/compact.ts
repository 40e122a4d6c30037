/** T as plain objects without its null members. */
export type Compact<T> = T extends readonly (infer E)[]
  ? readonly Compact<E>[]
  : T extends object
    ? { readonly [K in keyof T as null extends T[K] ? never : K]: Compact<T[K]> } & {
        readonly [K in keyof T as null extends T[K] ? K : never]?: Compact<NonNullable<T[K]>>;
      }
    : T;

/**
 * Copies a decoded record into plain objects, leaving out what is null, and at the top what is kept elsewhere: facts are
 * stored and compared in this form.
 */
export const compact = <T extends object, K extends keyof T & string = never>(
  value: T,
  keptElsewhere: readonly K[] = [],
): Compact<Omit<T, K>> => strip(value, keptElsewhere) as Compact<Omit<T, K>>;

const NONE: readonly string[] = [];

const strip = (value: object, without: readonly string[]): Record<string, unknown> => {
  const members = value as Readonly<Record<string, unknown>>;
  const plain: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (member == null || name === '__proto__' || without.includes(name)) continue;
    plain[name] = stripMember(member);
  }
  return plain;
};

const stripMember = (member: unknown): unknown => {
  if (typeof member !== 'object' || member === null) return member;
  return Array.isArray(member) ? member.map(stripMember) : strip(member, NONE);
};
