import { readFileSync } from 'node:fs';
import { fieldsOf, recordAt } from '../../src/domain/rules/fields.ts';

/** The fields of a profile. */
export const PROFILE_FIELDS = recordAt(
  fieldsOf(JSON.parse(readFileSync('schemas/CustomerUpdated.avsc', 'utf8'))),
  'profile',
);
