/** What rules may ask about: the fields of a record, told from its Avro schema. */

export type Field =
  | { readonly kind: 'text' | 'number' | 'instant' | 'boolean' }
  | { readonly kind: 'choice'; readonly symbols: readonly string[] }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, Field> }
  /** `names`: those that occur; null when any may. */
  | { readonly kind: 'map'; readonly values: Field; readonly names: readonly string[] | null }
  | { readonly kind: 'list'; readonly items: Field };

export type RecordField = Extract<Field, { kind: 'record' }>;

/** An Avro schema as parsed JSON. */
type Schema = string | readonly Schema[] | { readonly type: Schema; readonly [property: string]: unknown };

const PRIMITIVES: Readonly<Record<string, Field>> = {
  string: { kind: 'text' },
  int: { kind: 'number' },
  long: { kind: 'number' },
  boolean: { kind: 'boolean' },
};

/** Maps whose names are those of an enum, though Avro cannot say so. */
const NAMES_OF_MAPS: Readonly<Record<string, string>> = { countsByState: 'OrderState' };

/** The tree of a record's fields. `schema`: an Avro schema as parsed JSON; throws for what it does not know. */
export const fieldsOf = (schema: unknown): RecordField => {
  const known = new Map<string, Field>();
  const enumsOf = (name: string): readonly string[] | null => {
    const field = known.get(name);
    return field?.kind === 'choice' ? field.symbols : null;
  };

  const named = (name: unknown, field: Field): Field => {
    known.set(String(name), field);
    return field;
  };

  const read = (type: Schema): Field => {
    if (typeof type === 'string') {
      const field = PRIMITIVES[type] ?? known.get(type);
      if (field === undefined) throw new Error(`rules know no type ${type}`);
      return field;
    }
    if (Array.isArray(type)) return read((type as readonly Schema[]).find((branch) => branch !== 'null') ?? 'null');
    const { type: kind, ...said } = type as Exclude<Schema, string | readonly Schema[]>;
    if (said['logicalType'] === 'timestamp-millis') return { kind: 'instant' };
    if (kind === 'enum') return named(said['name'], { kind: 'choice', symbols: said['symbols'] as string[] });
    if (kind === 'array') return { kind: 'list', items: read(said['items'] as Schema) };
    if (kind === 'map') return { kind: 'map', values: read(said['values'] as Schema), names: null };
    if (kind !== 'record') return read(kind);
    const fields = said['fields'] as readonly { readonly name: string; readonly type: Schema }[];
    return named(said['name'], {
      kind: 'record',
      fields: new Map(fields.map(({ name, type: each }) => [name, read(each)])),
    });
  };

  /** The enum may stand behind the map. */
  const withNames = (field: Field, name = ''): Field => {
    if (field.kind === 'record') {
      return { ...field, fields: new Map([...field.fields].map(([each, below]) => [each, withNames(below, each)])) };
    }
    if (field.kind === 'list') return { ...field, items: withNames(field.items) };
    return field.kind === 'map' ? { ...field, names: enumsOf(NAMES_OF_MAPS[name] ?? '') } : field;
  };

  const record = withNames(read(schema as Schema));
  if (record.kind !== 'record') throw new Error('rules are about records');
  return record;
};

/** A field of a record that is a record, or a list of records. */
export const recordAt = ({ fields }: RecordField, name: string): RecordField => {
  const field = fields.get(name);
  const record = field?.kind === 'list' ? field.items : field;
  if (record?.kind !== 'record') throw new Error(`${name} is no record`);
  return record;
};

/** The same record without some of its fields. */
export const without = ({ kind, fields }: RecordField, ...names: readonly string[]): RecordField => ({
  kind,
  fields: new Map([...fields].filter(([name]) => !names.includes(name))),
});
