/** The schemas of the contracts as files of the package. */
import { readFileSync } from 'node:fs';
import type { RecordName } from '../../domain/contracts.ts';

/** The same place from src/ and from dist/. */
const folder = new URL('../../../schemas/', import.meta.url);

/** Of a record: an Avro schema in JSON. */
export const schemaText = (record: RecordName): string => readFileSync(new URL(`${record}.avsc`, folder), 'utf8');
