/** What nobody but the system itself says: nobody else may write it, and whatever does is refused like any input. */
import { aCase, type Case, invalid, type Spec } from '../cases.ts';

const COMMAND = { type: 'ProfileCommand' } as const;
const STATEMENT = { type: 'CustomerLink' } as const;
const LINK = 'phone:abcdefghijklmnopqrstuv';

/** With other parameters; undefined: without it. */
const saying = (parameters: Readonly<Record<string, string | undefined>>): Spec => {
  const all: Record<string, string | undefined> = { link: LINK, version: '7', customers: '3', ...parameters };
  return {
    ...COMMAND,
    said: { parameters: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) },
  };
};

const parameter = (name: string, what: string, value?: string): Case =>
  aCase(
    `ProfileCommand: the parameter ${name} ${what}`,
    'invalid-value',
    saying({ [name]: value }),
    `parameters.${name}`,
  );

const NO_NUMBERS = [
  ['is empty', ''],
  ['is negative', '-1'],
  ['is a fraction', '1.5'],
  ['has an exponent', '1e3'],
  ['is hexadecimal', '0x10'],
  ['has a sign', '+1'],
  ['has a space before it', ' 1'],
  ['has a line break after it', '1\n'],
  ['has digits of another script', '٣'],
  ['is a word', 'many'],
  ['has 17 digits', '00000000000000001'],
] as const;

const commands: Case[] = [
  aCase('ProfileCommand: the kind is unknown', 'invalid-value', { ...COMMAND, said: { kind: 'unknown' } }, 'kind'),
  aCase(
    'ProfileCommand: a decision is asked for without terms',
    'invalid-value',
    { ...COMMAND, said: { kind: 'retention' } },
    'parameters.policy',
  ),
  ...(['link', 'version'] as const).map((name) => parameter(name, 'is missing')),
  parameter('link', 'is empty', ''),
  parameter('link', 'has 257 characters', 'l'.repeat(257)),
  parameter('link', 'has a NUL', 'phone:\0'),
  ...(['version', 'customers'] as const).flatMap((name) =>
    NO_NUMBERS.map(([what, value]) => parameter(name, what, value)),
  ),
  parameter('version', 'is 2^52', String(2 ** 52)),
  parameter('customers', 'is 2^31', String(2 ** 31)),
  aCase('ProfileCommand: no parameters', 'invalid-value', { ...COMMAND, said: { parameters: {} } }, 'parameters.link'),
  ...['$set', '__proto__', ''].map((name) =>
    aCase(
      `ProfileCommand: a parameter is named ${JSON.stringify(name)}`,
      'invalid-value',
      saying({ [name]: 'x' }),
      'parameters',
    ),
  ),
  aCase(
    'ProfileCommand: a parameter has 4097 characters',
    'invalid-value',
    saying({ more: 'x'.repeat(4_097) }),
    'parameters',
  ),
  invalid('ProfileCommand', 'reason', 'has 4097 characters', 'x'.repeat(4_097)),
  invalid('ProfileCommand', 'occurredAt', 'is before 1900', Date.UTC(1899, 11, 31)),
  aCase('ProfileCommand: no key', 'missing-key', { ...COMMAND, key: null }),
  aCase('ProfileCommand: the key is the link', 'key-mismatch', { ...COMMAND, key: LINK }, 'customerId'),
  aCase('ProfileCommand: no value', 'empty-value', { ...COMMAND, value: () => null }),
  aCase('ProfileCommand: a statement about a link instead', 'wrong-schema', {
    ...STATEMENT,
    topic: 'profile-command',
  }),
  aCase('ProfileCommand: cut off', 'undecodable', { ...COMMAND, body: (body) => body.subarray(0, -3) }),
];

