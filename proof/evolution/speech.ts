/** The same event in the words of other versions of its schema. */
import { currentSchema, type Generation, LATER } from './generations.ts';
import { resolution } from './resolution.ts';
import { type Field, isDefinition, type RecordSchema, rewrite } from './schema.ts';

/** What a writer has to say in the fields that are new to it. */
const SAID: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  [LATER.field, 'said later'],
  [LATER.record, { [LATER.field]: null, text: 'said later', amounts: [1, -2] }],
]);

const filledIn = (field: Field): Field => (SAID.has(field.name) ? { ...field, default: SAID.get(field.name) } : field);

/** A version that leaves no new field empty, and says the last symbol of an enum by a new one where there is one. */
const outspoken = (schema: RecordSchema): RecordSchema =>
  rewrite(schema, (type) => {
    if (!isDefinition(type)) return type;
    if (type.type === 'record') return { ...type, fields: type.fields.map(filledIn) };
    return type.symbols.includes(LATER.symbol)
      ? { ...type, symbols: type.symbols.slice(0, -1), default: LATER.symbol }
      : type;
  }) as RecordSchema;

/** From events of the current version to what a writer of the generation says of them, as far as it can. */
export const inWordsOf = (record: string, { schema }: Generation): ((event: object) => object) =>
  resolution(outspoken(schema), currentSchema(record)) as (event: object) => object;

/** What a reader has to understand of what a writer says. */
export const asHeardBy = (reader: Generation, writer: Generation): ((said: object) => object) =>
  resolution(reader.schema, writer.schema) as (said: object) => object;
