/** Bodies that are no value of the schema they name, and some that look so and are. */
import { gzipSync } from 'node:zlib';
import { long, type Raw, raw, sized, varint } from '../avro.ts';
import { aCase, type Case, type Label, type Spec } from '../cases.ts';
import type { EventType } from '../events.ts';

const TYPES: readonly EventType[] = ['OrderFinalized', 'ContractSigned'];

const both = (name: string, expected: Label, spec: Spec): Case[] =>
  TYPES.map((type) => aCase(`${type}: ${name}`, expected, { ...spec, type }));

const body = (name: string, tamper: (body: Buffer) => Buffer): Case[] => both(name, 'undecodable', { body: tamper });

const at = (path: string, what: string, value: Raw): Case => {
  const type = ['autoRenews', 'agreementVersion', 'consents', 'languages'].some((start) => path.startsWith(start))
    ? 'ContractSigned'
    : 'OrderFinalized';
  return aCase(`${path}: ${what}`, 'undecodable', { type, at: { [path]: value } });
};

const PARTS = 16;

const truncated: Case[] = [
  ...body('no body', () => Buffer.of()),
  ...Array.from({ length: PARTS - 1 }, (_, part) =>
    body(`the first ${part + 1} of ${PARTS} parts of the body`, (given) =>
      given.subarray(0, Math.floor((given.length * (part + 1)) / PARTS)),
    ),
  ).flat(),
  ...body('the first byte only', (given) => given.subarray(0, 1)),
  ...body('the last byte is missing', (given) => given.subarray(0, -1)),
  ...body('the first byte is missing', (given) => given.subarray(1)),
];

const trailing: Case[] = [
  ...body('a zero byte after the end', (given) => Buffer.concat([given, Buffer.of(0)])),
  ...body('a line break after the end', (given) => Buffer.concat([given, Buffer.from('\n')])),
  ...body('a checksum after the end', (given) => Buffer.concat([given, Buffer.from([0xde, 0xad, 0xbe, 0xef])])),
  ...body('the body twice', (given) => Buffer.concat([given, given])),
  ...body('filled up with zeros', (given) => Buffer.concat([given, Buffer.alloc(4_096)])),
];

const otherEncodings: Case[] = [
  ...body('JSON behind a header', () => Buffer.from('{"customerId":"c-1"}')),
  ...body('an Avro object container file behind a header', () => Buffer.from('Obj\u0001\u0004\u0016avro.schema')),
  ...body('a body compressed with gzip', (given) => gzipSync(given)),
  ...body('a frame of Zstandard behind a header', () =>
    Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(40, 1)]),
  ),
  ...body('a frame of Snappy behind a header', () => Buffer.from([0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59])),
  ...body('a kilobyte of 0xff', () => Buffer.alloc(1_024, 0xff)),
  ...body('a kilobyte of 0x01', () => Buffer.alloc(1_024, 1)),
];

const unions: Case[] = [
  at('correlationId', 'a branch that the union does not have', raw(long(2), sized('x'))),
  at('correlationId', 'a negative branch', raw(long(-1), sized('x'))),
  at('correlationId', 'the most negative branch', raw(long(-(2n ** 63n)), sized('x'))),
  at('orderTotalPrice', 'a branch of 2^40', raw(long(2 ** 40))),
  at('party', 'a branch of 64 bits', raw(long(2n ** 63n - 1n))),
  at('consents[0].validTo', 'a branch that the union does not have', raw(long(7))),
];

const symbols: Case[] = [
  at('state', 'a symbol after the last', raw(long(6))),
  at('state', 'a negative symbol', raw(long(-1))),
  at('items[1].action', 'a symbol of 2^31', raw(long(2 ** 31))),
  at('paymentMethod.methodType', 'a symbol of 64 bits', raw(long(2n ** 63n - 1n))),
  at('consents[0].purpose', 'a symbol after the last', raw(long(6))),
];

const counts: Case[] = [
  at('items', 'a billion items that follow nowhere', raw(long(1e9))),
  at('items', 'the most items that an array can have', raw(long(2 ** 32 - 1))),
  at('items', 'as many items as JavaScript can count', raw(long(2 ** 53 - 1))),
  at('items', 'as many items as 64 bits can say', raw(long(2n ** 63n - 1n))),
  at('items', 'a negative count, and a size that leads back to its start', raw(long(-1), long(-2))),
  at('items', 'a negative count of a billion, and a size of as many', raw(long(-1e9), long(1e9))),
  at('items', 'the most negative count', raw(long(-(2n ** 63n)), long(8))),
  at('contactMediums', 'a billion contacts that follow nowhere', raw(long(1e9))),
  at('items[0].characteristics', 'a billion options that follow nowhere', raw(long(1e9))),
  at('items[0].characteristics', 'a negative count of a billion', raw(long(-1e9), long(1e9))),
  at('consents', 'a billion consents that follow nowhere', raw(long(1e9))),
  at('languages', 'as many languages as 64 bits can say', raw(long(2n ** 63n - 1n))),
  at('languages', 'a block that declares another size', raw(long(-1), long(9), sized('de'), long(0))),
  aCase('languages in a block that declares its size', 'applied', {
    type: 'ContractSigned',
    at: { languages: raw(long(-2), long(6), sized('de'), sized('en'), long(0)) },
    read: { languages: ['de', 'en'] },
  }),
  aCase('languages in a block each', 'applied', {
    type: 'ContractSigned',
    at: { languages: raw(long(1), sized('de'), long(-1), long(3), sized('en'), long(0)) },
    read: { languages: ['de', 'en'] },
  }),
  aCase('options in two blocks, one of them with its size', 'applied', {
    at: {
      'items[0].characteristics': raw(
        ...[long(1), sized('a'), sized('1')],
        ...[long(-1), long(4), sized('b'), sized('2'), long(0)],
      ),
    },
    read: { items: undefined },
  }),
  aCase('an option twice', 'applied', {
    at: { 'items[0].characteristics': raw(long(2), sized('a'), sized('1'), sized('a'), sized('2'), long(0)) },
    read: { items: undefined },
  }),
  aCase('a billion items that take no byte', 'undecodable', {
    writer: 'nothingsOrder',
    said: { nothings: raw(long(1e9), long(0)) },
  }),
  aCase('a billion lists within a list', 'undecodable', { writer: 'nestedOrder', said: { lists: raw(long(1e9)) } }),
];

