/** Match or create: what events say of one contact comes together under its normal form. */
import { normaliseContact } from './contact-normal-form.ts';
import type { ContactMediumFacts } from './facts.ts';
import type { ContactMedium } from './generated/ContractSigned.ts';
import { amend, type Keyed, lookup, put } from './keyed.ts';
import { mergeRegister, register, type Stamp } from './register.ts';

type ContactMediums = Keyed<ContactMediumFacts>;

export const mergeContactMediums = (
  known: ContactMediums,
  mediums: readonly ContactMedium[],
  stamp: Stamp,
): ContactMediums => {
  let merged = known;
  for (const medium of mediums) {
    const contact = normaliseContact(medium, merged);
    if (contact === null) continue;
    const entry = lookup(merged, contact.key);
    merged = put(merged, contact.key, mergeContact(entry, created(medium, contact.fact, stamp)));
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
  lastSeenAt: stamp.at,
  ...(preferred ? { preferred: register(stamp, true) } : {}),
});

const mergeContact = (known: ContactMediumFacts | undefined, said: ContactMediumFacts): ContactMediumFacts => {
  if (known === undefined) return said;
  return amend(known, {
    medium: mergeRegister(known.medium, said.medium),
    ...(said.validation && { validation: mergeRegister(known.validation, said.validation) }),
    firstSeenAt: Math.min(known.firstSeenAt, said.firstSeenAt),
    lastSeenAt: Math.max(lastSeen(known), lastSeen(said)),
    ...(said.preferred && { preferred: mergeRegister(known.preferred, said.preferred) }),
  });
};

/** When the latest event that named it occurred, ms. */
export const lastSeen = ({ lastSeenAt, medium }: ContactMediumFacts): number => lastSeenAt ?? medium.at;
