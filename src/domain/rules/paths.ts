/** Paths of rules: field names separated by dots, as MongoDB has them. */
import type { Field, RecordField } from './fields.ts';

/** Where a path leads. */
export interface Target {
  readonly field: Field;
  /** How many lists it leads through: it may stand for many values, or for none. */
  readonly lists: number;
  /** It leads to one entry of a list, by its number. */
  readonly numbered: boolean;
  /** The last name is that of a member of a map, which may be missing. */
  readonly inMap: boolean;
}

/** What the path leads to, or what is wrong with it. */
export const targetOf = (record: RecordField, path: string): Target | string => {
  let field: Field = record;
  let lists = 0;
  let numbered = false;
  let inMap = false;
  let sofar = '';
  for (const name of path.split('.')) {
    if (field.kind === 'list') {
      lists += 1;
      field = field.items;
      if (/^\d{1,4}$/.test(name)) {
        numbered = true;
        sofar = `${sofar}.${name}`;
        continue;
      }
    }
    inMap = field.kind === 'map';
    const below = step(field, name);
    if (typeof below === 'string') return sofar === '' ? below : `${sofar}: ${below}`;
    field = below;
    sofar = sofar === '' ? name : `${sofar}.${name}`;
  }
  return { field, lists, numbered, inMap };
};

const step = (field: Field, name: string): Field | string => {
  if (field.kind === 'record') {
    return field.fields.get(name) ?? `there is no ${quoted(name)}, only ${[...field.fields.keys()].join(', ')}`;
  }
  if (field.kind !== 'map') return `there is nothing like ${quoted(name)}`;
  if (name === '' || name === '__proto__' || name.startsWith('$')) return `${quoted(name)} is no name`;
  if (field.names?.includes(name) === false) return `there is no ${quoted(name)}, only ${field.names.join(', ')}`;
  return field.values;
};

const LONGEST_NAME = 50;

export const quoted = (name: string): string => JSON.stringify(name.slice(0, LONGEST_NAME));