const OVERLONG = { state: 1n, length: 2n, at: 2n };

const numbers: Case[] = [
  at('orderVersion', 'a number of eleven bytes', raw(varint(2n, 11))),
  at('orderVersion', 'a number that never ends', raw(Buffer.alloc(1_000, 0xff))),
  at('orderVersion', 'a number of 2^53', raw(long(2 ** 53))),
  at('orderVersion', 'the negative of 2^53', raw(long(-(2 ** 53)))),
  at('orderVersion', 'the largest number of 64 bits', raw(long(2n ** 63n - 1n))),
  at('orderVersion', 'the least number of 64 bits', raw(long(-(2n ** 63n)))),
  at('occurredAt', 'an instant in nanoseconds', raw(long(1_700_000_000_000_000_000n))),
  at('agreementVersion', 'a number of more than 64 bits', raw(varint(2n ** 64n + 2n))),
  at('items[0].quantity', 'an int of 32 bits and one', raw(long(2 ** 31))),
  at('items[0].quantity', 'an int below the least', raw(long(-(2 ** 31) - 1))),
  at('items[1].termMonths', 'an int of 2^40', raw(long(1), long(2 ** 40))),
  at('state', 'a symbol of eleven bytes', raw(varint(2n, 11))),
  at('eventId', 'a length of eleven bytes', raw(varint(2n, 11), Buffer.from('e'))),
  aCase('numbers, lengths, branches and symbols that take more bytes than they need', 'applied', {
    at: {
      eventId: raw(varint(OVERLONG.length, 10), Buffer.from('e')),
      orderVersion: raw(long(5, 10)),
      state: raw(varint(OVERLONG.state * 2n, 4)),
      category: raw(varint(OVERLONG.at, 5), varint(OVERLONG.length, 3), Buffer.from('c')),
      'items[0].quantity': raw(long(3, 5)),
      'items[0].characteristics': raw(varint(OVERLONG.at, 9), sized('a'), sized('b'), varint(0n, 6)),
    },
    read: { eventId: 'e', orderVersion: 5, state: 'completed', category: 'c', items: undefined },
  }),
];

const strings: Case[] = [
  at('eventId', 'a length of a gigabyte', raw(long(2 ** 30))),
  at('eventId', 'a negative length', raw(long(-9), Buffer.from('event'))),
  at('eventId', 'a length of 2^31', raw(long(2 ** 31))),
  at('eventId', 'a length of 64 bits', raw(long(2n ** 63n - 1n))),
  at('items[0].characteristics', 'a name longer than the message', raw(long(1), long(2 ** 20))),
  at('languages', 'a language longer than the message', raw(long(1), long(2 ** 24))),
];

const BROKEN_UTF8: readonly [what: string, bytes: readonly number[]][] = [
  ['a byte that UTF-8 does not have', [0x61, 0xff]],
  ['a continuation without a start', [0x80]],
  ['half a character at its end', [0x61, 0xc3]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ['a surrogate pair of six bytes', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ['Latin-1', [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72]],
];

const PLACES = ['eventId', 'orderId', 'sourceSystem'] as const;

const texts: Case[] = [
  ...BROKEN_UTF8.map(([what, bytes], index) =>
    at(PLACES[index % 3] ?? 'eventId', `a string with ${what}`, raw(sized(Buffer.from(bytes)))),
  ),
  at('party.familyName', 'a string with Latin-1', raw(long(1), sized(Buffer.from([0x4d, 0xfc, 0x6c])))),
  aCase('bytes that are read as a string, and are not UTF-8', 'undecodable', {
    writer: 'narrowOrder',
    at: { sourceSystem: raw(sized(Buffer.from([0x61, 0xe9]))) },
  }),
  at('languages[0]', 'a string that is not UTF-8', raw(sized(Buffer.from([0xfe])))),
  at('items[0].characteristics', 'a name that is not UTF-8', raw(long(1), sized(Buffer.of(0xff)), sized('x'), long(0))),
  at('items[0].characteristics', 'a text that is not UTF-8', raw(long(1), sized('x'), sized(Buffer.of(0xff)), long(0))),
];

const booleans: Case[] = [
  at('autoRenews', 'a boolean of 2', raw([2])),
  at('contactMediums[0].preferred', 'a boolean of 255', raw([255])),
];

export const byteCases: readonly Case[] = [
  ...truncated,
  ...trailing,
  ...otherEncodings,
  ...unions,
  ...symbols,
  ...counts,
  ...numbers,
  ...strings,
  ...texts,
  ...booleans,
];
