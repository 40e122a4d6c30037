/** Conditions in MongoDB's query language, as files of rules write them, asked of a value of which nothing is known. */
import { isTree, member, type Tree } from './read.ts';

/** Whether `value` is as the query says. Throws for what rules may not say. */
export const matches = (value: unknown, query: unknown): boolean =>
  Object.entries(treeIn(query)).every(([name, said]) => {
    if (name === '$and') return listIn(said).every((each) => matches(value, each));
    if (name === '$or') return listIn(said).some((each) => matches(value, each));
    if (name === '$nor') return !listIn(said).some((each) => matches(value, each));
    return holds(reached(value, name.split('.')), said);
  });

/** What a path leads to: through each entry of a list, or through the one that a number names. */
const reached = (value: unknown, [name, ...below]: readonly string[]): unknown[] => {
  if (name === undefined) return [value];
  if (!Array.isArray(value)) return reached(member(value, name), below);
  if (/^\d+$/.test(name)) return reached(value[Number(name)], below);
  return value.flatMap((entry) => reached(entry, [name, ...below]));
};

const holds = (found: readonly unknown[], said: unknown): boolean => {
  const single = found.flat();
  if (!isTree(said) || '$date' in said) return single.some((value) => (value ?? null) === valueIn(said));
  return Object.entries(said).every(([operator, operand]) => asked(operator, operand, said, found, single));
};

const asked = (
  operator: string,
  operand: unknown,
  { $options: options }: Tree,
  found: readonly unknown[],
  single: readonly unknown[],
): boolean => {
  const isIn = (list: unknown): boolean =>
    single.some((value) =>
      listIn(list)
        .map(valueIn)
        .includes(value ?? null),
    );
  switch (operator) {
    case '$eq':
      return isIn([operand]);
    case '$ne':
      return !isIn([operand]);
    case '$in':
      return isIn(operand);
    case '$nin':
      return !isIn(operand);
    case '$all':
      return listIn(operand).every((each) => isIn([each]));
    case '$gt':
      return single.some((value) => difference(value, valueIn(operand)) > 0);
    case '$gte':
      return single.some((value) => difference(value, valueIn(operand)) >= 0);
    case '$lt':
      return single.some((value) => difference(value, valueIn(operand)) < 0);
    case '$lte':
      return single.some((value) => difference(value, valueIn(operand)) <= 0);
    case '$exists':
      return found.some((value) => value !== undefined) === operand;
    case '$size':
      return found.some((value) => Array.isArray(value) && value.length === operand);
    case '$elemMatch':
      return found.some((value) => Array.isArray(value) && value.some((entry) => matches(entry, operand)));
    case '$regex': {
      const pattern = new RegExp(String(operand), options === 'i' ? 'iu' : 'u');
      return single.some((value) => typeof value === 'string' && pattern.test(value));
    }
    case '$options':
      return true;
    case '$not':
      return !holds(found, operand);
    default:
      throw new Error(`rules have no ${operator}`);
  }
};

/** NaN where there is no more or less. */
const difference = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string') return Number.NaN;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
};

/** Instants are numbers in profiles. */
const valueIn = (said: unknown): unknown => (isTree(said) ? Date.parse(String(said['$date'])) : said);

const treeIn = (said: unknown): Tree => {
  if (!isTree(said)) throw new Error('a condition is an object');
  return said;
};

const listIn = (said: unknown): readonly unknown[] => {
  if (!Array.isArray(said)) throw new Error('several are a list');
  return said;
};
