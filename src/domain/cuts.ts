/** Forgetting a part of what is known for good: what was stated of it up to a time is gone, whatever arrives when. */
import { compare } from './canonical.ts';
import { contactStatedAfter } from './contact-media.ts';
import { equal } from './equal.ts';
import type { Cut, CutSection, Facts } from './facts.ts';
import { entriesAfter, fieldsAfter, registersAfter } from './stated-after.ts';

/** An entry that no cut has reached so far: earlier than any date. */
export const NEVER = -8_640_000_000_000_000;

/** Up to when everything is gone, ms. */
export const erasedUpTo = ({ erased }: Facts): number => erased?.at ?? -Infinity;

/** Up to when what was stated of a section is gone, of one of its entries, ms. */
export const cutUpTo = (facts: Facts, section: CutSection, id?: string): number =>
  Math.max(erasedUpTo(facts), facts.cuts === undefined ? -Infinity : reach(facts.cuts[section], id));

/** Whether contacts have been forgotten at some time. */
export const wasForgotten = ({ erased, cuts }: Facts): boolean => erased !== undefined || cuts?.person !== undefined;

/** The facts that would be known if that had never been stated. Returns the same reference when it is gone already. */
export const cut = (facts: Facts, section: CutSection, said: Cut): Facts => {
  const known = facts.cuts?.[section];
  const merged = remaining(joined(known, said), erasedUpTo(facts));
  if (merged === null || equal(merged, known)) return facts;
  return { ...without(facts, section, merged), cuts: { ...facts.cuts, [section]: merged } };
};

/** What is left of the cuts once all that was stated up to then is gone, ms. */
export const cutsAfter = (cuts: Facts['cuts'], time: number): Facts['cuts'] => {
  const left = Object.entries(cuts ?? {}).flatMap(([section, each]) => {
    const still = remaining(each, time);
    return still === null ? [] : [[section, still] as const];
  });
  return left.length === 0 ? undefined : Object.fromEntries(left);
};

/** Also of consents for the archive nobody may lose sight: they say what becomes of the rest. */
export const ARCHIVING = /^archiving:/;

const without = (facts: Facts, section: CutSection, merged: Cut): Facts => {
  const upTo = (id: string): number => reach(merged, id);
  if (section !== 'person') return { ...facts, [section]: registersAfter<unknown>(facts[section], upTo) };
  const { at } = merged;
  return {
    ...facts,
    party: fieldsAfter(facts.party, at),
    contactMediums: entriesAfter(facts.contactMediums, (contact) => contactStatedAfter(contact, at)),
    consents: registersAfter(facts.consents, (key) => (ARCHIVING.test(key) ? -Infinity : at)),
    preferences: fieldsAfter(facts.preferences, at),
    assessments: fieldsAfter(facts.assessments, at),
  };
};

/** Up to when decisions on consent are gone, ms. */
export const consentsCutUpTo = (facts: Facts, key: string): number =>
  ARCHIVING.test(key) ? erasedUpTo(facts) : cutUpTo(facts, 'person');

const reach = (known: Cut | undefined, id?: string): number => {
  if (known === undefined) return -Infinity;
  const exception = id === undefined ? undefined : known.except?.find(([name]) => name === id);
  return exception?.[1] ?? known.at;
};

/** Every entry is gone as far as either says. */
const joined = (a: Cut | undefined, said: Cut): Cut => {
  const b = cutOf(said.at, said.policy, said.except ?? []);
  if (a === undefined) return b;
  const [early, late] = a.at < b.at || (a.at === b.at && compare(a.policy, b.policy) < 0) ? [a, b] : [b, a];
  const ids = new Set([...(early.except ?? []), ...(late.except ?? [])].map(([id]) => id));
  const except = [...ids].map((id) => [id, Math.max(reach(early, id), reach(late, id))] as const);
  return cutOf(late.at, late.policy, except);
};

/** Where everything is gone up to `time` anyway; null when the cut says nothing beyond. */
const remaining = ({ at, policy, except = [] }: Cut, time: number): Cut | null =>
  at <= time
    ? null
    : cutOf(
        at,
        policy,
        except.map(([id, reached]) => [id, Math.max(reached, time)] as const),
      );

const cutOf = (at: number, policy: string, except: NonNullable<Cut['except']>): Cut => {
  const kept = except.filter(([, reached]) => reached < at).sort(([a], [b]) => compare(a, b));
  return { at, policy, ...(kept.length > 0 && { except: kept }) };
};
