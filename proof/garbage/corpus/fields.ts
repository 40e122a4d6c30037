/** One field at a time: what each kind may not hold, at every place where it stands. */
import { aCase, type Case, invalid } from '../cases.ts';
import type { EventType } from '../events.ts';

type Places = Readonly<Record<EventType, readonly string[]>>;
type Values = readonly (readonly [what: string, value: unknown])[];

const TYPES: readonly EventType[] = ['OrderFinalized', 'ContractSigned'];

const placed = (places: Places): [EventType, string][] =>
  TYPES.flatMap((type) => places[type].map((path): [EventType, string] => [type, path]));

/** Every value at the first place of an event, and one, in turn, at each of the others. */
const at = (places: Places, values: Values): Case[] =>
  placed(places).flatMap(([type, path], index) =>
    values
      .filter((_, turn) => path === places[type][0] || turn === index % values.length)
      .map(([what, value]) => invalid(type, path, what, value)),
  );

/** A message for each value that is at the edge and right, with the value at every place. */
const fits = (kind: string, places: Places, values: Values): Case[] =>
  values.flatMap(([what, value]) =>
    TYPES.filter((type) => places[type].length > 0).map((type) =>
      aCase(`${type}: every ${kind} ${what}`, 'applied', {
        type,
        at: Object.fromEntries(places[type].map((path) => [path, value])),
      }),
    ),
  );

const IDS: Places = {
  OrderFinalized: [
    'eventId',
    'sourceSystem',
    'orderId',
    'billingAccountId',
    'items[1].itemId',
    'items[0].productId',
    'items[1].offeringId',
    'paymentMethod.fingerprint',
    'deviceFingerprint',
  ],
  ContractSigned: [
    'eventId',
    'sourceSystem',
    'agreementId',
    'items[1].offeringId',
    'items[0].productId',
    'languages[1]',
  ],
  PrivacyRequested: ['eventId', 'sourceSystem', 'caseReference'],
};

const NO_IDS: Values = [
  ['is empty', ''],
  ['has 257 characters', 'i'.repeat(257)],
  ['has a NUL', 'a\0b'],
  ['has a line break', 'a\nb'],
  ['has a tab', '\tid'],
  ['has a delete', 'a\u007f'],
  ['has a control character beyond ASCII', 'a\u0085b'],
  ['has 128 characters of two units and one', `${'🧾'.repeat(128)}i`],
];

const ODD_IDS: Values = [
  ['is __proto__', '__proto__'],
  ['is constructor', 'constructor'],
  ['is an operator', '$where'],
  ['is a path', 'a.b.$[].c'],
  ['is an escape', '%2e%24%00'],
  ['is a number', '0'],
  ['has 256 characters', 'i'.repeat(256)],
  ['is a space', ' '],
];

const PARTY_TEXTS = ['title', 'givenName', 'middleName', 'familyName', 'organizationName', 'organizationId'];
const ADDRESS_TEXTS = ['street1', 'street2', 'city', 'stateOrProvince', 'postCode', 'country'];
const CONTACT_TEXTS = [
  ...PARTY_TEXTS.map((field) => `party.${field}`),
  'contactMediums[0].emailAddress',
  'contactMediums[1].phoneNumber',
  'contactMediums[1].countryCode',
  ...ADDRESS_TEXTS.map((field) => `contactMediums[2].address.${field}`),
];

const TEXTS: Places = {
  OrderFinalized: [
    'correlationId',
    'category',
    'channel',
    'items[0].offeringName',
    'items[1].category',
    ...ADDRESS_TEXTS.map((field) => `deliveryAddress.${field}`),
    ...CONTACT_TEXTS,
  ],
  ContractSigned: [
    'correlationId',
    'agreementType',
    'name',
    'billing.format',
    'billing.cycle',
    'billing.media',
    'identification.identificationType',
    'identification.issuingAuthority',
    'creditProfile.riskRating',
    'consents[1].evidence',
    ...CONTACT_TEXTS,
  ],
  PrivacyRequested: ['correlationId', 'consents[0].evidence', 'reason', 'evidence'],
};

const LIFETIME = ['contactMediums[0].validFrom', 'contactMediums[0].validTo'];

/** Those that are no statements. */
const INSTANTS: Places = {
  OrderFinalized: ['orderDate', 'completionDate', 'items[0].startDate', 'items[1].terminationDate', ...LIFETIME],
  ContractSigned: [
    'signedAt',
    'period.startDateTime',
    'period.endDateTime',
    'consents[1].validTo',
    'identification.validTo',
    'creditProfile.validTo',
    ...LIFETIME,
  ],
  PrivacyRequested: ['consents[0].validTo'],
};

export const STATEMENTS: Places = {
  OrderFinalized: ['occurredAt'],
  ContractSigned: ['occurredAt', 'consents[1].decidedAt', 'creditProfile.checkedAt'],
  PrivacyRequested: ['occurredAt', 'consents[0].decidedAt'],
};

const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

const NO_INSTANTS: Values = [
  ['is before 1900', EARLIEST - 1],
  ['is after 2200', LATEST + 1],
  ['is in seconds before 1900', -2_300_000_000_000],
  ['is in microseconds', 1_700_000_000_000_000],
];

