import { readFileSync } from 'node:fs';
import avsc from 'avsc';

const schemaOf = (name: string): avsc.Schema =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}.avsc`, import.meta.url), 'utf8')) as avsc.Schema;

/** The Avro type of a schema in schemas/. */
export const avroType = (name: string): avsc.Type => avsc.Type.forSchema(schemaOf(name));
