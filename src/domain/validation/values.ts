/** What single values may be. */
import { type Check, fault, rule } from './check.ts';

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CURRENCY = /^[A-Z]{3}$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
/** avsc reads some longs below -2^52 as positive, and none of those as less than 2^52. */
const MOST_VERSIONS = 2 ** 52 - 1;
const INT_MAX = 2 ** 31 - 1;
/** Far above any price and far below where sums of thousands would lose a cent. */
const MOST_MINOR_UNITS = 1e12;

const isInteger = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

export const id: Check<string> = rule(
  (value) => typeof value === 'string' && value !== '' && value.length <= 256 && !CONTROL.test(value),
  'must be 1 to 256 characters without control characters',
);

const MOST_CHARACTERS = 4096;

export const text: Check<string> = rule(
  (value) => typeof value === 'string' && value.length <= MOST_CHARACTERS,
  `must be at most ${MOST_CHARACTERS} characters`,
);

const inNormalForm = rule<string>(
  (value) => value.normalize('NFKC').length <= MOST_CHARACTERS,
  `must be at most ${MOST_CHARACTERS} characters in its normal form`,
);

/** Of a contact the normal form is kept as well, and some characters become eighteen in it. */
export const contactText: Check<string> = (value, latest) => text(value, latest) ?? inNormalForm(value, latest);

/** Names of options become members of objects here and in databases. */
export const optionName: Check<string> = (value, latest) =>
  value.startsWith('$') || value === '__proto__' ? fault('must not be named like an operator') : id(value, latest);

/** A symbol of an enum; decoding has seen to it that it is one. */
export const symbol: Check<string> = text;

export const flag: Check<boolean> = rule((value) => typeof value === 'boolean', 'must be true or false');

export const version: Check<number> = rule(
  (value) => isInteger(value, 0, MOST_VERSIONS),
  'must be an integer of 0 or more, and less than 2^52',
);

export const count: Check<number> = rule((value) => isInteger(value, 0, INT_MAX), 'must be an integer of 0 or more');

export const integer: Check<number> = rule((value) => isInteger(value, -INT_MAX, INT_MAX), 'must be an integer');

export const minorUnits: Check<number> = rule(
  (value) => isInteger(value, -MOST_MINOR_UNITS, MOST_MINOR_UNITS),
  `must be an integer of at most ${MOST_MINOR_UNITS} either way`,
);

export const currency: Check<string> = rule(
  (value) => typeof value === 'string' && CURRENCY.test(value),
  'must be three capital letters',
);

export const instant: Check<number> = rule(
  (value) => isInteger(value, EARLIEST, LATEST),
  'must be an instant in milliseconds between the years 1900 and 2200',
);

/** The time of a statement: later ones win, so one from the future would stay for ever. */
export const statedAt: Check<number> = (value, latest) =>
  instant(value, latest) ??
  (value > latest ? fault('must not be later than the record, within the tolerance', '', 'from-the-future') : null);

export const birthDate: Check<string> = rule(
  (value) => typeof value === 'string' && ISO_DATE.test(value) && isRealDate(value),
  'must be a date as YYYY-MM-DD',
);

/** 31 June parses as 1 July. */
const isRealDate = (date: string): boolean => {
  const parsed = new Date(date);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
};
