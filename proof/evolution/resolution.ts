/** What a reader makes of a writer's value, by the Avro specification's rules of schema resolution and without any bytes. */
import { type Definition, definitionsIn, isDefinition, isUnion, type RecordSchema, type Schema } from './schema.ts';

/** The reader cannot read what the writer writes, whatever the value. */
export class Unreadable extends Error {}

/** What happened to a part of a value on its way. */
export type Note = 'filled' | 'forgotten' | 'dropped';
type Hear = (value: unknown) => unknown;
type Names = ReadonlyMap<string, Definition>;

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => {
  if (!isObject(value)) throw new TypeError('the value does not fit its writer');
  return value;
};

const listOf = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new TypeError('the value does not fit its writer');
  return value;
};

/** A name is replaced by what it names, a logical type by what is written. */
const resolved = (schema: Schema, names: Names): Schema => {
  if (typeof schema === 'string') return names.get(schema) ?? schema;
  return !isUnion(schema) && schema.type === 'long' ? 'long' : schema;
};

const nameOf = (schema: Schema): string => {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return 'a union';
  return isDefinition(schema) ? `${schema.type} ${schema.name}` : schema.type;
};

/** A function from the writer's values to the reader's. Throws Unreadable. Types that contain themselves are not known here. */
export const resolution = (reader: Schema, writer: Schema, note: (what: Note) => void = () => undefined): Hear => {
  const readerNames = definitionsIn(reader);
  const writerNames = definitionsIn(writer);

  const between = (to: Schema, from: Schema): Hear => {
    const [read, written] = [resolved(to, readerNames), resolved(from, writerNames)];
    if (isUnion(written)) return fromUnion(to, written);
    if (isUnion(read)) return toUnion(read, written);
    if (typeof read === 'string' || typeof written === 'string') return primitive(read, written);
    if (read.type === 'array' && written.type === 'array') {
      const item = between(read.items, written.items);
      return (value) => listOf(value).map(item);
    }
    if (read.type === 'map' && written.type === 'map') {
      const entry = between(read.values, written.values);
      return (value) => Object.fromEntries(Object.entries(objectOf(value)).map(([key, each]) => [key, entry(each)]));
    }
    if (isDefinition(read) && isDefinition(written) && read.name === written.name) {
      if (read.type === 'record' && written.type === 'record') return record(read, written);
      if (read.type === 'enum' && written.type === 'enum') return symbol(read.symbols, read.default, written.symbols);
    }
    throw new Unreadable(`${nameOf(read)} cannot be read from ${nameOf(written)}`);
  };

  const primitive = (read: Schema, written: Schema): Hear => {
    const fits = read === written || (typeof read === 'string' && PROMOTIONS[read]?.includes(nameOf(written)));
    if (fits !== true) throw new Unreadable(`${nameOf(read)} cannot be read from ${nameOf(written)}`);
    return (value) => value;
  };

  /** All unions here are of null and one other type. */
  const fromUnion = (to: Schema, branches: readonly Schema[]): Hear => {
    const others = branches.filter((branch) => branch !== 'null');
    if (branches.length - others.length !== 1 || others.length !== 1)
      throw new TypeError('a union of null and another');
    const [whenNull, other] = [between(to, 'null'), others.map((branch) => between(to, branch))[0]];
    return (value) => (value == null || !other ? whenNull(null) : other(value));
  };

  const toUnion = (branches: readonly Schema[], written: Schema): Hear => {
    for (const branch of branches) {
      try {
        return between(branch, written);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
      }
    }
    throw new Unreadable(`no branch for ${nameOf(written)}`);
  };

  const symbol = (known: readonly string[], fallback: string | undefined, written: readonly string[]): Hear => {
    const strange = written.find((each) => !known.includes(each));
    if (strange !== undefined && fallback === undefined) throw new Unreadable(`the symbol ${strange} and no default`);
    return (value) => {
      if (typeof value === 'string' && known.includes(value)) return value;
      note('forgotten');
      return fallback;
    };
  };

  const record = (read: RecordSchema, written: RecordSchema): Hear => {
    const dropped = written.fields.filter(({ name }) => !read.fields.some((field) => field.name === name)).length;
    const fields = read.fields.map(({ name, type, default: fallback }): [string, Hear] => {
      const source = written.fields.find((field) => field.name === name);
      if (source) {
        const hear = between(type, source.type);
        return [name, (value) => hear(objectOf(value)[name] ?? source.default ?? null)];
      }
      if (fallback === undefined) throw new Unreadable(`nothing for the field ${name}`);
      return [
        name,
        () => {
          note('filled');
          return fallback;
        },
      ];
    });
    return (value) => {
      for (let count = 0; count < dropped; count += 1) note('dropped');
      return Object.fromEntries(fields.map(([name, hear]) => [name, hear(value)]));
    };
  };

  return between(reader, writer);
};
