/**
 * Walks an Avro value without building it, to know that it is whole before avsc decodes it. avsc believes declared
 * counts: a few bytes that claim a billion items make it allocate them, or run for minutes.
 */
import avro from 'avsc';
import { blocks, fixed, long, malformed, PRIMITIVES, type Step, string, symbol, union } from './steps.ts';

const { types } = avro;

/** What the steps of one type have in common. */
interface Walk {
  /** Closes the circle of recursive records, for each reader of them. */
  readonly known: Map<avro.Type, Map<avro.Type | undefined, Step>>;
  /** Where entries of maps called `__proto__` have their names. */
  readonly prototypes: number[];
}

const PROTOTYPE = Buffer.from('__proto__');

const entryName =
  ({ prototypes }: Walk): Step =>
  (bytes, at) => {
    const end = string(bytes, at);
    const start = end - PROTOTYPE.length;
    if (start > at && bytes[start] === PROTOTYPE[0] && bytes.subarray(long(bytes, at), end).equals(PROTOTYPE)) {
      prototypes.push(start);
    }
    return end;
  };

const isUnion = (type: avro.Type | undefined): type is avro.types.UnwrappedUnionType =>
  type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType;

/** The type that a value of `type` is read as: of a union the branch that takes it. */
const branchFor = (type: avro.Type, reader: avro.Type | undefined): avro.Type | undefined => {
  if (!isUnion(reader)) return reader;
  const named = (other: string) => reader.types.find(({ typeName }) => typeName === other);
  return named(type.typeName) ?? (type.typeName === 'bytes' ? named('string') : undefined);
};

/** The step of a writer's type. `reader`: the type as which it is read; undefined where nobody reads it. */
const stepOf = (type: avro.Type, reader: avro.Type | undefined, walk: Walk): Step => {
  const ofType = walk.known.get(type) ?? new Map<avro.Type | undefined, Step>();
  walk.known.set(type, ofType);
  const seen = ofType.get(reader);
  if (seen) return seen;
  if (isUnion(type)) return union(type.types.map((branch) => stepOf(branch, reader, walk)));
  const as = branchFor(type, reader);
  if (type instanceof types.RecordType) {
    const fields: Step[] = [];
    const step: Step = (bytes, at) => fields.reduce((next, field) => field(bytes, next), at);
    ofType.set(reader, step);
    const readers = new Map(as instanceof types.RecordType ? as.fields.map((field) => [field.name, field.type]) : []);
    for (const field of type.fields) fields.push(stepOf(field.type, readers.get(field.name), walk));
    return step;
  }
  if (type instanceof types.ArrayType) {
    return blocks(stepOf(type.itemsType, as instanceof types.ArrayType ? as.itemsType : undefined, walk));
  }
  if (type instanceof types.MapType) {
    const values = as instanceof types.MapType ? (as.valuesType as avro.Type) : undefined;
    const [name, value] = [entryName(walk), stepOf(type.valuesType as avro.Type, values, walk)];
    return blocks((bytes, at) => value(bytes, name(bytes, at)));
  }
  if (type instanceof types.EnumType) return symbol(type.symbols.length);
  if (type instanceof types.FixedType) return fixed(type.size);
  if (type instanceof types.LogicalType) return stepOf(type.underlyingType, reader, walk);
  // Bytes may be read as text, and then they must be text.
  const primitive = PRIMITIVES[as?.typeName === 'string' ? 'string' : type.typeName];
  if (!primitive) throw new TypeError(`no Avro type: ${type.typeName}`);
  return primitive;
};

/**
 * A function that throws unless the bytes are exactly one value of the type `writer`, for who reads it as `reader`. It returns where entries of maps called
 * `__proto__` have their names: avsc would set the prototype of the map instead, and the entry would be gone.
 */
export const createMeasure = (writer: avro.Type, reader: avro.Type): ((bytes: Buffer) => readonly number[]) => {
  const prototypes: number[] = [];
  const step = stepOf(writer, reader, { known: new Map(), prototypes });
  return (bytes) => {
    prototypes.length = 0;
    if (step(bytes, 0) !== bytes.length) malformed('bytes after the end');
    return prototypes;
  };
};
