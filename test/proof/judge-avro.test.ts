/** The judge's own decoder against the specification of Avro, and against the client library where both must agree. */
import avsc from 'avsc';
import fc from 'fast-check';
import { createDecode } from '../../proof/judge/avro.ts';
import { canonical } from '../../proof/judge/canonical.ts';

const read = (writer: unknown, reader: unknown, ...bytes: (number | string)[]): unknown =>
  createDecode(
    writer,
    reader,
  )(Buffer.concat(bytes.map((part) => Buffer.from(typeof part === 'string' ? part : [part]))));

const record = (...fields: object[]): object => ({ type: 'record', name: 'R', namespace: 'n', fields });
const array = { type: 'array', items: 'string' };
const enumOf = (...symbols: string[]): object => ({ type: 'enum', name: 'E', symbols, default: symbols[0] });

/** A number of up to 64 bits as Avro writes it. */
const zigzag = (value: bigint): number[] => {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
};

describe('the judge’s decoder', () => {
  it.each<[string, unknown, (number | string)[]]>([
    ['bytes after the end', 'int', [2, 0]],
    ['nothing at all', 'int', []],
    ['a number that does not end', 'long', [0x80]],
    ['a number of eleven bytes', 'long', [...Array<number>(10).fill(0x80), 0]],
    ['a number of more than 64 bits', 'long', [...Array<number>(9).fill(0x80), 2]],
    ['an int of more than 32 bits', 'int', zigzag(2n ** 31n)],
    ['a long that is no exact number', 'long', zigzag(2n ** 53n)],
    ['a boolean that is neither 0 nor 1', 'boolean', [2]],
    ['a string beyond the end', 'string', [8, 'abc']],
    ['a string of negative size', 'string', [1]],
    ['a string that is no UTF-8', 'string', [2, 0xff]],
    ['a symbol that there is not', enumOf('a', 'b'), [4]],
    ['a branch that there is not', ['null', 'int'], [4]],
    ['a negative branch', ['null', 'int'], [1]],
    ['more items than bytes', array, [...zigzag(10n ** 9n), 2, 'a', 0]],
    ['more items than a number can count', array, [...zigzag(2n ** 62n), 2, 'a', 0]],
    ['a list without its end', array, [2, 2, 'a']],
    ['a block of another size than it says', array, [1, 8, 2, 'a', 0]],
    ['items of no size', { type: 'array', items: 'null' }, [4, 0]],
  ])('refuses %s', (_, type, bytes) => {
    expect(() => read(type, type, ...bytes)).toThrow(RangeError);
    const unread = record({ name: 'kept', type: 'int' }, { name: 'left', type });
    const reader = record({ name: 'kept', type: 'int' });
    const isUnreadLong = _ === 'a long that is no exact number';
    if (isUnreadLong) expect(read(unread, reader, 2, ...bytes)).toEqual({ kept: 1 });
    else expect(() => read(unread, reader, 2, ...bytes)).toThrow(RangeError);
  });

  it.each([
    0n,
    -1n,
    1n,
    63n,
    -64n,
    64n,
    2n ** 31n,
    -(2n ** 40n),
    -5_000_000_000_000_000n,
    2n ** 53n - 2n,
    2n - 2n ** 53n,
  ])('reads %s exactly', (value) => {
    expect(read('long', 'long', ...zigzag(value))).toBe(Number(value));
  });

  it('reads blocks with and without their size, one after the other', () => {
    expect(read(array, array, 2, 2, 'a', 1, 4, 2, 'b', 0)).toEqual(['a', 'b']);
    const entries = read({ type: 'map', values: 'int' }, { type: 'map', values: 'int' }, 2, 18, '__proto__', 6, 0);
    expect(Object.entries(entries as object)).toEqual([['__proto__', 3]]);
  });

  it.each<[string, unknown, unknown, (number | string)[], unknown]>([
    ['an int as a long', 'int', 'long', [5], -3],
    ['a string as one that may be null', 'string', ['null', 'string'], [2, 'a'], 'a'],
    ['one that may be null in another order', ['string', 'null'], ['null', 'string'], [2], null],
    ['a symbol that the reader does not know', enumOf('new', 'old'), enumOf('unknown', 'old'), [0], 'unknown'],
    ['a symbol in another place', enumOf('b', 'a'), enumOf('a', 'b'), [0], 'b'],
    ['a logical type', { type: 'long', logicalType: 'timestamp-millis' }, 'long', [2], 1],
    [
      'fields left out, added and moved',
      record({ name: 'a', type: 'int' }, { name: 'b', type: array }, { name: 'c', type: 'string' }),
      record({ name: 'c', type: 'string' }, { name: 'a', type: 'int' }, { name: 'd', type: array, default: [] }),
      [2, 2, 2, 'x', 0, 2, 'y'],
      { a: 1, c: 'y', d: [] },
    ],
  ])('reads %s', (_, writer, reader, bytes, expected) => {
    expect(read(writer, reader, ...bytes)).toEqual(expected);
  });

  it.each<[string, unknown, unknown]>([
    ['a long as an int', 'long', 'int'],
    ['one that may be null as one that may not', ['null', 'string'], 'string'],
    ['a branch that the reader does not have', ['null', 'int'], ['null', 'string']],
    ['a record of another name', record(), { ...record(), name: 'S' }],
    ['a record of another namespace', record(), { ...record(), namespace: 'm' }],
    ['a field that there is not', record(), record({ name: 'a', type: 'int' })],
    ['an enum of another name', enumOf('a'), { type: 'enum', name: 'F', symbols: ['a'] }],
    ['a symbol that there is not, without a default', enumOf('a'), { type: 'enum', name: 'E', symbols: ['b'] }],
    ['what is no schema', { type: 'record' }, 'int'],
    ['a type that nobody has declared', 'Elsewhere', 'int'],
  ])('cannot be made to read %s', (_, writer, reader) => {
    expect(() => createDecode(writer, reader)).toThrow(TypeError);
  });

  it('reads recursive records, read or not, and gives up on those that never end', () => {
    const list = { type: 'record', name: 'List', fields: [{ name: 'next', type: ['null', 'List'] }] };
    expect(read(list, list, 2, 2, 0)).toEqual({ next: { next: { next: null } } });
    const writer = record({ name: 'a', type: 'int' }, { name: 'list', type: list });
    expect(read(writer, record({ name: 'a', type: 'int' }), 2, 2, 2, 0)).toEqual({ a: 1 });
    expect(() => createDecode(list, list)(Buffer.alloc(10_000_000, 2))).toThrow(RangeError);
  });

  it('reads whatever the client library writes, as it was', () => {
    const schema = record(
      { name: 'long', type: 'long' },
      { name: 'text', type: ['null', 'string'] },
      { name: 'list', type: { type: 'array', items: enumOf('a', 'b', 'c') } },
      { name: 'map', type: { type: 'map', values: ['null', 'boolean', 'double'] } },
    );
    const type = avsc.Type.forSchema(schema as avsc.Schema);
    const value = fc.record({
      long: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
      text: fc.option(fc.string({ unit: 'grapheme' })),
      list: fc.array(fc.constantFrom('a', 'b', 'c')),
      map: fc.dictionary(
        fc.string({ maxLength: 4 }),
        fc.oneof(fc.constant(null), fc.boolean(), fc.double({ noNaN: true })),
      ),
    });
    fc.assert(
      fc.property(value, (written) => {
        expect(canonical(createDecode(schema, schema)(type.toBuffer(written)))).toBe(canonical(written));
      }),
      { numRuns: 300 },
    );
  });
});
