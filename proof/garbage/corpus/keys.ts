/** Keys: none, unreadable, of somebody else, and odd ones that are customers like any other. */
import { aCase, type Case, framed, type Spec } from '../cases.ts';
import { sized } from '../avro.ts';

const CUSTOMER = 'Kunde-é-1';

const missing: readonly [what: string, key: Buffer | null][] = [
  ['no key', null],
  ['an empty key', Buffer.alloc(0)],
  ['a key that is not UTF-8', Buffer.from([0x63, 0xff, 0xfe])],
  ['a key that ends within a character', Buffer.from('customer-é').subarray(0, -1)],
  ['a key with an overlong encoding', Buffer.from([0xc0, 0x80])],
  ['a key with half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
  ['a key beyond Unicode', Buffer.from([0xf5, 0x80, 0x80, 0x80])],
  ['a key of 1025 bytes', Buffer.alloc(1_025, 'k')],
  ['a key of 100,000 bytes', Buffer.alloc(100_000, 'k')],
];

/** Of the customer above. */
const foreign: readonly [what: string, key: Buffer | string][] = [
  ['another customer', 'Kunde-é-2'],
  ['the customer in capitals', CUSTOMER.toUpperCase()],
  ['the customer in lower case', CUSTOMER.toLowerCase()],
  ['the customer in another normal form', CUSTOMER.normalize('NFD')],
  ['the customer with a space after it', `${CUSTOMER} `],
  ['the customer with a space before it', ` ${CUSTOMER}`],
  ['the customer with a line break after it', `${CUSTOMER}\n`],
  ['the customer with a NUL after it', `${CUSTOMER}\0`],
  ['the customer behind a byte order mark', `\uFEFF${CUSTOMER}`],
  ['the customer as JSON', JSON.stringify(CUSTOMER)],
  ['the customer as a JSON object', JSON.stringify({ customerId: CUSTOMER })],
  ['the customer percent-encoded', encodeURIComponent(CUSTOMER)],
  ['the beginning of the customer', CUSTOMER.slice(0, -1)],
  ['the customer twice', CUSTOMER + CUSTOMER],
  ['the customer as an Avro string', sized(CUSTOMER)],
  ['the customer in the Confluent wire format', framed(1, sized(CUSTOMER))],
  ['the customer in UTF-16', Buffer.from('Kunde-1', 'utf16le')],
  ['a number of eight bytes', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])],
  ['the most bytes that a key may have', Buffer.alloc(1_024, 'k')],
  ['a NUL', '\0'],
  ['the event', 'event-1'],
];

const odd: readonly [what: string, customerId: string][] = [
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['an operator', '$where'],
  ['a path', 'a.b.c'],
  ['dots only', '..'],
  ['a percent sign', '%'],
  ['an escape of ours', '%2E%24'],
  ['a space', ' '],
  ['a slash and a colon', 'a/b:1'],
  ['the words null and undefined', 'null undefined'],
  ['JSON', '{"$gt":""}'],
  ['256 characters', 'i'.repeat(256)],
  ['256 characters of three bytes', '客'.repeat(256)],
  ['characters of two units', '🧾🧾'],
  ['right to left', 'لقب-1'],
  ['combining marks', 'e\u0301'],
  ['a byte order mark', '\uFEFFcustomer'],
  ['a zero-width space', 'a\u200Bb'],
  ['the character that replaces what is no UTF-8', 'a\uFFFDb'],
  ['the last code point', '\u{10FFFF}'],
];

const TYPES = ['OrderFinalized', 'ContractSigned'] as const;

const NAMED = (type: NonNullable<Spec['type']>, customerId: string): Spec => ({ type, customerId });

export const keyCases: readonly Case[] = [
  ...TYPES.flatMap((type) => missing.map(([what, key]) => aCase(`${type}: ${what}`, 'missing-key', { type, key }))),
  ...foreign.map(([what, key], index) => {
    const type = TYPES[index % 2] ?? 'OrderFinalized';
    const spec = { ...NAMED(type, CUSTOMER), key };
    return aCase(`${type}: the key is ${what}`, 'key-mismatch', spec, 'customerId');
  }),
  ...odd.map(([what, customerId], index) => {
    const type = TYPES[index % 2] ?? 'OrderFinalized';
    return aCase(`${type}: the customer id is ${what}`, 'applied', NAMED(type, customerId));
  }),
  aCase(
    'the customer id is longer than 256 characters, and so is the key',
    'invalid-value',
    {
      customerId: 'i'.repeat(257),
    },
    'customerId',
  ),
  aCase('the customer id has a NUL, and so has the key', 'invalid-value', { customerId: 'a\0b' }, 'customerId'),
  aCase('the customer id has a line break, and so has the key', 'invalid-value', { customerId: 'a\nb' }, 'customerId'),
  aCase('the customer id is empty, and the key is not', 'key-mismatch', { said: { customerId: '' } }, 'customerId'),
];
