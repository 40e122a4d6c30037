/** Match or create: what events say of one contact comes together under its normal form. */
import { normaliseContact } from './contact-normal-form.ts';
import type { ContactMediumFacts } from './facts.ts';
import type { ContactMedium } from './generated/ContractSigned.ts';
import { type Keyed, lookup, put } from './keyed.ts';
import { mergeRegister, register, type Stamp } from './register.ts';

type ContactMediums = Keyed<ContactMediumFacts>;

export const mergeContactMediums = (
  known: ContactMediums,
  mediums: readonly ContactMedium[],
  stamp: Stamp,
): ContactMediums => {
  let merged = known;
  for (const medium of mediums) {
    const contact = normaliseContact(medium);
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
  medium: register(stamp, fact),
  ...(validation === 'verified' || validation === 'invalid' ? { validation: register(stamp, validation) } : {}),
  firstSeenAt: stamp.at,
  ...(preferred ? { preferredAt: stamp.at } : {}),
});

const mergeContact = (known: ContactMediumFacts | undefined, said: ContactMediumFacts): ContactMediumFacts => {
  if (known === undefined) return said;
  const medium = mergeRegister(known.medium, said.medium);
  const validation = said.validation && mergeRegister(known.validation, said.validation);
  const firstSeenAt = Math.min(known.firstSeenAt, said.firstSeenAt);
  const preferredAt = said.preferredAt && Math.max(known.preferredAt ?? said.preferredAt, said.preferredAt);
  const isKnown =
    medium === known.medium &&
    (validation ?? known.validation) === known.validation &&
    firstSeenAt === known.firstSeenAt &&
    (preferredAt ?? known.preferredAt) === known.preferredAt;
  if (isKnown) return known;
  return {
    ...known,
    medium,
    firstSeenAt,
    ...(validation && { validation }),
    ...(preferredAt !== undefined && { preferredAt }),
  };
};
