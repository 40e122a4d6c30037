/** Reads a query in MongoDB's language: checked against the fields that there are, and made of what gives the same anywhere. */
import type { Faults } from './faults.ts';
import type { Field, RecordField } from './fields.ts';
import { isDate, operandOf } from './operands.ts';
import { type Target, targetOf } from './paths.ts';
import { textPattern } from './text-pattern.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Of one query: what remembers how much of it there is. */
interface Reading {
  readonly faults: Faults;
  conditions: number;
}

const MOST_CONDITIONS = 200;
const DEEPEST = 10;
const MOST_VALUES = 100;

/**
 * Reads `said`, which asks about a record. What comes back is for `compileQuery`, and means the same to a MongoDB server:
 * instants are numbers. What is wrong goes to `faults`, and then it means nothing.
 */
export const readMatch = (said: unknown, record: RecordField, place: string, faults: Faults): object => {
  const reading = { faults, conditions: 0 };
  const query = readQuery(said, record, place, reading, 1);
  if (reading.conditions > MOST_CONDITIONS) faults.add(place, `has more than ${MOST_CONDITIONS} conditions`);
  return query;
};

const readQuery = (said: unknown, record: RecordField, place: string, reading: Reading, depth: number): object => {
  const { faults } = reading;
  const query: Record<string, unknown> = {};
  if (!isTree(said)) faults.add(place, 'must be an object of conditions');
  else if (Object.keys(said).length === 0) faults.add(place, 'says nothing, and so would be about everybody');
  else if (depth > DEEPEST) faults.add(place, `goes more than ${DEEPEST} levels deep`);
  else {
    for (const [name, below] of Object.entries(said)) {
      const here = `${place}.${name}`;
      if (name === '$and' || name === '$or' || name === '$nor') {
        query[name] = readList(below, here, faults).map((each, i) =>
          readQuery(each, record, `${here}[${i}]`, reading, depth + 1),
        );
      } else if (name.startsWith('$')) faults.add(here, refusalOf(name));
      else {
        const target = targetOf(record, name);
        if (typeof target === 'string') faults.add(here, target);
        else if (target.lists > 1 || (target.lists > 0 && target.field.kind === 'list')) faults.add(here, TWO_LISTS);
        else query[name] = readConditions(below, target, here, reading, depth);
      }
    }
  }
  return query;
};

const TWO_LISTS = 'leads through two lists: ask for one entry of the first with $elemMatch';

/** A value, or an object of operators; either way an object of operators comes back. */
const readConditions = (said: unknown, target: Target, place: string, reading: Reading, depth: number): object => {
  if (!isTree(said) || isDate(said)) return { $eq: valueOf(said, target, place, reading) };
  const operators = Object.entries(said);
  if (operators.length === 0 || operators.some(([name]) => !name.startsWith('$'))) {
    reading.faults.add(
      place,
      'an object cannot be compared: use a path with dots, or $elemMatch for an entry of a list',
    );
    return {};
  }
  const conditions: Record<string, unknown> = {};
  for (const [name, operand] of operators) {
    if (name === '$options') {
      if (!('$regex' in said)) reading.faults.add(`${place}.$options`, 'belongs to $regex');
      continue;
    }
    const read = OPERATORS[name];
    const here = `${place}.${name}`;
    if (read === undefined) reading.faults.add(here, refusalOf(name));
    else conditions[name] = read({ operand, target, place: here, reading, depth, options: said['$options'] });
  }
  return conditions;
};

interface Condition {
  readonly operand: unknown;
  readonly target: Target;
  readonly place: string;
  readonly reading: Reading;
  readonly depth: number;
  readonly options: unknown;
}

const valueOf = (said: unknown, { field, lists }: Target, place: string, reading: Reading): unknown => {
  reading.conditions += 1;
  const read = operandOf(field.kind === 'list' ? field.items : field, said);
  if ('fault' in read) reading.faults.add(place, read.fault);
  // An entry of a list without the field, no entry at all, a field that is null: engines differ in what they make of it.
  else if (read.value === null && (lists > 0 || field.kind === 'list')) reading.faults.add(place, NULL_IN_LIST);
  return 'fault' in read ? null : read.value;
};

const NULL_IN_LIST =
  'in a list, ask for an entry where it is null with $elemMatch, or for an empty list with {"$size": 0}';

const single = ({ operand, target, place, reading }: Condition): unknown => valueOf(operand, target, place, reading);

