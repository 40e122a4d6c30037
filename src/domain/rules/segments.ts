/** Segments: who belongs to which, as a file of named rules says. */
import { compare } from '../canonical.ts';
import type { CustomerProfile } from '../generated/CustomerUpdated.ts';
import type { Faults } from './faults.ts';
import { type RecordField, without } from './fields.ts';
import { onlyMembers, rulesIn, textIn } from './file.ts';
import { readMatch } from './match.ts';
import { compileQuery } from './query.ts';

export interface SegmentRule {
  readonly name: string;
  /** What a profile in the segment matches, as a MongoDB server would take it: instants are numbers. */
  readonly match: object;
}

/** What a rule of a segment may look at: everything else. */
export type Segmented = Omit<CustomerProfile, 'segments'>;

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The rules in a file. `profile`: the fields of a profile. Where there are faults, the rules mean nothing. */
export const readSegments = (content: string, profile: RecordField, faults: Faults): SegmentRule[] => {
  const fields = without(profile, 'segments');
  const names = new Set<string>();
  return rulesIn(content, faults).map((rule, i) => {
    const name = typeof rule['name'] === 'string' ? rule['name'] : '';
    const place = `rules[${i}] ${JSON.stringify(name.slice(0, 64))}`;
    onlyMembers(rule, ['name', 'description', 'match'], place, faults);
    if (!NAME.test(name)) faults.add(place, 'needs a name of at most 64 small letters, digits and dashes');
    else if (names.has(name)) faults.add(place, 'another rule has this name');
    names.add(name);
    textIn(rule, 'description', place, faults);
    return { name, match: readMatch(rule['match'], fields, `${place}, match`, faults) };
  });
};

/** Gives the names of the segments that a profile is in, sorted. */
export const compileSegments = (rules: readonly SegmentRule[]): ((profile: Segmented) => string[]) => {
  const segments = rules
    .map(({ name, match }) => ({ name, includes: compileQuery(match) }))
    .sort((a, b) => compare(a.name, b.name));
  return (profile) => {
    const names: string[] = [];
    for (const { name, includes } of segments) if (includes(profile)) names.push(name);
    return names;
  };
};
