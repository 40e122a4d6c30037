/** Avro values written with one schema and read with another: schema resolution, as the specification has it. */
import { blocks, boolean, bytes, type Cursor, exactLong, int, long, malformed, string, take } from './avro-bytes.ts';
import { type EnumNode, type Node, parseSchema, type RecordNode } from './avro-schema.ts';
import { emptyTree } from './read.ts';

type Read = (cursor: Cursor) => unknown;

/** Reads one value and nothing after it. Throws when the bytes are no such value. */
export type Decode = (body: Buffer) => unknown;

/** Throws when what `writer` writes cannot be read as `reader`: every branch and field, whatever a message holds. */
export const createDecode = (writer: unknown, reader: unknown): Decode => {
  const read = resolved(parseSchema(writer), parseSchema(reader), new Map());
  return (body) => {
    const cursor: Cursor = { bytes: body, at: 0 };
    const value = read(cursor);
    return cursor.at === body.length ? value : malformed('bytes after the end');
  };
};

const cannot = (writer: Node, reader: Node): never => {
  throw new TypeError(`cannot read ${writer.kind} as ${reader.kind}`);
};

/** Records that are being resolved, by their two names: schemas may be recursive. */
type Known = Map<string, { read: Read }>;

const late = (known: Known, key: string, build: () => Read): Read => {
  const before = known.get(key);
  if (before !== undefined) return (cursor) => before.read(cursor);
  const own: { read: Read } = { read: () => malformed('read before it was built') };
  known.set(key, own);
  const read = build();
  own.read = read;
  return read;
};

const resolved = (writer: Node, reader: Node, known: Known): Read => {
  if (writer.kind === 'union') return branches(writer.branches.map((branch) => resolved(branch, reader, known)));
  if (reader.kind === 'union') return firstOf(writer, reader.branches, known);
  if (writer.kind === 'record' && reader.kind === 'record') {
    if (writer.name !== reader.name) return cannot(writer, reader);
    return late(known, `${writer.name} ${reader.name}`, () => recordAs(writer, reader, known));
  }
  if (writer.kind === 'enum' && reader.kind === 'enum') return enumAs(writer, reader);
  if (writer.kind === 'array' && reader.kind === 'array') return array(resolved(writer.items, reader.items, known));
  if (writer.kind === 'map' && reader.kind === 'map') return map(resolved(writer.values, reader.values, known));
  if (writer.kind === 'fixed' && reader.kind === 'fixed') {
    if (writer.name !== reader.name || writer.size !== reader.size) return cannot(writer, reader);
    return (cursor) => cursor.bytes.subarray(take(cursor, writer.size), cursor.at);
  }
  return PROMOTIONS[reader.kind]?.[writer.kind] ?? cannot(writer, reader);
};

const PROMOTIONS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  null: { null: () => null },
  boolean: { boolean },
  int: { int },
  long: { int, long: exactLong },
  float: { int, long, float: (cursor) => cursor.bytes.readFloatLE(take(cursor, 4)) },
  double: {
    ...{ int, long, float: (cursor) => cursor.bytes.readFloatLE(take(cursor, 4)) },
    double: (cursor) => cursor.bytes.readDoubleLE(take(cursor, 8)),
  },
  string: { string, bytes: string },
  bytes: { bytes, string: bytes },
};

const branches = (reads: readonly Read[]): Read => {
  return (cursor) => (reads[long(cursor)] ?? malformed('no such branch'))(cursor);
};

/** Of the reader's branches the first that fits. */
const firstOf = (writer: Node, options: readonly Node[], known: Known): Read => {
  for (const option of options) {
    try {
      return resolved(writer, option, new Map(known));
    } catch {
      continue;
    }
  }
  throw new TypeError(`no branch to read ${writer.kind}`);
};

const enumAs = (writer: EnumNode, reader: EnumNode): Read => {
  if (writer.name !== reader.name) return cannot(writer, reader);
  const symbols = writer.symbols.map((symbol) => (reader.symbols.includes(symbol) ? symbol : reader.otherwise));
  if (symbols.includes(null)) return cannot(writer, reader);
  return (cursor) => symbols[long(cursor)] ?? malformed('no such symbol');
};

const array =
  (item: Read): Read =>
  (cursor) => {
    const items: unknown[] = [];
    blocks(cursor, () => items.push(item(cursor)));
    return items;
  };

const map =
  (value: Read): Read =>
  (cursor) => {
    const entries = emptyTree();
    blocks(cursor, () => {
      const name = string(cursor);
      entries[name] = value(cursor);
    });
    return entries;
  };

const recordAs = (writer: RecordNode, reader: RecordNode, known: Known): Read => {
  const steps = writer.fields.map((field) => {
    const wanted = reader.fields.find(({ name }) => name === field.name);
    return wanted
      ? { name: field.name, read: resolved(field.type, wanted.type, known) }
      : { name: null, read: walk(field.type, known) };
  });
  const missing = reader.fields.filter(({ name }) => !writer.fields.some((field) => field.name === name));
  for (const { name, otherwise } of missing) {
    if (otherwise === undefined) throw new TypeError(`nothing to read ${name} from`);
  }
  return (cursor) => {
    const value: Record<string, unknown> = {};
    for (const { name, read } of steps) {
      const found = read(cursor);
      if (name !== null) value[name] = found;
    }
    for (const field of missing) value[field.name] = structuredClone(field.otherwise);
    return value;
  };
};

/** Steps over what nobody reads. It must be a value all the same; only its longs may have all their 64 bits. */
const walk = (writer: Node, known: Known): Read => {
  if (writer.kind === 'long') return long;
  if (writer.kind === 'union') return branches(writer.branches.map((branch) => walk(branch, known)));
  if (writer.kind === 'array') return array(walk(writer.items, known));
  if (writer.kind === 'map') return map(walk(writer.values, known));
  if (writer.kind === 'enum') return enumAs(writer, writer);
  if (writer.kind === 'record') {
    return late(known, `${writer.name} -`, () => {
      const fields = writer.fields.map(({ type }) => walk(type, known));
      return (cursor) => fields.forEach((field) => field(cursor));
    });
  }
  if (writer.kind === 'fixed') return (cursor) => take(cursor, writer.size);
  return PROMOTIONS[writer.kind]?.[writer.kind] ?? cannot(writer, writer);
};
