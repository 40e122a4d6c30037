/** Lists and options at their limits and over them, and contact media without what they are. */
import { aCase, type Case, invalid, type Spec } from '../cases.ts';
import type { EventType, Said } from '../events.ts';

const TYPES: readonly EventType[] = ['OrderFinalized', 'ContractSigned'];

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const item = (index: number): Said => ({
  itemId: `i-${index}`,
  action: 'add',
  state: 'completed',
  productId: `p-${index}`,
});

const email = (index: number): Said => ({ mediumType: 'email', emailAddress: `m${index}@example.org` });

const consent = (index: number): Said => ({
  purpose: 'marketing',
  channel: 'email',
  granted: index % 2 === 0,
  decidedAt: 1_700_000_000_000 + index,
});

const covered = (index: number): Said => ({ offeringId: `o-${index}` });

const options = (count: number): Said => Object.fromEntries(times(count, (index) => [`option-${index}`, 'on']));

/** `most` is allowed and one more is not. What is read has defaults that what was written leaves out. */
const upTo = (type: EventType, path: string, most: number, make: (count: number) => unknown): Case[] => [
  aCase(`${type}: ${path} with ${most} entries`, 'applied', { type, at: { [path]: make(most) }, read: READ_AGAIN }),
  invalid(type, path, `with ${most + 1} entries`, make(most + 1)),
];

/** These are not compared with what was written. */
const READ_AGAIN: Said = { items: undefined, contactMediums: undefined, consents: undefined };

const option = (what: string, name: string): Case =>
  invalid('OrderFinalized', 'items[1].characteristics', what, Object.fromEntries([[name, 'on']]));

const named = (what: string, name: string): Case =>
  aCase(`an option named ${what}`, 'applied', {
    at: { 'items[1].characteristics': Object.fromEntries([[name, 'on']]) },
  });

const inOptions: Case[] = [
  option('with an operator for a name', '$where'),
  option('with a dollar for a name', '$'),
  option('with a reference for a name', '$ref'),
  option('with __proto__ for a name', '__proto__'),
  option('with an empty name', ''),
  option('with a name of 257 characters', 'n'.repeat(257)),
  option('with a NUL in a name', 'a\0b'),
  invalid('OrderFinalized', 'items[0].characteristics', 'with a text of 4097 characters', { a: 't'.repeat(4_097) }),
  named('constructor', 'constructor'),
  named('toString', 'toString'),
  named('like a path', 'a.b'),
  named('like a path of dots', '..'),
  named('with a dollar within', 'a$b'),
  named('with 256 characters', 'n'.repeat(256)),
  named('like an index', '0'),
  named('with a space', ' '),
  aCase('an option with a text of 4096 characters, and one with none', 'applied', {
    at: { 'items[0].characteristics': { a: 't'.repeat(4_096), b: '' } },
  }),
];

const MEDIUM_FIELDS: readonly [what: string, index: number, field: string, value: unknown][] = [
  ['is null', 0, 'emailAddress', null],
  ['is empty', 0, 'emailAddress', ''],
  ['is blank', 0, 'emailAddress', ' \t\n\u00a0'],
  ['is null', 1, 'phoneNumber', null],
  ['is empty', 1, 'phoneNumber', ''],
  ['is blank', 1, 'phoneNumber', '   '],
  ['is null', 2, 'address', null],
];

const NOWHERE = { street1: ' ', street2: '', city: null, stateOrProvince: null, postCode: '\t', country: null };

const media: Case[] = TYPES.flatMap((type) => [
  ...MEDIUM_FIELDS.map(([what, index, field, value]) =>
    invalid(type, `contactMediums[${index}].${field}`, `${what}, and is what the medium is`, value),
  ),
  invalid(type, 'contactMediums[2].address', 'has blank lines only', NOWHERE),
  invalid(type, 'contactMediums[0].phoneNumber', 'is missing where only an e-mail address is', null, {
    at: { 'contactMediums[0].mediumType': 'phone' },
  }),
]);

const applied = (name: string, spec: Spec): Case => aCase(name, 'applied', spec);

const oddMedia: Case[] = [
  applied('a medium of no known type, with nothing in it', {
    at: { contactMediums: [{ mediumType: 'unknown' }] },
    read: READ_AGAIN,
  }),
  applied('an e-mail address that can be none', { at: { 'contactMediums[0].emailAddress': 'nobody' } }),
  applied('a phone number that can be none', { at: { 'contactMediums[1].phoneNumber': 'call me' } }),
  applied('a phone number of 4096 digits', { at: { 'contactMediums[1].phoneNumber': '1'.repeat(4_096) } }),
  applied('a country that is a member of objects', { at: { 'contactMediums[1].countryCode': 'constructor' } }),
  applied('an e-mail address that is a path', { at: { 'contactMediums[0].emailAddress': '$a.b@c.$d.%2E' } }),
  applied('an e-mail address with a NUL', { at: { 'contactMediums[0].emailAddress': 'a\0b@example.org' } }),
  applied('an e-mail address of letters that many characters fold to', {
    at: { 'contactMediums[0].emailAddress': '\uFDFA@example.org' },
  }),
  applied('an address of separators only', {
    at: { 'contactMediums[2].address': { ...NOWHERE, street1: '|||', city: '.$.' } },
  }),
  applied('validity that ends before it starts', {
    at: { 'contactMediums[0].validFrom': 1_700_000_000_000, 'contactMediums[0].validTo': 0 },
  }),
];

const NOTHING: Said = { correlationId: null, party: null };

const repeated: Case[] = [
  applied('two items of one id', {
    at: { items: [item(1), item(1)] },
    read: READ_AGAIN,
  }),
  applied('an order that says only what it must', {
    said: {
      ...NOTHING,
      state: 'unknown',
      items: [],
      contactMediums: [],
      orderTotalPrice: null,
      paymentMethod: null,
      deliveryAddress: null,
    },
  }),
  applied('a contract that says only what it must', {
    type: 'ContractSigned',
    said: {
      ...NOTHING,
      items: [],
      contactMediums: [],
      consents: [],
      languages: [],
      period: null,
      billing: null,
      identification: null,
      creditProfile: null,
    },
  }),
  applied('two consents to the same, decided at the same time', {
    type: 'ContractSigned',
    at: { consents: [consent(0), { ...consent(0), granted: false }] },
    read: READ_AGAIN,
  }),
];

export const collectionCases: readonly Case[] = [
  ...upTo('OrderFinalized', 'items', 1_000, (count) => times(count, item)),
  ...upTo('ContractSigned', 'items', 1_000, (count) => times(count, covered)),
  ...TYPES.flatMap((type) => upTo(type, 'contactMediums', 100, (count) => times(count, email))),
  ...upTo('ContractSigned', 'consents', 100, (count) => times(count, consent)),
  ...upTo('ContractSigned', 'languages', 100, (count) => times(count, (index) => `l-${index}`)),
  ...upTo('OrderFinalized', 'items[0].characteristics', 100, options),
  ...inOptions,
  ...media,
  ...oddMedia,
  ...repeated,
];
