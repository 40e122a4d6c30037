/** Forgetting a customer for good: what was stated up to a time is gone, and does not come back when it is stated again. */
import { compare } from './canonical.ts';
import { contactStatedAfter } from './contact-media.ts';
import { cutsAfter, erasedUpTo } from './cuts.ts';
import type { InputEvent } from './events.ts';
import { emptyFacts, type ErasureFact, type Facts } from './facts.ts';
import { entriesAfter, fieldsAfter, registersAfter } from './stated-after.ts';

/** Whether nothing that the event says counts any more. What the system says to itself is dated by what others do. */
export const isErased = (facts: Facts, input: InputEvent): boolean =>
  input.event.occurredAt <= erasedUpTo(facts) && !isErasure(input) && input.type !== 'ProfileCommand';

export const isErasure = (input: InputEvent): boolean =>
  input.type === 'PrivacyRequested' && input.event.kind === 'erase';

/** Nothing is known of the customer, or no more. */
export const isBare = (facts: Facts): boolean =>
  Object.entries(facts).every(([name, section]) => MARKS.includes(name) || Object.keys(section as object).length === 0);

/** What they hold is no statement of anybody. */
const MARKS: readonly string[] = ['erased', 'cuts', 'retention'];

/** Processing of what is known must go on for a court: it must not be erased. */
export const isHeld = ({ legalHolds }: Facts): boolean => Object.values(legalHolds).some(({ value }) => value.held);

/**
 * Whether a hold speaks against an erasure of that date, ms. One that was released does so for what was asked before its release: whoever
 * reads the request again knows of the release already, and must not carry out what was refused.
 */
export const isErasureHeld = (facts: Facts, at: number): boolean =>
  isHeld(facts) || Object.values(facts.legalHolds).some((hold) => hold.at >= at);

/** The facts that would be known if nothing had ever been stated up to then. Returns the same reference when all that is gone already. */
export const erase = (facts: Facts, erasure: ErasureFact): Facts => {
  const { erased } = facts;
  if (erased !== undefined && compareErasures(erasure, erased) <= 0) return facts;
  const { at } = erasure;
  const upTo = (): number => at;
  const cuts = cutsAfter(facts.cuts, at);
  const retention = facts.retention && fieldsAfter(facts.retention, at);
  return {
    ...emptyFacts,
    party: fieldsAfter(facts.party, at),
    contactMediums: entriesAfter(facts.contactMediums, (contact) => contactStatedAfter(contact, at)),
    agreements: registersAfter(facts.agreements, upTo),
    orders: registersAfter(facts.orders, upTo),
    consents: registersAfter(facts.consents, upTo),
    preferences: fieldsAfter(facts.preferences, at),
    assessments: fieldsAfter(facts.assessments, at),
    privacy: fieldsAfter(facts.privacy, at),
    legalHolds: registersAfter(facts.legalHolds, upTo),
    ...(retention?.ruling && { retention }),
    ...(cuts && { cuts }),
    ...(facts.past && facts.past.statedAt > at && { past: facts.past }),
    erased: erasure,
  };
};

const compareErasures = (a: ErasureFact, b: ErasureFact): number => a.at - b.at || compare(a.policy, b.policy);
