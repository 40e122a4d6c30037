/** What is still missing of a customer, and what asks for it, as a file of rules says. */
import { compare } from '../canonical.ts';
import type { CustomerProfile, MissingInformation } from '../generated/CustomerUpdated.ts';
import type { ProfileRules } from '../rules.ts';
import type { Faults } from './faults.ts';
import { isSaid, onlyMembers, rulesIn, textIn } from './file.ts';
import { type RecordField, recordAt, without } from './fields.ts';
import { readMatch } from './match.ts';
import { quoted, targetOf } from './paths.ts';
import { compileQuery } from './query.ts';

/** The profile before any rule was asked. */
export type ProfileSoFar = Omit<CustomerProfile, 'segments' | 'completeness'>;

export interface CompletenessRule {
  /** What asks for it. */
  readonly requiredBy: string;
  /** Paths within the profile. */
  readonly require: readonly string[];
  readonly when: {
    /** Matches the profile; of everybody when absent. */
    readonly profile?: object;
    /** Matches one item at least that is still to be completed. */
    readonly orderItem?: object;
  };
}

/** What a rule may ask about, by the fields of a profile and of an order as it arrives. */
export interface Askable {
  readonly profile: RecordField;
  readonly order: RecordField;
}

const CONTACTS = 'contactMediums';

/** The rules in a file. Where there are faults, they mean nothing. */
export const readCompleteness = (content: string, { profile, order }: Askable, faults: Faults): CompletenessRule[] => {
  const fields = { profile: without(profile, 'segments', 'completeness'), orderItem: openItemFields(order) };
  return rulesIn(content, faults).map((rule, i) => {
    const { requiredBy: said } = rule;
    const place = `rules[${i}] ${typeof said === 'string' ? quoted(said) : '""'}`;
    onlyMembers(rule, ['requiredBy', 'description', 'when', 'require'], place, faults);
    const requiredBy = textIn(rule, 'requiredBy', place, faults);
    if (rule['description'] !== undefined) textIn(rule, 'description', place, faults);
    return {
      requiredBy,
      when: readWhen(rule['when'] ?? {}, fields, place, faults),
      require: readPaths(rule['require'], fields.profile, place, faults),
    };
  });
};

const readWhen = (
  said: unknown,
  fields: Readonly<Record<keyof CompletenessRule['when'], RecordField>>,
  place: string,
  faults: Faults,
): CompletenessRule['when'] => {
  if (!isSaid(said)) {
    faults.add(`${place}, when`, 'must be an object');
    return {};
  }
  onlyMembers(said, Object.keys(fields), `${place}, when`, faults);
  const { profile, orderItem } = said;
  return {
    ...(profile !== undefined && { profile: readMatch(profile, fields.profile, `${place}, when.profile`, faults) }),
    ...(orderItem !== undefined && {
      orderItem: readMatch(orderItem, fields.orderItem, `${place}, when.orderItem`, faults),
    }),
  };
};

const readPaths = (said: unknown, profile: RecordField, place: string, faults: Faults): string[] => {
  if (!Array.isArray(said) || said.length === 0 || !said.every((path) => typeof path === 'string')) {
    faults.add(`${place}, require`, 'must be a list of paths that is not empty');
    return [];
  }
  const types = contactTypes(profile);
  for (const [i, path] of said.entries()) {
    const here = `${place}, require[${i}] ${quoted(path)}`;
    const [head, type, ...more] = path.split('.');
    if (head === CONTACTS && type !== undefined) {
      if (more.length > 0 || !types.includes(type))
        faults.add(here, `there is only ${CONTACTS}.${types.join(`, ${CONTACTS}.`)}`);
      continue;
    }
    const target = targetOf(profile, path);
    if (typeof target === 'string') faults.add(here, target);
    else if (target.lists > 0) faults.add(here, 'a list can be required, but not what is in its entries');
  }
  return said;
};

const contactTypes = (profile: RecordField): string[] => {
  const type = recordAt(profile, CONTACTS).fields.get('mediumType');
  return type?.kind === 'choice' ? type.symbols.filter((symbol) => symbol !== 'unknown') : [];
};

/** Those of `OpenItem`. */
export const openItemFields = (order: RecordField): RecordField => ({
  kind: 'record',
  fields: new Map([
    ...only(recordAt(order, 'items'), 'action', 'offeringId', 'category', 'quantity', 'termMonths', 'characteristics')
      .fields,
    ['order', only(order, 'state', 'category', 'channel')],
  ]),
});

const only = ({ kind, fields }: RecordField, ...names: readonly string[]): RecordField => ({
  kind,
  fields: new Map([...fields].filter(([name]) => names.includes(name))),
});

/** Gives what is missing, by path, then by what asks for it. */
export const compileCompleteness = (rules: readonly CompletenessRule[]): ProfileRules['missingIn'] => {
  const compiled = rules.map(({ requiredBy, when: { profile, orderItem }, require }) => ({
    asked: require.map((path) => ({ path, requiredBy, isMissing: compilePath(path) })),
    ofProfile: profile && compileQuery(profile),
    ofItem: orderItem && compileQuery(orderItem),
  }));
  return (profile, open) => {
    const found: MissingInformation[] = [];
    for (const { asked, ofProfile, ofItem } of compiled) {
      // Mostly nothing is, and to see that is quick.
      const missing = asked.filter(({ isMissing }) => isMissing(profile));
      if (missing.length === 0 || (ofProfile && !ofProfile(profile)) || (ofItem && !open().some(ofItem))) continue;
      for (const { path, requiredBy } of missing) found.push({ path, requiredBy });
    }
    return found
      .sort((a, b) => compare(a.path, b.path) || compare(a.requiredBy, b.requiredBy))
      .filter(({ path, requiredBy }, i, all) => path !== all[i - 1]?.path || requiredBy !== all[i - 1]?.requiredBy);
  };
};

/** A contact is missing that is not there or is known to reach nobody; anything else that is null, not there or empty. */
const compilePath = (path: string): ((profile: ProfileSoFar) => boolean) => {
  const names = path.split('.');
  if (names[0] !== CONTACTS) return (profile) => isNothing(names.reduce(memberOf, profile));
  const type = names[1];
  return ({ contactMediums }) =>
    !contactMediums.some(
      ({ mediumType, validation }) => validation !== 'invalid' && (type === undefined || mediumType === type),
    );
};

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : null;

const isNothing = (value: unknown): boolean =>
  value == null || (typeof value === 'object' && Object.keys(value).length === 0);
