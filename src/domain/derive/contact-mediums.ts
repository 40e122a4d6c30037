import { compare } from '../canonical.ts';
import { lastSeen } from '../contact-media.ts';
import type { ContactMediumFacts, Facts } from '../facts.ts';
import type { Address, ProfileContactMedium, ValidationState } from '../generated/CustomerUpdated.ts';
import { provenanceOf } from './provenance.ts';

interface Candidate {
  readonly id: string;
  readonly facts: ContactMediumFacts;
  readonly validation: ValidationState;
}

const RANK: Readonly<Record<ValidationState, number>> = { verified: 0, unverified: 1, unknown: 1, invalid: 2 };

/** By type, the best of each type first: that one is preferred. */
export const deriveContactMediums = ({ contactMediums }: Facts): ProfileContactMedium[] =>
  Object.entries(contactMediums)
    .map(([id, facts]) => ({ id, facts, validation: validationOf(facts) }))
    .sort(compareCandidates)
    .map((candidate, i, sorted) => profileMedium(candidate, typeOf(candidate) !== typeOf(sorted[i - 1])));

/** What a source found out counts for more than the form. */
export const validationOf = ({ medium, validation }: ContactMediumFacts): ValidationState =>
  validation?.value ?? (medium.value.wellFormed ? 'unverified' : 'invalid');

const typeOf = (candidate: Candidate | undefined): string => candidate?.facts.medium.value.mediumType ?? '';

/** Verified before called preferred, so that an unverified medium never displaces a verified one. */
const compareCandidates = (a: Candidate, b: Candidate): number =>
  compare(typeOf(a), typeOf(b)) ||
  RANK[a.validation] - RANK[b.validation] ||
  compare(preferredAt(b.facts), preferredAt(a.facts)) ||
  lastSeen(b.facts) - lastSeen(a.facts) ||
  compare(a.id, b.id);

/** When it was last called preferred; -Infinity when never. */
export const preferredAt = ({ preferred, preferredAt: before = -Infinity }: ContactMediumFacts): number =>
  Math.max(preferred?.at ?? -Infinity, before);

const profileMedium = ({ id, facts, validation }: Candidate, preferred: boolean): ProfileContactMedium => {
  const { medium } = facts;
  const {
    mediumType,
    emailAddress = null,
    phoneNumber = null,
    address,
    validFrom = null,
    validTo = null,
  } = medium.value;
  return {
    id,
    mediumType,
    emailAddress,
    phoneNumber,
    address: address ? { ...BLANK, ...address } : null,
    preferred,
    validation,
    validFrom,
    validTo,
    lastSeenAt: lastSeen(facts),
    validatedBy: facts.validation ? provenanceOf(facts.validation) : null,
  };
};

const BLANK: Address = {
  street1: null,
  street2: null,
  city: null,
  stateOrProvince: null,
  postCode: null,
  country: null,
};
