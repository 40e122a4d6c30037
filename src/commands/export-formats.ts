/** An export as text, piece by piece: JSON for machines, CSV for people. Instants are ISO 8601, money is as in TM Forum's APIs. */
import type { Exported } from '../domain/export.ts';
import { decimal, isInstantName, isMoney } from './values.ts';

export const FORMATS = ['json', 'csv'] as const;

export type Format = (typeof FORMATS)[number];

type Pieces = AsyncGenerator<string, void, undefined>;
type Parts = AsyncIterable<Exported> | Iterable<Exported>;
type Named = Readonly<Record<string, string | number>>;

/** `head`: of whom, and as of which version. */
export const inFormat = (format: Format, head: Named, parts: Parts): Pieces =>
  format === 'json' ? asJson(head, parts) : asCsv(parts);

/** `{…head, "provided": {"agreement": [{…}], …}, "derived": {…}, "recipient": {…}}`, a line a part. */
const asJson = async function* (head: Named, parts: Parts): Pieces {
  yield JSON.stringify(head).slice(0, -1);
  let [category, section] = ['', ''];
  for await (const part of parts) {
    if (part.category !== category) {
      yield `${category === '' ? '' : '\n]}'},\n${JSON.stringify(part.category)}: {`;
      section = '';
    }
    if (part.section === section) yield ',\n';
    else yield `${section === '' ? '' : '\n],'}\n${JSON.stringify(part.section)}: [\n`;
    [category, section] = [part.category, part.section];
    yield JSON.stringify(entryOf(part));
  }
  yield `${category === '' ? '' : '\n]}'}\n}\n`;
};

const entryOf = ({ id, value, stated }: Exported): unknown => ({
  ...(id === null ? {} : { id }),
  value: readable('', value),
  ...(stated === undefined ? {} : { stated: readable('', stated) }),
});

/** The same value for people: instants and money as they are written. */
const readable = (name: string, value: unknown): unknown => {
  if (typeof value === 'number') return isInstantName(name) ? new Date(value).toISOString() : value;
  if (Array.isArray(value)) return value.map((item) => readable(name, item));
  if (typeof value !== 'object' || value === null) return value;
  if (isMoney(value)) return { unit: value.currency, value: Number(decimal(value)) };
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, readable(field, each)]));
};

const COLUMNS = ['category', 'section', 'id', 'field', 'value', 'sourceSystem', 'eventId', 'statedAt'] as const;

/** RFC 4180: one line a value, with its path. */
const asCsv = async function* (parts: Parts): Pieces {
  yield `${COLUMNS.join()}\r\n`;
  for await (const { category, section, id, value, stated } of parts) {
    const source = stated
      ? [stated.sourceSystem, stated.eventId, new Date(stated.statedAt).toISOString()]
      : ['', '', ''];
    for (const [field, text] of leaves('', readable('', value))) {
      yield `${[category, section, id ?? '', field, text, ...source].map(quoted).join()}\r\n`;
    }
  }
};

const leaves = function* (path: string, value: unknown): Generator<[path: string, text: string], void, undefined> {
  if (typeof value !== 'object' || value === null) {
    if (value != null) yield [path, typeof value === 'string' ? value : JSON.stringify(value)];
  } else if (Array.isArray(value)) {
    for (const [place, item] of value.entries()) yield* leaves(`${path}[${place}]`, item);
  } else {
    for (const [name, item] of Object.entries(value)) yield* leaves(path === '' ? name : `${path}.${name}`, item);
  }
};

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