const VERSIONS: Places = {
  OrderFinalized: ['orderVersion'],
  ContractSigned: ['agreementVersion'],
  PrivacyRequested: [],
};
const COUNTS: Places = {
  OrderFinalized: ['items[0].quantity'],
  ContractSigned: ['noticeDays'],
  PrivacyRequested: [],
};
const INTEGERS: Places = {
  OrderFinalized: ['items[1].termMonths'],
  ContractSigned: ['creditProfile.score'],
  PrivacyRequested: [],
};
const AMOUNTS: Places = {
  OrderFinalized: [
    'orderTotalPrice.minorUnits',
    'items[0].recurringPrice.minorUnits',
    'items[1].oneOffPrice.minorUnits',
  ],
  ContractSigned: [],
  PrivacyRequested: [],
};
const CURRENCIES: Places = {
  OrderFinalized: ['orderTotalPrice.currency', 'items[1].recurringPrice.currency', 'items[0].oneOffPrice.currency'],
  ContractSigned: [],
  PrivacyRequested: [],
};
const BIRTH_DATES: Places = {
  OrderFinalized: ['party.birthDate'],
  ContractSigned: ['party.birthDate'],
  PrivacyRequested: [],
};

const NO_BIRTH_DATES: Values = [
  ['is 30 February', '2023-02-30'],
  ['is 29 February of no leap year', '1900-02-29'],
  ['is in month 13', '1990-13-01'],
  ['is in month 0', '1990-00-10'],
  ['is on day 0', '1990-01-00'],
  ['has no zeros', '1990-1-2'],
  ['has no dashes', '19900102'],
  ['has a time', '1990-01-02T00:00:00Z'],
  ['has a space', ' 1990-01-02'],
  ['has a line break', '1990-01-02\n'],
  ['is as people write it', '02.01.1990'],
  ['has a year of six digits', '+001990-01-02'],
  ['is empty', ''],
  ['is in other digits', '١٩٩٠-٠١-٠٢'],
  ['is longer than any text', '1'.repeat(5_000)],
];

const beyond = 1e12 + 1;

/** One character that the normal form makes eighteen of. */
const GROWS = '\uFDFA';

/** Their normal form is kept as well. */
const CONTACTS: Places = {
  OrderFinalized: ['contactMediums[0].emailAddress', 'contactMediums[1].phoneNumber', 'deliveryAddress.city'],
  ContractSigned: ['contactMediums[0].emailAddress', 'contactMediums[1].phoneNumber'],
  PrivacyRequested: [],
};

export const fieldCases: readonly Case[] = [
  ...at(IDS, NO_IDS),
  ...fits('identifier', IDS, ODD_IDS),
  ...placed(TEXTS).map(([type, path]) => invalid(type, path, 'has 4097 characters', 't'.repeat(4_097))),
  ...placed(CONTACTS).map(([type, path]) =>
    invalid(type, path, 'has 4097 characters in its normal form', `${GROWS.repeat(227)}${'t'.repeat(11)}`),
  ),
  ...fits('contact', CONTACTS, [['has 4096 characters in its normal form', `${GROWS.repeat(227)}${'t'.repeat(10)}`]]),
  ...fits('text', TEXTS, [
    ['has 4096 characters', 't'.repeat(4_096)],
    ['has control characters', 'a\0b\nc\u0085'],
    ['is an operator and a path', '$set.a.$[]'],
  ]),
  ...at(INSTANTS, NO_INSTANTS),
  ...fits('instant', INSTANTS, [
    ['is the first of 1900', EARLIEST],
    ['is the first of 2200', LATEST],
    ['is 0', 0],
  ]),
  ...placed(STATEMENTS).map(([type, path]) => invalid(type, path, 'is before 1900', EARLIEST - 1)),
  ...placed(STATEMENTS).map(([type, path]) => invalid(type, path, 'is after 2200', LATEST + 1)),
  ...fits('time of a statement', STATEMENTS, [['is the first of 1900', EARLIEST]]),
  ...at(VERSIONS, [
    ['is negative', -1],
    ['is beyond the largest', 2 ** 52],
    ['is the largest that JavaScript tells from the next', 2 ** 53 - 2],
    ['is -2^52', -(2 ** 52)],
    ['is below -2^52', -(2 ** 52) - 1],
    ['is as negative as JavaScript can count', -(2 ** 53) + 2],
  ]),
  ...fits('version', VERSIONS, [
    ['is 0', 0],
    ['is beyond 32 bits', 2 ** 32 + 1],
    ['is the largest', 2 ** 52 - 1],
  ]),
  ...at(COUNTS, [
    ['is negative', -1],
    ['is the least int', -(2 ** 31)],
  ]),
  ...fits('count', COUNTS, [['is 0', 0]]),
  ...at(AMOUNTS, [
    ['is beyond any price', beyond],
    ['is beyond any credit', -beyond],
    ['is 2^52', 2 ** 52],
  ]),
  ...fits('amount', AMOUNTS, [
    ['is the largest', 1e12],
    ['is the largest credit', -1e12],
    ['is 0', 0],
  ]),
  ...at(INTEGERS, [['is the least int', -(2 ** 31)]]),
  ...fits('int', INTEGERS, [
    ['is the largest', 2 ** 31 - 1],
    ['is negative', -1],
  ]),
  ...at(CURRENCIES, [
    ['is in small letters', 'eur'],
    ['has two letters', 'EU'],
    ['has four letters', 'EURO'],
    ['is empty', ''],
    ['is a sign', '€'],
    ['has a line break', 'EUR\n'],
    ['has letters that look alike', 'ЕUR'],
    ['has a digit', 'E0R'],
  ]),
  ...fits('currency', CURRENCIES, [['is one that nobody has', 'XQZ']]),
  ...at(BIRTH_DATES, NO_BIRTH_DATES),
  ...fits('date of birth', BIRTH_DATES, [
    ['is 29 February of a leap year', '2000-02-29'],
    ['is long ago', '1890-12-31'],
  ]),
];
