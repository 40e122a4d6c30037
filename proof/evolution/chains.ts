/** Histories of a schema that only a transitive compatibility refuses. */
import { nextOf } from './generations.ts';
import type { RecordSchema } from './schema.ts';

/** Three versions of which each may follow the one before it, and the last one breaks the first. */
export interface Chain {
  readonly name: string;
  readonly of: (current: RecordSchema) => readonly [RecordSchema, RecordSchema, RecordSchema];
}

const NAME = 'addedByChain';

const addedAs =
  (type: 'string' | 'long') =>
  (schema: RecordSchema): RecordSchema => ({
    ...schema,
    fields: [{ name: NAME, type: ['null', type], default: null }, ...schema.fields],
  });

const required = (schema: RecordSchema): RecordSchema => ({
  ...schema,
  fields: [{ name: NAME, type: ['null', 'string'] }, ...schema.fields],
});

export const CHAINS: readonly Chain[] = [
  {
    name: 'a field is added with a default and then required, when another one comes',
    of: (current) => [current, addedAs('string')(current), nextOf(required(current))],
  },
  {
    name: 'a field is removed, and comes again with another type',
    of: (current) => [addedAs('string')(current), current, addedAs('long')(current)],
  },
];

/** Like the first chain, but for the other field: the last step takes a default away and does nothing else. */
export const DEFAULT_ONLY: Chain = {
  name: 'a field is added with a default, and then required',
  of: (current) => [current, addedAs('string')(current), required(current)],
};
