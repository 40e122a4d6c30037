/** Which changes of a schema its readers and writers survive: the registry's rule, by Avro resolution, and two rules more. */
import avro, { type schema } from 'avsc';
import { contracts, type Compatibility } from '../src/domain/contracts.ts';

/** A parsed .avsc file, or any part of one. */
export type SchemaNode = string | readonly SchemaNode[] | { readonly [key: string]: unknown };

const isNode = (value: unknown): value is SchemaNode =>
  typeof value === 'string' || (typeof value === 'object' && value !== null);

/** Every part of a schema that is an object: types and fields, with their paths. */
export const partsOf = (node: SchemaNode, path = ''): [string, Readonly<Record<string, unknown>>][] => {
  if (typeof node === 'string') return [];
  if (Array.isArray(node)) return node.flatMap((part: unknown) => (isNode(part) ? partsOf(part, path) : []));
  const part = node as Readonly<Record<string, unknown>>;
  const { name, type } = part;
  const here = typeof name === 'string' ? `${path}/${name}` : path;
  const inner = [type, part['fields'], part['items'], part['values']].filter(isNode);
  return [[here, part], ...inner.flatMap((child) => partsOf(child, here))];
};

const typeOf = (node: SchemaNode): avro.Type => avro.Type.forSchema(node as schema.AvroSchema);

const cannotRead = (readerName: string, reader: SchemaNode, writerName: string, writer: SchemaNode): string[] => {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 120) : 'unknown';
    return [`${readerName} cannot read what ${writerName} wrote: ${reason}`];
  }
};

const attributes = (node: SchemaNode, key: 'symbols' | 'logicalType'): Map<string, unknown> =>
  new Map(partsOf(node).flatMap(([path, part]) => (key in part ? [[path, part[key]]] : [])));

/** Resolution reads a symbol that is gone as the default, so that what was once said is silently forgotten. */
const removedSymbols = (next: SchemaNode, released: SchemaNode): string[] => {
  const remaining = attributes(next, 'symbols');
  return [...attributes(released, 'symbols')].flatMap(([path, symbols]) => {
    const now = remaining.get(path) as string[] | undefined;
    const gone = now ? (symbols as string[]).filter((symbol) => !now.includes(symbol)) : [];
    return gone.map((symbol) => `${path} has lost the symbol ${symbol}`);
  });
};

/** Resolution looks through logical types: milliseconds would be read as microseconds. */
const changedMeaning = (next: SchemaNode, released: SchemaNode): string[] => {
  const before = attributes(released, 'logicalType');
  const after = attributes(next, 'logicalType');
  const kept = new Set(partsOf(next).map(([path]) => path));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => kept.has(path) && partsOf(released).some(([known]) => known === path))
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path} has changed its logical type`);
};

/** What stands against releasing `next` after one released version; empty when nothing does. */
export const incompatibilities = (next: SchemaNode, released: SchemaNode, compatibility: Compatibility): string[] => [
  ...cannotRead('the new version', next, 'the released one', released),
  ...(compatibility === 'FULL_TRANSITIVE' ? cannotRead('the released version', released, 'the new one', next) : []),
  ...removedSymbols(next, released),
  ...changedMeaning(next, released),
];

/** Of records that have no topic yet, too: they are inputs. */
export const compatibilityOf = (record: string): Compatibility =>
  contracts().find((contract) => contract.record === record)?.compatibility ?? 'BACKWARD_TRANSITIVE';
