/**
 * Walks an Avro value without building it, to know that it is whole before avsc decodes it. avsc believes declared
 * counts: a few bytes that claim a billion items make it allocate them, or run for minutes.
 */
import { isUtf8 } from 'node:buffer';
import avro from 'avsc';

const { types } = avro;

/** The position after a value of the type that starts at `at`. Throws when the bytes are no such value. */
type Step = (bytes: Buffer, at: number) => number;

const malformed = (what: string): never => {
  throw new RangeError(`malformed Avro: ${what}`);
};

const fixed =
  (size: number): Step =>
  (bytes, at) =>
    at + size <= bytes.length ? at + size : malformed('truncated');

const boolean: Step = (bytes, at) => {
  const end = fixed(1)(bytes, at);
  return (bytes[at] ?? 0) <= 1 ? end : malformed('neither true nor false');
};

const LONG_BYTES = 10;

const long: Step = (bytes, at) => {
  for (let end = at; end < at + LONG_BYTES; end++) {
    const byte = bytes[end];
    if (byte === undefined) return malformed('truncated');
    // Of the tenth byte only one bit is left.
    if (byte < 0x80 && (byte <= 1 || end - at + 1 < LONG_BYTES)) return end + 1;
  }
  return malformed('a number of more than 64 bits');
};

/** The number between two positions, zigzag decoded; inexact beyond 53 bits, which no size or count is. */
const valueOf = (bytes: Buffer, from: number, to: number): number => {
  let raw = 0;
  for (let at = to - 1; at >= from; at--) raw = raw * 128 + ((bytes[at] ?? 0) & 0x7f);
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
};

/** avsc reads an int like a long, and would refuse to write again what does not fit. */
const int: Step = (bytes, at) => {
  const end = long(bytes, at);
  const value = valueOf(bytes, at, end);
  return value === (value | 0) ? end : malformed('an int of more than 32 bits');
};

const sized: Step = (bytes, at) => {
  const start = long(bytes, at);
  const size = valueOf(bytes, at, start);
  return size >= 0 && start + size <= bytes.length ? start + size : malformed('a size beyond the end');
};

const string: Step = (bytes, at) => {
  const end = sized(bytes, at);
  for (let byte = long(bytes, at); byte < end; byte++) {
    if ((bytes[byte] ?? 0) >= 0x80) return isUtf8(bytes.subarray(byte, end)) ? end : malformed('no UTF-8');
  }
  return end;
};

/** Blocks of items: a count, or a negative count and the bytes that follow. Items take at least one byte. */
const blocks =
  (item: Step): Step =>
  (bytes, at) => {
    for (;;) {
      let next = long(bytes, at);
      const count = valueOf(bytes, at, next);
      if (count === 0) return next;
      const sizeAt = next;
      if (count < 0) next = long(bytes, next);
      const start = next;
      for (let left = Math.abs(count); left > 0; left--) {
        const end = item(bytes, next);
        if (end === next) return malformed('items of no size');
        next = end;
      }
      if (count < 0 && valueOf(bytes, sizeAt, start) !== next - start) return malformed('a block of another size');
      at = next;
    }
  };

const symbol =
  (count: number): Step =>
  (bytes, at) => {
    const end = long(bytes, at);
    const index = valueOf(bytes, at, end);
    return index >= 0 && index < count ? end : malformed('no such symbol');
  };

const union =
  (branches: readonly Step[]): Step =>
  (bytes, at) => {
    const next = long(bytes, at);
    const branch = branches[valueOf(bytes, at, next)];
    return branch ? branch(bytes, next) : malformed('no such branch');
  };

const PRIMITIVES: Readonly<Record<string, Step>> = {
  null: (_, at) => at,
  boolean,
  int,
  long,
  float: fixed(4),
  double: fixed(8),
  bytes: sized,
  string,
};

/** What the steps of one type have in common. */
interface Walk {
  /** Closes the circle of recursive records. */
  readonly known: Map<avro.Type, Step>;
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

const stepOf = (type: avro.Type, walk: Walk): Step => {
  const { known } = walk;
  const seen = known.get(type);
  if (seen) return seen;
  if (type instanceof types.RecordType) {
    const fields: Step[] = [];
    const step: Step = (bytes, at) => fields.reduce((next, field) => field(bytes, next), at);
    known.set(type, step);
    for (const field of type.fields) fields.push(stepOf(field.type, walk));
    return step;
  }
  if (type instanceof types.ArrayType) return blocks(stepOf(type.itemsType, walk));
  if (type instanceof types.MapType) {
    const [name, value] = [entryName(walk), stepOf(type.valuesType as avro.Type, walk)];
    return blocks((bytes, at) => value(bytes, name(bytes, at)));
  }
  if (type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType) {
    return union(type.types.map((branch) => stepOf(branch, walk)));
  }
  if (type instanceof types.EnumType) return symbol(type.symbols.length);
  if (type instanceof types.FixedType) return fixed(type.size);
  if (type instanceof types.LogicalType) return stepOf(type.underlyingType, walk);
  const primitive = PRIMITIVES[type.typeName];
  if (!primitive) throw new TypeError(`no Avro type: ${type.typeName}`);
  return primitive;
};

/**
 * A function that throws unless the bytes are exactly one value of the type. It returns where entries of maps called
 * `__proto__` have their names: avsc would set the prototype of the map instead, and the entry would be gone.
 */
export const createMeasure = (type: avro.Type): ((bytes: Buffer) => readonly number[]) => {
  const prototypes: number[] = [];
  const step = stepOf(type, { known: new Map(), prototypes });
  return (bytes) => {
    prototypes.length = 0;
    if (step(bytes, 0) !== bytes.length) malformed('bytes after the end');
    return prototypes;
  };
};
