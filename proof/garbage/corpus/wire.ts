/** Values that are none, are framed otherwise, or name a schema that is not the topic's. */
import { deflateSync, gzipSync } from 'node:zlib';
import { aCase, type Case, framed, type Label, type Spec } from '../cases.ts';
import type { EventType } from '../events.ts';
import type { AvroWriter, Ids, Writer } from '../writers.ts';

const TYPES: readonly EventType[] = ['OrderFinalized', 'ContractSigned'];

const both = (name: string, expected: Label, spec: (type: EventType) => Spec): Case[] =>
  TYPES.map((type) => aCase(`${type}: ${name}`, expected, { type, ...spec(type) }));

const value = (make: NonNullable<Spec['value']>) => (): Spec => ({ value: make });
const bytes = (...octets: readonly number[]) => value(() => Buffer.from(octets));
const says = (text: string) => value(() => Buffer.from(text));

const withBytes = (given: Buffer, at: number, ...octets: readonly number[]): Buffer => {
  const copy = Buffer.from(given);
  copy.set(octets, at);
  return copy;
};

const none: Case[] = [
  ...both(
    'null: no topic of ours knows tombstones',
    'empty-value',
    value(() => null),
  ),
  ...both('a value of no bytes', 'empty-value', bytes()),
];

const notFramed: Case[] = [
  ...both('one zero byte', 'not-confluent-format', bytes(0)),
  ...both('a header of four bytes', 'not-confluent-format', bytes(0, 0, 0, 1)),
  ...both(
    'the magic byte is 1',
    'not-confluent-format',
    value((given) => withBytes(given, 0, 1)),
  ),
  ...both(
    'the magic byte is 255',
    'not-confluent-format',
    value((given) => withBytes(given, 0, 255)),
  ),
  ...both(
    'Avro without a header',
    'not-confluent-format',
    value((given) => given.subarray(5)),
  ),
  ...both('JSON', 'not-confluent-format', says('{"customerId":"c-1","orderId":"o-1"}')),
  aCase('JSON behind a byte order mark', 'not-confluent-format', says('\uFEFF{}')()),
  aCase('the JSON null', 'not-confluent-format', says('null')()),
  aCase('XML', 'not-confluent-format', says('<order id="1"/>')()),
  aCase('five spaces', 'not-confluent-format', says('     ')()),
  aCase('an Avro object container file', 'not-confluent-format', says('Obj\u0001\u0004\u0016avro.schema')()),
  aCase('Avro single-object encoding', 'not-confluent-format', bytes(0xc3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 2, 97)()),
  aCase(
    'another registry’s header, version 3',
    'not-confluent-format',
    bytes(3, 0, ...new Array<number>(16).fill(7))(),
  ),
  aCase('Protobuf without a header', 'not-confluent-format', bytes(10, 5, 111, 45, 49, 48, 48)()),
  aCase('a Java object', 'not-confluent-format', bytes(0xac, 0xed, 0, 5, 0x73, 0x72)()),
  aCase('MessagePack', 'not-confluent-format', bytes(0x81, 0xa2, 105, 100, 1, 2)()),
  aCase('the value compressed with gzip', 'not-confluent-format', { value: (given) => gzipSync(given) }),
  aCase('the value compressed with deflate', 'not-confluent-format', { value: (given) => deflateSync(given) }),
  aCase('the value in Base64', 'not-confluent-format', { value: (given) => Buffer.from(given.toString('base64')) }),
  aCase('the value in hexadecimal', 'not-confluent-format', { value: (given) => Buffer.from(given.toString('hex')) }),
  aCase('a frame of Snappy', 'not-confluent-format', bytes(0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59)()),
  aCase('a frame of LZ4', 'not-confluent-format', bytes(4, 0x22, 0x4d, 0x18, 0x60, 0x40)()),
  aCase('a frame of Zstandard', 'not-confluent-format', bytes(0x28, 0xb5, 0x2f, 0xfd, 0, 0)()),
  aCase('a byte before the header', 'not-confluent-format', { value: (given) => Buffer.concat([Buffer.of(9), given]) }),
];

