/** Values of a schema, at random and the same for the same seed. */
import fc from 'fast-check';
import { definitionsIn, isUnion, type Schema } from './schema.ts';

/** Beyond this avsc takes odd negative numbers for positive ones. */
const EXACT = 2 ** 52;

const PRIMITIVES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.oneof(fc.integer(), fc.integer({ min: -EXACT, max: EXACT })),
  string: fc.string({ unit: 'grapheme', maxLength: 12 }),
};

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '.', '$'), minLength: 1, maxLength: 4 });

const arbitraryOf = (root: Schema): fc.Arbitrary<unknown> => {
  const names = definitionsIn(root);
  const of = (schema: Schema): fc.Arbitrary<unknown> => {
    if (typeof schema === 'string') {
      const named = names.get(schema);
      const found = named ? of(named) : PRIMITIVES[schema];
      if (!found) throw new TypeError(`no values for the type ${schema}`);
      return found;
    }
    if (isUnion(schema)) return fc.oneof(...schema.map(of));
    switch (schema.type) {
      case 'record':
        return fc.record(Object.fromEntries(schema.fields.map(({ name, type }) => [name, of(type)])), {
          noNullPrototype: true,
        });
      case 'enum':
        return fc.constantFrom(...schema.symbols);
      case 'array':
        return fc.array(of(schema.items), { maxLength: 3 });
      case 'map':
        return fc.dictionary(key, of(schema.values), { maxKeys: 3, noNullPrototype: true });
      case 'long':
        return of('long');
    }
  };
  return of(root);
};

export const valuesOf = (schema: Schema, count: number, seed: number): object[] =>
  fc.sample(arbitraryOf(schema) as fc.Arbitrary<object>, { numRuns: count, seed });
