/** Avro binary by hand, so that it writes what no honest writer would. */

/** Parsed JSON of an Avro schema. */
export type Schema = unknown;

interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** Undefined when the schema gives none. */
  readonly preset: unknown;
}

export type Shape =
  | { readonly kind: 'null' | 'boolean' | 'int' | 'long' | 'double' | 'bytes' | 'string' }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'record'; readonly fields: Field[] }
  | { readonly kind: 'array' | 'map'; readonly inner: Shape }
  | { readonly kind: 'union'; readonly branches: readonly Shape[] };

/** Bytes that stand in for a value, whatever its type. */
export interface Raw {
  readonly raw: Buffer;
}

export const raw = (...parts: readonly (Uint8Array | readonly number[])[]): Raw => ({
  raw: Buffer.concat(parts.map((part) => Buffer.from(part))),
});

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && 'raw' in value;

/** Base 128, the lowest digits first; at least `bytes` long. */
export const varint = (unsigned: bigint, bytes = 1): Buffer => {
  const digits: number[] = [];
  for (let rest = unsigned; rest > 0n || digits.length < bytes; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80);
  const last = digits.pop() ?? 0;
  return Buffer.from([...digits, last & 0x7f]);
};

/** A zigzag number. */
export const long = (value: number | bigint, bytes = 1): Buffer => {
  const exact = BigInt(value);
  return varint(exact >= 0n ? exact * 2n : -exact * 2n - 1n, bytes);
};

/** A string or bytes with their length before them. */
export const sized = (content: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([long(bytes.length), bytes]);
};

/** Names are resolved as in Avro; logical types are what they stand for. */
export const shapeOf = (schema: Schema, named = new Map<string, Shape>()): Shape => {
  if (Array.isArray(schema)) return { kind: 'union', branches: schema.map((branch) => shapeOf(branch, named)) };
  if (typeof schema === 'string') return named.get(schema) ?? primitive(schema);
  const { type, name, fields = [], symbols = [], items, values } = schema as Declared;
  if (type === 'array' || type === 'map') return { kind: type, inner: shapeOf(items ?? values, named) };
  if (type === 'enum') return remember(named, name, { kind: 'enum', symbols });
  if (type !== 'record') return shapeOf(type, named);
  const shape = remember(named, name, { kind: 'record', fields: [] as Field[] } as const);
  for (const field of fields) {
    shape.fields.push({ name: field.name, shape: shapeOf(field.type, named), preset: field.default });
  }
  return shape;
};

interface Declared {
  readonly type: Schema;
  readonly name?: string;
  readonly fields?: readonly { readonly name: string; readonly type: Schema; readonly default?: unknown }[];
  readonly symbols?: readonly string[];
  readonly items?: Schema;
  readonly values?: Schema;
}

const remember = <T extends Shape>(named: Map<string, Shape>, name: string | undefined, shape: T): T => {
  if (name !== undefined) named.set(name, shape);
  return shape;
};

const primitive = (kind: string): Shape => {
  switch (kind) {
    case 'null':
    case 'boolean':
    case 'int':
    case 'long':
    case 'double':
    case 'bytes':
    case 'string':
      return { kind };
    default:
      throw new TypeError(`no Avro type of this corpus: ${kind}`);
  }
};

/** Writes a value, unchecked; members that it leaves out have their defaults. */
export const encodeAvro = (shape: Shape, value: unknown): Buffer => Buffer.concat([...parts(shape, value)]);

const parts = function* (shape: Shape, value: unknown): Generator<Buffer> {
  if (isRaw(value)) yield value.raw;
  else if (shape.kind === 'record') yield* members(shape.fields, value as Readonly<Record<string, unknown>>);
  else if (shape.kind === 'array')
    yield* block((value as readonly unknown[]).map((item) => [...parts(shape.inner, item)]));
  else if (shape.kind === 'map') {
    yield* block(Object.entries(value as object).map(([name, item]) => [sized(name), ...parts(shape.inner, item)]));
  } else if (shape.kind === 'union') {
    const index = shape.branches.findIndex(({ kind }) => (kind === 'null') === (value === null));
    const branch = shape.branches[index];
    if (branch === undefined) throw new TypeError('no branch for the value');
    yield long(index);
    yield* parts(branch, value);
  } else if (shape.kind === 'enum') yield long(indexOf(shape.symbols, value));
  else yield WRITE[shape.kind](value as never);
};

const WRITE = {
  null: () => Buffer.alloc(0),
  boolean: (value: boolean) => Buffer.of(value ? 1 : 0),
  int: (value: number) => long(value),
  long: (value: number | bigint) => long(value),
  double: (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  },
  bytes: (value: string) => sized(value),
  string: (value: string) => sized(value),
};

const members = function* (fields: readonly Field[], value: Readonly<Record<string, unknown>>): Generator<Buffer> {
  for (const { name, shape, preset } of fields) {
    const member = value[name] === undefined ? preset : value[name];
    if (member === undefined) throw new TypeError(`nothing is said of ${name}`);
    yield* parts(shape, member);
  }
};

const block = function* (items: readonly (readonly Buffer[])[]): Generator<Buffer> {
  if (items.length > 0) yield long(items.length);
  yield* items.flat();
  yield long(0);
};

const indexOf = (symbols: readonly string[], symbol: unknown): number => {
  const index = symbols.indexOf(symbol as string);
  if (index < 0) throw new TypeError('no such symbol');
  return index;
};
