/** Single edits of a schema: each finds its own place in whatever the schema is, or answers null where there is none. */
import {
  definitionsIn,
  type EnumSchema,
  type Field,
  isDefinition,
  isUnion,
  type RecordSchema,
  rewrite,
  rewriteFields,
  type Schema,
} from './schema.ts';

export type Edit = (schema: RecordSchema) => RecordSchema | null;

export const isRequired = (field: Field): boolean => field.default === undefined;
export const isOptional = (field: Field): boolean => field.default !== undefined;
export const isNullable = (field: Field): boolean => isUnion(field.type);
/** What can be taken away without taking a type away that others need. */
export const isPlain = (field: Field): boolean => definitionsIn(field.type).size === 0;
export const holds =
  (type: string) =>
  (field: Field): boolean =>
    field.type === type;

type Pick = (field: Field) => boolean;
/** What the field becomes; nothing when it goes. */
type Become = (field: Field) => readonly Field[];

const edited = (record: RecordSchema, pick: Pick, become: Become): RecordSchema => {
  const found = record.fields.find(pick);
  return { ...record, fields: record.fields.flatMap((field) => (field === found ? become(field) : [field])) };
};

/** The first such field of the record itself. */
export const field =
  (pick: Pick, become: Become): Edit =>
  (schema) =>
    schema.fields.some(pick) ? edited(schema, pick, become) : null;

/** Changes the first type within the record that `find` accepts. */
const first = <T extends Schema>(
  schema: RecordSchema,
  find: (type: Schema) => type is T,
  change: (type: T) => Schema,
): RecordSchema | null => {
  const found = new Set<Schema>();
  const result = rewriteFields(schema, (type) => {
    if (found.size > 0 || !find(type)) return type;
    found.add(type);
    return change(type);
  });
  return found.size > 0 ? result : null;
};

/** The first such field of a record inside the record. */
export const innerField =
  (pick: Pick, become: Become): Edit =>
  (schema) =>
    first(
      schema,
      (type): type is RecordSchema => isDefinition(type) && type.type === 'record' && type.fields.some(pick),
      (record) => edited(record, pick, become),
    );

/** The first such field of the record itself or, where it has none, inside it. */
export const anyField =
  (pick: Pick, become: Become): Edit =>
  (schema) =>
    field(pick, become)(schema) ?? innerField(pick, become)(schema);

export const firstEnum =
  (change: (type: EnumSchema) => EnumSchema): Edit =>
  (schema) =>
    first(schema, (type): type is EnumSchema => isDefinition(type) && type.type === 'enum', change);

/** Gives the first record or enum inside the record another name, wherever it is used. */
export const renamedType =
  (kind: 'record' | 'enum'): Edit =>
  (schema) => {
    const named = [...definitionsIn(schema).values()].find(({ type, name }) => type === kind && name !== schema.name);
    if (!named) return null;
    const another = `${named.name}Renamed`;
    return rewriteFields(schema, (type) => {
      if (type === named.name) return another;
      return isDefinition(type) && type.name === named.name ? { ...type, name: another } : type;
    });
  };

/** Changes every type within the record; null when none of them is one to change. */
export const everyType =
  (change: (type: Schema) => Schema): Edit =>
  (schema) => {
    const result = rewrite(schema, change) as RecordSchema;
    return JSON.stringify(result) === JSON.stringify(schema) ? null : result;
  };
