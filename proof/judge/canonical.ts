/** One text for one content: members sorted, null members dropped. */
import { hash } from 'node:crypto';

type Members = Readonly<Record<string, unknown>>;

export const canonical = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value);
  return Array.isArray(value) ? listText(value) : membersText(value as Members);
};

/** Short enough to be kept of everything. */
export const digestOf = (data: Buffer | string): string => hash('md5', data, 'base64url');

const listText = (list: readonly unknown[]): string => {
  let text = '[';
  for (let i = 0; i < list.length; i += 1) text += i === 0 ? canonical(list[i]) : `,${canonical(list[i])}`;
  return `${text}]`;
};

const membersText = (members: Members): string => {
  let text = '{';
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member != null) text += `${text === '{' ? '' : ','}${quoted(name)}:${canonical(member)}`;
  }
  return `${text}}`;
};

const QUOTED = new Map<string, string>();
const QUOTED_AT_MOST = 1000;

/** Most names are those of the schemas, met again and again. */
const quoted = (name: string): string => {
  const known = QUOTED.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  if (QUOTED.size < QUOTED_AT_MOST) QUOTED.set(name, text);
  return text;
};

/** Whether two values have the same canonical text, told without writing it. */
export const same = (a: unknown, b: unknown): boolean => {
  if (a === b || (a == null && b == null)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  }
  const [ours, theirs] = [a as Members, b as Members];
  const hasAll = Object.keys(theirs).every((name) => theirs[name] == null || same(own(ours, name), theirs[name]));
  return hasAll && Object.keys(ours).every((name) => ours[name] == null || own(theirs, name) != null);
};

const own = (members: Members, name: string): unknown => (Object.hasOwn(members, name) ? members[name] : undefined);

/** The order of code units, which no locale changes; also that of numbers. */
export const order = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
