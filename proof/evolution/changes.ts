/** Changes of a schema that somebody may try to release, and what each compatibility says of them. */
import type { Compatibility } from '../../src/domain/contracts.ts';
import { nextOf } from './generations.ts';
import * as edit from './edits.ts';
import { type Field, isUnion } from './schema.ts';

export type Answer = 'accepted' | 'refused';
/** `same`: it differs from what is registered in nothing that the registry looks at, and becomes no version of its own. */
export type RegistryAnswer = Answer | 'same';

export interface SchemaChange {
  readonly name: string;
  /** The changed schema; null where the schema has no such place. */
  readonly apply: edit.Edit;
  /** The answer of scripts/compatibility.ts. */
  readonly answers: Readonly<Record<Compatibility, Answer>>;
  /** Where the registry's answer is another. */
  readonly registry?: RegistryAnswer;
}

const both = (answer: Answer) => ({ BACKWARD_TRANSITIVE: answer, FULL_TRANSITIVE: answer });
const ACCEPTED = both('accepted');
const REFUSED = both('refused');
/** We read what was written before; who has not learned of the change cannot read what follows. */
const BACKWARD_ONLY = { BACKWARD_TRANSITIVE: 'accepted', FULL_TRANSITIVE: 'refused' } as const;

const added: Field = { name: 'addedByChange', type: 'string' };
const nullable: Field = { ...added, type: ['null', 'string'] };
const nothing = (): readonly Field[] => [];
const withDefault = (field: Field): Field => ({ ...field, default: null });
const withoutDefault = ({ name, type }: Field): Field => ({ name, type });
const renamed = (field: Field): Field[] => [{ ...field, name: `${field.name}Renamed` }];
const always = (): boolean => true;

const change = (
  name: string,
  apply: edit.Edit,
  answers: SchemaChange['answers'],
  registry?: RegistryAnswer,
): SchemaChange => ({
  name,
  apply,
  answers,
  ...(registry && { registry }),
});

const isInstant = ({ type }: Field): boolean => typeof type === 'object' && !isUnion(type) && type.type === 'long';
const losesLast = (symbols: readonly string[]): readonly string[] => symbols.slice(0, -1);

export const CHANGES: readonly SchemaChange[] = [
  change('changes nothing', (schema) => schema, ACCEPTED, 'same'),
  change('is the next version', nextOf, ACCEPTED),
  change(
    'adds an optional field',
    edit.field(always, (field) => [withDefault(nullable), field]),
    ACCEPTED,
  ),
  change(
    'adds a field with a default',
    edit.field(always, (field) => [{ ...added, default: '' }, field]),
    ACCEPTED,
  ),
  change(
    'adds an enum symbol',
    edit.firstEnum((type) => ({ ...type, symbols: [...type.symbols, 'addedByChange'] })),
    ACCEPTED,
  ),
  change(
    'removes an optional field',
    edit.field((f) => edit.isOptional(f) && edit.isPlain(f), nothing),
    ACCEPTED,
  ),
  change(
    'renames an optional field, which is to forget one and to add one',
    edit.field((field) => edit.isOptional(field), renamed),
    ACCEPTED,
  ),
  change(
    'takes a default away',
    edit.anyField(edit.isNullable, (field) => [withoutDefault(field)]),
    ACCEPTED,
    'same',
  ),
  change(
    'puts its fields in another order',
    ({ fields, ...schema }) => ({ ...schema, fields: [...fields.slice(1), ...fields.slice(0, 1)] }),
    ACCEPTED,
  ),
  change(
    'puts symbols in another order',
    edit.firstEnum((type) => ({ ...type, symbols: type.symbols.toReversed() })),
    ACCEPTED,
  ),

  change('removes a required field', edit.field(edit.isRequired, nothing), BACKWARD_ONLY),
  change('removes a required field deep inside', edit.innerField(edit.isRequired, nothing), BACKWARD_ONLY),
  change(
    'makes a required field nullable',
    edit.field(edit.holds('string'), (field) => [{ ...field, type: ['null', 'string'] }]),
    BACKWARD_ONLY,
  ),
  change(
    'widens every int to long',
    edit.everyType((type) => (type === 'int' ? 'long' : type)),
    BACKWARD_ONLY,
  ),
  change(
    'widens a long to double',
    edit.field(edit.holds('long'), (field) => [{ ...field, type: 'double' }]),
    BACKWARD_ONLY,
  ),

  change(
    'adds a required field',
    edit.field(always, (field) => [added, field]),
    REFUSED,
  ),
  change(
    'adds a required field deep inside',
    edit.innerField(always, (field) => [added, field]),
    REFUSED,
  ),
  change(
    'adds a nullable field without a default',
    edit.field(always, (field) => [nullable, field]),
    REFUSED,
  ),
  change('renames a required field', edit.field(edit.isRequired, renamed), REFUSED),
  change(
    'changes a type',
    edit.field(edit.holds('string'), (field) => [{ ...field, type: 'long' }]),
    REFUSED,
  ),
  change(
    'changes the type of an optional field',
    edit.anyField(
      (f) => edit.isNullable(f) && edit.isPlain(f),
      (field) => [{ ...field, type: ['null', 'boolean'] }],
    ),
    REFUSED,
  ),
  change(
    'narrows an instant to int',
    edit.field(isInstant, (field) => [{ ...field, type: 'int' }]),
    REFUSED,
  ),
  change(
    'makes a nullable field required',
    edit.anyField(
      (f) => edit.isNullable(f) && edit.isPlain(f),
      ({ name }) => [{ name, type: 'string' }],
    ),
    REFUSED,
  ),
  change(
    'removes an enum symbol, and what to read instead',
    edit.firstEnum(({ type, name, symbols }) => ({ type, name, symbols: losesLast(symbols) })),
    REFUSED,
  ),
  change('renames the record', (schema) => ({ ...schema, name: `${schema.name}Renamed` }), REFUSED),
  change('renames a record inside', edit.renamedType('record'), REFUSED),
  change('renames an enum', edit.renamedType('enum'), REFUSED),

  change(
    'removes an enum symbol',
    edit.firstEnum((type) => ({ ...type, symbols: losesLast(type.symbols) })),
    REFUSED,
    'accepted',
  ),
  change(
    'reads instants in another unit',
    edit.field(isInstant, (field) => [{ ...field, type: { type: 'long', logicalType: 'timestamp-micros' } }]),
    REFUSED,
    'accepted',
  ),
  change(
    'forgets that a number is an instant',
    edit.field(isInstant, (f) => [{ ...f, type: 'long' }]),
    REFUSED,
    'accepted',
  ),
  change('moves to another namespace', (schema) => ({ ...schema, namespace: 'moved' }), REFUSED, 'accepted'),
];
