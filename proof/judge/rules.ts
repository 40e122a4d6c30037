/**
 * What the fields of an input event may hold. The schema of the event is walked in its own order; a rule belongs to a field
 * by name, or else to its Avro type. The first fault is the one that is told.
 */
import type { Node, RecordNode } from './avro-schema.ts';
import { isTree, member, type Tree } from './read.ts';

export interface Fault {
  readonly reason: 'invalid-value' | 'from-the-future';
  /** As `items[2].recurringPrice.currency`. */
  readonly field: string;
}

type Rule = (value: unknown, latest: number) => boolean | 'future';

const inRange =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;

const isText: Rule = (value) => typeof value === 'string' && value.length <= 4096;

const isId: Rule = (value) =>
  typeof value === 'string' && value.length >= 1 && value.length <= 256 && !/\p{Cc}/u.test(value);

const isInstant = inRange(Date.UTC(1900, 0, 1), Date.UTC(2200, 0, 1));

/** A statement wins by its time, so it may not be dated after the record that brings it. */
const isStated: Rule = (value, latest) =>
  isInstant(value, latest) === true && (Number(value) > latest ? 'future' : true);

/** A number in a text. */
const isNumeral =
  (most: number): Rule =>
  (value) =>
    typeof value === 'string' && /^\d{1,16}$/.test(value) && Number(value) <= most;

const isDate: Rule = (value) => {
  const [, year, month, day] = typeof value === 'string' ? (/^(\d{4})-(\d\d)-(\d\d)$/.exec(value) ?? []) : [];
  if (year === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
};

const isCurrency: Rule = (value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value);

/** A contact is kept in its normal form, which may be longer. */
const isContact: Rule = (value, latest) =>
  isText(value, latest) === true && isText(String(value).normalize('NFKC'), latest);

const NOT_NEGATIVE = inRange(0, 2 ** 31 - 1);

const CARRIED_OUT = new Set([
  ...['linkCounted', 'refresh', 'retention'],
  ...['consentChanged', 'restrict', 'liftRestriction', 'erase', 'legalHold', 'releaseHold'],
]);

/** By field name, wherever it stands. */
const BY_NAME: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    [
      ...['eventId', 'sourceSystem', 'customerId', 'orderId', 'agreementId', 'billingAccountId'],
      ...['itemId', 'productId', 'offeringId', 'fingerprint', 'deviceFingerprint', 'languages'],
      'caseReference',
    ].map((name) => [name, isId]),
  ),
  ...Object.fromEntries(
    [
      ...['emailAddress', 'phoneNumber'],
      ...['street1', 'street2', 'city', 'stateOrProvince', 'postCode', 'country'],
    ].map((name) => [name, isContact]),
  ),
  occurredAt: isStated,
  decidedAt: isStated,
  checkedAt: isStated,
  orderVersion: inRange(0, 2 ** 52 - 1),
  agreementVersion: inRange(0, 2 ** 52 - 1),
  quantity: NOT_NEGATIVE,
  noticeDays: NOT_NEGATIVE,
  minorUnits: inRange(-1e12, 1e12),
  currency: isCurrency,
  birthDate: isDate,
  link: isId,
  version: inRange(0, 2 ** 52 - 1),
  partition: NOT_NEGATIVE,
  // Others may come; whoever does not know one must not pass it over.
  kind: (value) => CARRIED_OUT.has(String(value)),
};

const BY_KIND: Readonly<Record<string, Rule>> = {
  string: isText,
  long: isInstant,
  int: inRange(1 - 2 ** 31, 2 ** 31 - 1),
};

const MOST_ITEMS = 1000;
const MOST_OTHERS = 100;

/** The first fault of a decoded event, or null. `latest`: no statement may be dated after it, ms. */
export const faultOf = (record: RecordNode, event: unknown, latest: number): Fault | null => {
  for (const { name, type } of record.fields) {
    const fault = faultAt(type, name, isTree(event) ? event[name] : undefined, name, latest);
    if (fault !== null) return fault;
  }
  if (!isTree(event)) return null;
  if (record.name.endsWith('.ProfileCommand')) {
    if (event['kind'] === 'linkCounted') return faultOfAnswer(event['parameters']);
    if (event['kind'] === 'retention') return faultOfTerms(event['parameters']);
  }
  return record.name.endsWith('.PrivacyRequested') ? faultOfRequest(event) : null;
};

