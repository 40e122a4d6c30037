/** Match or create: what events say of one contact comes together under its normal form. */
import { normaliseContact } from './contact-normal-form.ts';
import type { ContactMediumFacts } from './facts.ts';
import type { ContactMedium } from './generated/ContractSigned.ts';
import { amend, type Keyed, lookup, put } from './keyed.ts';
import { mergeRegister, register, type Stamp, statedAfter } from './register.ts';

type ContactMediums = Keyed<ContactMediumFacts>;

export const mergeContactMediums = (
  known: ContactMediums,
  mediums: readonly ContactMedium[],
  stamp: Stamp,
  wasErased: boolean,
): ContactMediums => {
  let merged = known;
  for (const medium of mediums) {
    const contact = normaliseContact(medium, merged);
    if (contact === null) continue;
    const entry = lookup(merged, contact.key);
    merged = put(merged, contact.key, mergeContact(entry, created(medium, contact.fact, stamp), wasErased));
  }
  return merged;
};

/** The facts of a contact that only this event has named. */
const created = (
  { validation, preferred }: ContactMedium,
  fact: ContactMediumFacts['medium']['value'],
  stamp: Stamp,
): ContactMediumFacts => ({
  // A version of its own, so that no mention overwrites what was verified, whenever it is made.
  medium: register({ ...stamp, version: validation === 'verified' ? 1 : 0 }, fact),
  ...(validation === 'verified' || validation === 'invalid' ? { validation: register(stamp, validation) } : {}),
  firstSeenAt: stamp.at,
  seen: [stamp.at],
  ...(preferred ? { preferred: register(stamp, true) } : {}),
});

const mergeContact = (
  known: ContactMediumFacts | undefined,
  said: ContactMediumFacts,
  wasErased: boolean,
): ContactMediumFacts => {
  if (known === undefined) return said;
  const seen = latestOf(seenIn(known), seenIn(said));
  return amend(known, {
    medium: mergeRegister(known.medium, said.medium),
    ...(said.validation && { validation: mergeRegister(known.validation, said.validation) }),
    firstSeenAt: wasErased ? earliestOf(seen) : Math.min(known.firstSeenAt, said.firstSeenAt),
    seen,
    ...(said.preferred && { preferred: mergeRegister(known.preferred, said.preferred) }),
  });
};

/**
 * Of when it was seen the latest: of an erasure that arrives late they tell when it was seen first since. Of all times that
 * could be asked for nobody can remember the first, in bounded room.
 */
const TIMES_KEPT = 5;

const latestOf = (known: readonly number[], said: readonly number[]): readonly number[] => {
  const fresh = said.filter((time) => !known.includes(time));
  const all = [...known, ...fresh].sort((a, b) => b - a).slice(0, TIMES_KEPT);
  return all.every((time, i) => time === known[i]) ? known : all;
};

const seenIn = ({ seen, lastSeenAt, medium }: ContactMediumFacts): readonly number[] =>
  seen ?? [lastSeenAt ?? medium.at];

const earliestOf = (seen: readonly number[]): number => seen.at(-1) ?? Infinity;

/** When the latest event that named it occurred, ms. */
export const lastSeen = (contact: ContactMediumFacts): number => seenIn(contact)[0] ?? contact.medium.at;

/** What is left of it when all that was stated at or before `time` is gone, ms; null when nothing is. */
export const contactStatedAfter = (known: ContactMediumFacts, time: number): ContactMediumFacts | null => {
  const seen = seenIn(known).filter((at) => at > time);
  const medium = statedAfter(known.medium, time);
  if (seen.length === 0 || medium === null) return null;
  const validation = known.validation && statedAfter(known.validation, time);
  const preferred = known.preferred && statedAfter(known.preferred, time);
  return {
    ...{ medium, firstSeenAt: earliestOf(seen), seen },
    ...(validation && { validation }),
    ...(preferred && { preferred }),
  };
};