const several = ({ operand, target, place, reading }: Condition): unknown[] => {
  const values = readList(operand, place, reading.faults);
  if (values.length > MOST_VALUES) reading.faults.add(place, `has more than ${MOST_VALUES} values`);
  return values.map((each, i) => valueOf(each, target, `${place}[${i}]`, reading));
};

const ORDERED: readonly Field['kind'][] = ['text', 'number', 'instant'];

const ordered = (condition: Condition): unknown => {
  const { operand, target, place, reading } = condition;
  const kind = target.field.kind === 'list' ? target.field.items.kind : target.field.kind;
  if (!ORDERED.includes(kind)) reading.faults.add(place, 'compares numbers, instants and texts only');
  else if (operand === null) reading.faults.add(place, 'nothing is more or less than null');
  // Beyond ASCII the order of texts is another in each engine.
  else if (typeof operand === 'string' && /[^\0-\x7f]/.test(operand)) {
    reading.faults.add(place, 'compares with plain letters, digits and signs only (ASCII)');
  }
  return single(condition);
};

const all = (condition: Condition): unknown => {
  const { target, place, reading } = condition;
  if ((target.lists === 0 || target.numbered) && target.field.kind !== 'list')
    reading.faults.add(place, 'asks about lists only');
  return several(condition);
};

const size = ({ operand, target, place, reading }: Condition): unknown => {
  reading.conditions += 1;
  if (target.field.kind !== 'list') reading.faults.add(place, 'asks about lists only');
  if (!Number.isSafeInteger(operand) || Number(operand) < 0) reading.faults.add(place, 'must be a whole number from 0');
  return operand;
};

const elemMatch = ({ operand, target, place, reading, depth }: Condition): unknown => {
  if (target.field.kind !== 'list' || target.field.items.kind !== 'record') {
    reading.faults.add(place, 'asks about lists of entries with fields only');
    return {};
  }
  return readQuery(operand, target.field.items, place, reading, depth + 1);
};

const exists = ({ operand, target, place, reading }: Condition): unknown => {
  reading.conditions += 1;
  if (!target.inMap)
    reading.faults.add(place, 'every field is always there: compare it with null, or use {"$size": 0}');
  else if (target.lists > 0) reading.faults.add(place, 'in a list, ask for an entry that has it with $elemMatch');
  if (typeof operand !== 'boolean') reading.faults.add(place, 'must be true or false');
  return operand;
};

const regex = ({ operand, target, place, reading, options = '' }: Condition): unknown => {
  reading.conditions += 1;
  const { field } = target;
  if ((field.kind === 'list' ? field.items : field).kind !== 'text') reading.faults.add(place, 'asks about texts only');
  const pattern =
    typeof operand === 'string' && typeof options === 'string'
      ? textPattern(operand, options)
      : 'must be a text in quotes';
  if (typeof pattern === 'string') reading.faults.add(place, pattern);
  return pattern;
};

const not = ({ operand, target, place, reading, depth }: Condition): unknown => {
  if (!isTree(operand) || isDate(operand))
    reading.faults.add(place, 'must be an object of operators; for a value use $ne');
  else if (depth > DEEPEST) reading.faults.add(place, `goes more than ${DEEPEST} levels deep`);
  else return readConditions(operand, target, place, reading, depth + 1);
  return {};
};

const OPERATORS: Readonly<Record<string, (condition: Condition) => unknown>> = {
  ...{ $eq: single, $ne: single, $in: several, $nin: several },
  ...{ $gt: ordered, $gte: ordered, $lt: ordered, $lte: ordered },
  ...{ $all: all, $size: size, $elemMatch: elemMatch, $exists: exists, $regex: regex, $not: not },
};

/** Operators of MongoDB that would make a profile more than a function of its facts. */
const IMPURE = [
  '$where',
  '$function',
  '$accumulator',
  '$rand',
  '$sampleRate',
  '$expr',
  '$jsonSchema',
  '$text',
  '$near',
];

const refusalOf = (name: string): string =>
  IMPURE.includes(name)
    ? 'is not allowed: a profile follows from facts and rules alone, never from code, clock or chance'
    : `no such operator; there are ${['$and', '$or', '$nor', ...Object.keys(OPERATORS)].join(', ')}`;

const readList = (said: unknown, place: string, faults: Faults): readonly unknown[] => {
  if (Array.isArray(said) && said.length > 0) return said;
  faults.add(place, 'must be a list that is not empty');
  return [];
};

const isTree = (said: unknown): said is Tree => typeof said === 'object' && said !== null && !Array.isArray(said);
