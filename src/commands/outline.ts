/** Any value of a profile as an indented outline; what is empty is left out. */
import type { Money, Provenance } from '../domain/generated/CustomerUpdated.ts';
import { harmless, instant, styled } from './terminal.ts';
import { decimal, hasOnly, isInstantName, isMoney } from './values.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isProvenance = (value: object): value is Provenance => hasOnly(value, 'eventId,sourceSystem,statedAt');

const isEmpty = (value: unknown): boolean =>
  value == null || value === '' || (isObject(value) && Object.values(value).every(isEmpty));

const money = (value: Money): string => `${decimal(value)} ${value.currency}`;

const provenance = ({ sourceSystem, eventId, statedAt }: Provenance): string =>
  harmless(`${sourceSystem}, ${instant(statedAt)}, event ${eventId}`);

/** One line for a plain value; null for what needs an outline of its own. */
const plain = (name: string, value: unknown): string | null => {
  if (typeof value === 'number') return isInstantName(name) ? instant(value) : String(value);
  if (!isObject(value)) return harmless(String(value));
  if (isMoney(value)) return money(value);
  if (isProvenance(value)) return provenance(value);
  if (Array.isArray(value) && !value.some((item) => isObject(item) && !isMoney(item))) {
    return value.map((item) => plain(name, item)).join(', ');
  }
  return null;
};

/** Lines for every field of an object that says something. */
export const outline = (value: object, indent = ''): string[] =>
  Object.entries(value)
    .filter(([, field]) => !isEmpty(field))
    .flatMap(([name, field]: [string, unknown]) => {
      const title = `${indent}${styled('cyan', harmless(name))}`;
      const text = plain(name, field);
      if (text !== null) return [`${title}: ${text}`];
      if (!Array.isArray(field)) return [`${title}:`, ...outline(field as object, `${indent}  `)];
      return [`${title}:`, ...field.flatMap((item: object) => bullet(outline(item, `${indent}    `), `${indent}  - `))];
    });

const bullet = ([first = '', ...rest]: string[], mark: string): string[] => [mark + first.slice(mark.length), ...rest];
