/** Versions of a schema before and after the current one, made from it, so that they stay neighbours of whatever it becomes. */
import { currentFile, readSchemaFile, releasedVersions } from '../../scripts/schema-files.ts';
import type { Compatibility } from '../../src/domain/contracts.ts';
import {
  definitionsIn,
  type EnumSchema,
  isDefinition,
  type RecordSchema,
  recordOf,
  rewrite,
  type Schema,
} from './schema.ts';

export type GenerationName = `released ${number}` | 'previous' | 'current' | 'next' | 'widened';

export interface Generation {
  readonly name: GenerationName;
  readonly schema: RecordSchema;
}

/** What the next version can say and no earlier one. */
export const LATER = { symbol: 'saidLater', field: 'addedLater', record: 'detailAddedLater' } as const;

export const currentSchema = (record: string): RecordSchema => recordOf(readSchemaFile(currentFile(record)));

const definesNothing = (schema: Schema): boolean => definitionsIn(schema).size === 0;

/** The last field that may be missing, unless a later one needs a type that it defines. */
const withoutField = (record: RecordSchema): RecordSchema => {
  const last = record.fields.findLast((field) => field.default !== undefined && definesNothing(field.type));
  return { ...record, fields: record.fields.filter((field) => field !== last) };
};

const withoutSymbol = (type: EnumSchema, needed: ReadonlySet<unknown>): EnumSchema => {
  const last = type.symbols.findLast((symbol) => !needed.has(symbol));
  return { ...type, symbols: type.symbols.filter((symbol) => symbol !== last) };
};

const fieldDefaults = (schema: Schema): ReadonlySet<unknown> =>
  new Set(
    [...definitionsIn(schema).values()].flatMap((type) =>
      type.type === 'enum' ? [type.default] : type.fields.map((field) => field.default),
    ),
  );

/** Every record has an optional field less, every enum a symbol. */
export const previousOf = (current: RecordSchema): RecordSchema => {
  const needed = fieldDefaults(current);
  const before = rewrite(current, (type) => {
    if (!isDefinition(type)) return type;
    return type.type === 'record' ? withoutField(type) : withoutSymbol(type, needed);
  });
  return before as RecordSchema;
};

const optional = (name: string, type: Schema) => ({ name, type: ['null', type], default: null });

/** Of a type that no earlier version has. */
const DETAIL: RecordSchema = {
  type: 'record',
  name: 'DetailAddedLater',
  fields: [
    { name: 'text', type: 'string' },
    { name: 'amounts', type: { type: 'array', items: 'long' } },
  ],
};

/**
 * Every record has an optional field more, the outermost one also a nested record, every enum a symbol. All of it comes
 * first, so that who reads it with a schema of another version gets nothing right.
 */
export const nextOf = (current: RecordSchema): RecordSchema => {
  const after = rewrite(current, (type) => {
    if (!isDefinition(type)) return type;
    return type.type === 'record'
      ? { ...type, fields: [optional(LATER.field, 'string'), ...type.fields] }
      : { ...type, symbols: [LATER.symbol, ...type.symbols] };
  }) as RecordSchema;
  return { ...after, fields: [optional(LATER.record, DETAIL), ...after.fields] };
};

/** Every int is a long: it reads the earlier versions, which cannot read it. Without an int it is the same. */
export const widened = (schema: RecordSchema): RecordSchema =>
  rewrite(schema, (type) => (type === 'int' ? 'long' : type)) as RecordSchema;

export const hasInt = (schema: RecordSchema): boolean => JSON.stringify(widened(schema)) !== JSON.stringify(schema);

/** From the oldest to the newest. Under the compatibility the current one and those after it may follow all before them. */
export const generationsOf = (record: string, compatibility: Compatibility): Generation[] => {
  const current = currentSchema(record);
  const next = nextOf(current);
  return [
    ...releasedVersions(record).map((schema, index): Generation => ({
      name: `released ${index + 1}`,
      schema: recordOf(schema),
    })),
    { name: 'previous', schema: previousOf(current) },
    { name: 'current', schema: current },
    { name: 'next', schema: next },
    ...(compatibility === 'BACKWARD_TRANSITIVE' && hasInt(next)
      ? [{ name: 'widened', schema: widened(next) } as const]
      : []),
  ];
};
