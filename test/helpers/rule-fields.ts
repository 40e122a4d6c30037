import { readFileSync } from 'node:fs';
import { openItemFields } from '../../src/domain/rules/completeness.ts';
import { fieldsOf, recordAt } from '../../src/domain/rules/fields.ts';

/** The fields of a profile. */
export const PROFILE_FIELDS = recordAt(
  fieldsOf(JSON.parse(readFileSync('schemas/CustomerUpdated.avsc', 'utf8'))),
  'profile',
);

/** The fields of an order as it arrives. */
export const ORDER_FIELDS = fieldsOf(JSON.parse(readFileSync('schemas/OrderFinalized.avsc', 'utf8')));

/** The fields of an item that is still to be completed. */
export const OPEN_ITEM_FIELDS = openItemFields(ORDER_FIELDS);