const statements: Case[] = [
  aCase('CustomerLink: no key', 'missing-key', { ...STATEMENT, key: null }),
  aCase(
    'CustomerLink: the key is the customer',
    'key-mismatch',
    { ...STATEMENT, key: 'garbage-keyed-by-customer', customerId: 'garbage-keyed-by-customer' },
    'link',
  ),
  aCase('CustomerLink: the key is another link', 'key-mismatch', { ...STATEMENT, key: `${LINK}w` }, 'link'),
  aCase(
    'CustomerLink: the link is empty, and the key is not',
    'key-mismatch',
    { ...STATEMENT, said: { link: '' }, key: LINK },
    'link',
  ),
  ...[
    ['has 257 characters', 'l'.repeat(257)],
    ['has a line break', 'phone:\n'],
  ].map(([what = '', link = '']) => invalid('CustomerLink', 'link', what, link)),
  ...[
    ['eventId', 'is empty', ''],
    ['customerId', 'is empty', ''],
    ['customerId', 'has 257 characters', 'i'.repeat(257)],
    ['sourceSystem', 'has a NUL', 'a\0b'],
    ['correlationId', 'has 4097 characters', 'x'.repeat(4_097)],
    ['occurredAt', 'is after 2200', Date.UTC(2201, 0, 1)],
    ['version', 'is negative', -1],
    ['version', 'is 2^52', 2 ** 52],
    ['partition', 'is negative', -1],
    ['partition', 'is the least there is', -(2 ** 31)],
  ].map(([path = '', what = '', value]) => invalid('CustomerLink', String(path), String(what), value)),
  aCase('CustomerLink: no value', 'empty-value', { ...STATEMENT, value: () => null }),
  aCase('CustomerLink: text', 'not-confluent-format', { ...STATEMENT, value: () => Buffer.from('{"linked":true}') }),
  aCase('CustomerLink: a command instead', 'wrong-schema', { ...COMMAND, topic: 'customer-link', key: LINK }),
  aCase('CustomerLink: a schema that nobody knows', 'unknown-schema', {
    ...STATEMENT,
    claims: ({ unknown }) => unknown,
  }),
  aCase('CustomerLink: a byte more', 'undecodable', {
    ...STATEMENT,
    body: (body) => Buffer.concat([body, Buffer.of(0)]),
  }),
];

/** Each is refused: one that is applied would say of a customer what is not so. */
export const internalCases: readonly Case[] = [...commands, ...statements];

/** The edges of what may be said. */
export const internalEdges: readonly Case[] = [
  aCase('ProfileCommand: as it is', 'applied', COMMAND),
  aCase('ProfileCommand: nobody has it any more', 'applied', saying({ customers: undefined })),
  aCase('ProfileCommand: nobody else has it', 'applied', saying({ customers: '0' })),
  aCase('ProfileCommand: the highest version', 'applied', saying({ version: String(2 ** 52 - 1) })),
  aCase('ProfileCommand: a version of 16 digits', 'applied', saying({ version: '0000000000000007' })),
  aCase('ProfileCommand: the most customers', 'applied', saying({ customers: String(2 ** 31 - 1) })),
  aCase('ProfileCommand: a parameter that nobody knows', 'applied', saying({ later: 'x' })),
  aCase('ProfileCommand: of next year', 'applied', {
    ...COMMAND,
    said: (at) => ({ occurredAt: at + 365 * 86_400_000 }),
  }),
  aCase('CustomerLink: as it is', 'applied', STATEMENT),
  aCase('CustomerLink: it has the value no more', 'applied', { ...STATEMENT, said: { linked: false } }),
  aCase('CustomerLink: version 0', 'applied', { ...STATEMENT, said: { version: 0 } }),
  aCase('CustomerLink: the highest version', 'applied', { ...STATEMENT, said: { version: 2 ** 52 - 1 } }),
  aCase('CustomerLink: of next year', 'applied', {
    ...STATEMENT,
    said: (at) => ({ occurredAt: at + 365 * 86_400_000 }),
  }),
];