/** Decisions are about something, and holds about a case. */
const faultOfRequest = ({ kind, consents, caseReference }: Tree): Fault | null => {
  const isEmpty = kind === 'consentChanged' && Array.isArray(consents) && consents.length === 0;
  if (isEmpty) return { reason: 'invalid-value', field: 'consents' };
  const isNameless = (kind === 'legalHold' || kind === 'releaseHold') && caseReference == null;
  return isNameless ? { reason: 'invalid-value', field: 'caseReference' } : null;
};

const ANSWER: readonly (readonly [name: string, rule: Rule, isNeeded: boolean])[] = [
  ['link', isId, true],
  ['version', isNumeral(2 ** 52 - 1), true],
  ['customers', isNumeral(2 ** 31 - 1), false],
];

const faultOfAnswer = (parameters: unknown): Fault | null => {
  for (const [name, rule, isNeeded] of ANSWER) {
    const value = member(parameters, name);
    const isMissing = value === undefined;
    if (isMissing ? isNeeded : rule(value, 0) !== true) return { reason: 'invalid-value', field: `parameters.${name}` };
  }
  return null;
};

/** Whose policy, where, and of each category that is named at all by what law, how long at least and at most. */
const faultOfTerms = (parameters: unknown): Fault | null => {
  const lacks = (name: string, holds: (text: string) => boolean): boolean => {
    const value = member(parameters, name);
    return typeof value !== 'string' || !holds(value);
  };
  const isSaid = (text: string): boolean => text !== '';
  const isPeriod = (text: string): boolean => /^P(\d{1,3}Y)?(\d{1,4}M)?(\d{1,5}D)?$/.test(text) && text !== 'P';
  const needed: [name: string, holds: (text: string) => boolean][] = [
    ['policy', isSaid],
    ['jurisdiction', isSaid],
  ];
  for (const category of ['customer', 'order', 'agreement', 'archive']) {
    const names = ['legalBasis', 'minimum', 'maximum'].map((field) => `${category}.${field}`);
    if (names.every((name) => member(parameters, name) === undefined)) continue;
    for (const name of names) needed.push([name, name.endsWith('Basis') ? isSaid : isPeriod]);
  }
  const [first] = needed.find(([name, holds]) => lacks(name, holds)) ?? [];
  return first === undefined ? null : { reason: 'invalid-value', field: `parameters.${first}` };
};

const faultAt = (type: Node, name: string, value: unknown, field: string, latest: number): Fault | null => {
  if (type.kind === 'union') {
    const [present = type] = type.branches.filter(({ kind }) => kind !== 'null');
    return value === null ? null : faultAt(present, name, value, field, latest);
  }
  if (type.kind === 'array') return inList(type.items, name, value, field, latest);
  if (type.kind === 'map') return isOptions(value) ? null : { reason: 'invalid-value', field };
  if (type.kind === 'record') {
    const inner = faultOf(type, value, latest);
    if (inner !== null) return { ...inner, field: `${field}.${inner.field}` };
    return type.name.endsWith('.ContactMedium') ? faultOfMedium(value, field) : null;
  }
  const held = (BY_NAME[name] ?? BY_KIND[type.kind])?.(value, latest) ?? true;
  return held === true ? null : { reason: held === 'future' ? 'from-the-future' : 'invalid-value', field };
};

const inList = (items: Node, name: string, values: unknown, field: string, latest: number): Fault | null => {
  if (!Array.isArray(values)) return { reason: 'invalid-value', field };
  if (values.length > (name === 'items' ? MOST_ITEMS : MOST_OTHERS)) return { reason: 'invalid-value', field };
  for (const [i, value] of values.entries()) {
    const fault = faultAt(items, name, value, `${field}[${i}]`, latest);
    if (fault !== null) return fault;
  }
  return null;
};

/** Options by name. A name becomes a member of objects and of documents, so that some are not allowed. */
const isOptions = (value: unknown): boolean => {
  const entries = isTree(value) ? Object.entries(value) : [];
  return (
    entries.length <= MOST_OTHERS &&
    entries.every(
      ([name, option]) => isId(name, 0) === true && !/^\$|^__proto__$/.test(name) && isText(option, 0) === true,
    )
  );
};

/** The field that a medium of this type is read from. */
const CONTACT: Readonly<Record<string, string>> = {
  email: 'emailAddress',
  phone: 'phoneNumber',
  postalAddress: 'address',
};

const faultOfMedium = (medium: unknown, field: string): Fault | null => {
  if (!isTree(medium)) return null;
  const name = CONTACT[String(medium['mediumType'])];
  if (name === undefined) return null;
  const said = isTree(medium[name]) ? Object.values(medium[name]) : [medium[name]];
  const isBlank = said.every((text) => typeof text !== 'string' || text.trim() === '');
  return isBlank ? { reason: 'invalid-value', field: `${field}.${name}` } : null;
};
