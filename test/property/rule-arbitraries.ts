/** Queries that rules may hold, about any fields of a record. */
import fc from 'fast-check';
import type { Field, RecordField } from '../../src/domain/rules/fields.ts';

type Query = Readonly<Record<string, unknown>>;

/** A path, what it leads to, and whether it may stand for many values or for none. */
interface Place {
  readonly path: string;
  readonly field: Field;
  readonly lists: number;
  readonly numbered: boolean;
  readonly inMap: boolean;
}

const MAP_NAMES = ['colour', 'constructor', 'data', '5'];

/** Below one list at the most, and for a list of records also below its entry of a number. */
const placesIn = (field: Field, path = '', place: Omit<Place, 'path' | 'field'> = NOWHERE): Place[] => {
  const here: Place[] = path === '' ? [] : [{ ...place, path, field }];
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  switch (field.kind) {
    case 'record': {
      const fields = [...field.fields].flatMap(([name, each]) =>
        placesIn(each, below(name), { ...place, inMap: false }),
      );
      return place.lists > 0 ? fields : [...here, ...fields];
    }
    case 'map':
      return (field.names ?? MAP_NAMES).flatMap((name) =>
        placesIn(field.values, below(name), { ...place, inMap: true }),
      );
    case 'list': {
      if (place.lists > 0) return [];
      const numbered = placesIn(field.items, below('0'), { lists: 1, numbered: true, inMap: false });
      const any = placesIn(field.items, path, { lists: 1, numbered: false, inMap: false });
      return [...here, ...numbered, ...(field.items.kind === 'record' ? any : [])];
    }
    case 'text':
    case 'number':
    case 'instant':
    case 'boolean':
    case 'choice':
      return here;
  }
};

const NOWHERE = { lists: 0, numbered: false, inMap: false };

const TEXTS = [
  '',
  'A',
  'Ada',
  'Bob',
  'EUR',
  'USD',
  'de',
  'en',
  'mobile',
  'broadband',
  'offering-1',
  'constructor',
  'Berlin',
  'ada@example.com',
];
const PATTERNS = ['a', '^A', 'a$', '^mob|band$', '[a-c]', '[^a-z]', 'example\\.', '\\d\\d', '.b', '^.$', 'É'];
const AT = [-1, 0, 1, 1000, 1001].map((ms) => ({ $date: new Date(ms).toISOString() }));

const operand = (field: Field): fc.Arbitrary<unknown> => {
  switch (field.kind) {
    case 'text':
      return fc.constantFrom(...TEXTS);
    case 'number':
      return fc.constantFrom(-5, -1, 0, 1, 2, 0.5, 1000);
    case 'instant':
      return fc.constantFrom(...AT);
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.symbols);
    case 'record':
    case 'list':
    case 'map':
      throw new Error('no single value');
  }
};

const named =
  (name: string) =>
  (value: unknown): Query => ({ [name]: value });

const conditions = ({ field, lists, numbered, inMap }: Place, depth: number): fc.Arbitrary<unknown> => {
  if (field.kind === 'record') return fc.constantFrom(null, { $ne: null }, { $eq: null });
  const single = field.kind === 'list' ? field.items : field;
  const sizes = field.kind === 'list' ? [fc.nat(3).map(named('$size'))] : [];
  if (single.kind === 'record') {
    const entry = depth > 0 ? [queriesAbout(single, depth - 1).map(named('$elemMatch'))] : [];
    const asked = fc.oneof(...sizes, ...entry);
    return fc.oneof({ weight: 3, arbitrary: asked }, { weight: 1, arbitrary: asked.map(named('$not')) });
  }
  const mayBeMany = lists > 0 || field.kind === 'list';
  const value = mayBeMany
    ? operand(single)
    : fc.oneof({ weight: 4, arbitrary: operand(single) }, { weight: 1, arbitrary: fc.constant(null) });
  const values = fc.array(value, { minLength: 1, maxLength: 3 });
  const bound = operand(single);
  const hasOrder = single.kind === 'text' || single.kind === 'number' || single.kind === 'instant';
  const pattern = fc.record({ $regex: fc.constantFrom(...PATTERNS), $options: fc.constantFrom('', 'i') });
  const positive = fc.oneof(
    ...sizes,
    ...[value, value.map(named('$eq')), values.map(named('$in'))],
    ...(mayBeMany && !numbered ? [values.map(named('$all'))] : []),
    ...(inMap && !mayBeMany ? [fc.boolean().map(named('$exists'))] : []),
    ...(hasOrder ? ['$gt', '$gte', '$lt', '$lte'].map((name) => bound.map(named(name))) : []),
    ...(hasOrder ? [fc.record({ $gte: bound, $lt: bound })] : []),
    ...(single.kind === 'text' ? [pattern] : []),
  );
  const negative = fc.oneof(
    ...[value.map(named('$ne')), values.map(named('$nin')), values.map((all) => ({ $not: { $in: all } }))],
    ...(hasOrder ? [bound.map((least) => ({ $not: { $gte: least } }))] : []),
    ...(single.kind === 'text' ? [pattern.map(named('$not'))] : []),
  );
  return fc.oneof({ weight: 3, arbitrary: positive }, { weight: 1, arbitrary: negative });
};

/** `depth`: how often conditions may stand within conditions. */
export const queriesAbout = (record: RecordField, depth = 2): fc.Arbitrary<Query> => {
  const isEntries = ({ field }: Place): boolean => field.kind === 'list' && field.items.kind === 'record';
  const condition = fc
    .constantFrom(...placesIn(record))
    .chain((place) => conditions(place, isEntries(place) ? depth : 0).map((said): Query => ({ [place.path]: said })));
  const several = fc.array(condition, { minLength: 1, maxLength: 2 }).map((all) => Object.assign({}, ...all) as Query);
  if (depth === 0) return several;
  const below = fc.array(queriesAbout(record, depth - 1), { minLength: 1, maxLength: 2 });
  const branch = fc.tuple(fc.constantFrom('$and', '$or', '$nor'), below).map(([name, all]): Query => ({ [name]: all }));
  return fc.oneof({ weight: 2, arbitrary: several }, { weight: 1, arbitrary: branch });
};
