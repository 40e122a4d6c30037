/** Avro schemas as data, as far as the files in schemas/ use Avro, and how to make another one of one. */
import avro, { type schema as avsc } from 'avsc';
import type { SchemaNode } from '../../scripts/compatibility.ts';

/** A name is that of a primitive type, or of a record or enum defined before. */
export type Schema = string | Union | RecordSchema | EnumSchema | ListSchema | MapSchema | LogicalSchema;
export type Union = readonly Schema[];
export type RecordSchema = {
  readonly type: 'record';
  readonly name: string;
  readonly namespace?: string;
  readonly fields: readonly Field[];
};
export type Field = { readonly name: string; readonly type: Schema; readonly default?: unknown };
export type EnumSchema = {
  readonly type: 'enum';
  readonly name: string;
  readonly symbols: readonly string[];
  readonly default?: string;
};
export type ListSchema = { readonly type: 'array'; readonly items: Schema };
export type MapSchema = { readonly type: 'map'; readonly values: Schema };
export type LogicalSchema = { readonly type: 'long'; readonly logicalType: string };
export type Definition = RecordSchema | EnumSchema;

export const isUnion = (schema: Schema): schema is Union => Array.isArray(schema);

export const isDefinition = (schema: Schema): schema is Definition =>
  typeof schema === 'object' && !isUnion(schema) && (schema.type === 'record' || schema.type === 'enum');

/** Throws unless the file holds a record. */
export const recordOf = (file: SchemaNode): RecordSchema => {
  const schema = file as Schema;
  if (!isDefinition(schema) || schema.type !== 'record') throw new TypeError('a schema file holds one record');
  return schema;
};

export const typeOf = (schema: Schema): avro.Type => avro.Type.forSchema(schema as avsc.AvroSchema);

type Change = (schema: Schema) => Schema;

/** Makes every type in a schema anew, those inside another one before that other one. */
export const rewrite = (schema: Schema, change: Change): Schema => {
  const again = (inner: Schema): Schema => rewrite(inner, change);
  if (typeof schema === 'string') return change(schema);
  if (isUnion(schema)) return change(schema.map(again));
  switch (schema.type) {
    case 'record':
      return change(rewriteFields(schema, change));
    case 'array':
      return change({ ...schema, items: again(schema.items) });
    case 'map':
      return change({ ...schema, values: again(schema.values) });
    case 'enum':
    case 'long':
      return change(schema);
  }
};

/** The same for what the fields of a record hold, without the record itself. */
export const rewriteFields = (record: RecordSchema, change: Change): RecordSchema => ({
  ...record,
  fields: record.fields.map((field) => ({ ...field, type: rewrite(field.type, change) })),
});

/** Every record and enum that a schema defines, by name. */
export const definitionsIn = (schema: Schema): ReadonlyMap<string, Definition> => {
  const found = new Map<string, Definition>();
  rewrite(schema, (part) => {
    if (isDefinition(part)) found.set(part.name, part);
    return part;
  });
  return found;
};