const unknownIds: readonly [what: string, id: (ids: Ids) => number][] = [
  ['an id that the registry does not know', ({ unknown }) => unknown],
  ['schema id 0', () => 0],
  ['schema id -1, or the largest without a sign', () => 0xffff_ffff],
  ['the smallest negative schema id', () => 0x8000_0000],
  ['the largest positive schema id', () => 0x7fff_ffff],
  [
    'the bytes of the schema id from right to left',
    (ids) => Buffer.from(framed(ids.OrderFinalized, Buffer.of()).subarray(1)).readUInt32LE(),
  ],
  ['ASCII where the schema id should be', () => Buffer.from('{"id').readUInt32BE()],
];

const unknown: Case[] = [
  ...unknownIds.flatMap(([what, claims]) => both(what, 'unknown-schema', () => ({ claims }))),
  aCase('an unknown schema id and no body', 'unknown-schema', {
    claims: ({ unknown: id }) => id,
    body: () => Buffer.of(),
  }),
  aCase('an id of eight bytes, as Apicurio’s own format has it', 'unknown-schema', {
    value: (given) => Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), given.subarray(1)]),
  }),
  aCase('a frame of gRPC, whose length reads as an id that nobody has', 'unknown-schema', {
    value: () => Buffer.from([0, 0x77, 0x35, 0x94, 0x0c, 10, 1, 49]),
  }),
];

const wrong = (what: string, type: EventType, writer: AvroWriter): Case =>
  aCase(what, 'wrong-schema', { type, writer });

const claimed = (what: string, type: EventType, writer: Writer): Case =>
  aCase(what, 'wrong-schema', { type, claims: (ids) => ids[writer] });

const wrongSchema: Case[] = [
  claimed('an order with the schema of a contract', 'OrderFinalized', 'ContractSigned'),
  claimed('a contract with the schema of an order', 'ContractSigned', 'OrderFinalized'),
  claimed('an order with the schema of our output', 'OrderFinalized', 'CustomerUpdated'),
  claimed('a contract with the schema of our output', 'ContractSigned', 'CustomerUpdated'),
  aCase('a right order on the topic of contracts', 'wrong-schema', { topic: 'contract-signed' }),
  aCase('a right contract on the topic of orders', 'wrong-schema', {
    type: 'ContractSigned',
    topic: 'order-finalized',
  }),
  aCase('a schema of another event, and no body', 'wrong-schema', {
    claims: ({ ContractSigned }) => ContractSigned,
    body: () => Buffer.of(),
  }),
  wrong('an Avro record that is nothing of ours', 'OrderFinalized', 'foreign'),
  claimed('an order that claims to be a record that is nothing of ours', 'OrderFinalized', 'foreign'),
  claimed('a contract that claims to be a record that is nothing of ours', 'ContractSigned', 'foreign'),
  claimed('a schema of JSON', 'OrderFinalized', 'jsonSchema'),
  aCase('JSON in the Confluent wire format', 'wrong-schema', {
    claims: ({ jsonSchema }) => jsonSchema,
    body: () => Buffer.from('{"orderId":"o-1"}'),
  }),
  claimed('a schema of Protobuf', 'ContractSigned', 'protobuf'),
  aCase('Protobuf in the Confluent wire format', 'wrong-schema', {
    claims: ({ protobuf }) => protobuf,
    body: () => Buffer.from([0, 10, 3, 111, 45, 49]),
  }),
  claimed('a schema that is no record', 'OrderFinalized', 'string'),
  wrong('an order of another namespace', 'OrderFinalized', 'otherNamespace'),
  wrong('an order whose schema has no order id', 'OrderFinalized', 'keylessOrder'),
  aCase('an order whose version is a double that is no number', 'wrong-schema', {
    writer: 'doubleOrder',
    at: { orderVersion: Number.NaN },
  }),
  aCase('an order whose version is an infinite double', 'wrong-schema', {
    writer: 'doubleOrder',
    at: { orderVersion: Number.POSITIVE_INFINITY },
  }),
  aCase('an order whose schema has text where the instant belongs', 'wrong-schema', {
    writer: 'textualOrder',
    at: { occurredAt: 'yesterday' },
  }),
];

export const wireCases: readonly Case[] = [...none, ...notFramed, ...unknown, ...wrongSchema];
