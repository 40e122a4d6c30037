/** Forgetting a customer for good: what was stated up to a time is gone, and does not come back when it is stated again. */
import { compare } from './canonical.ts';
import { contactStatedAfter } from './contact-media.ts';
import type { InputEvent } from './events.ts';
import { emptyFacts, type ErasureFact, type Facts } from './facts.ts';
import type { Keyed } from './keyed.ts';
import { type Register, type Registers, statedAfter } from './register.ts';

/** Up to when everything is gone, ms. */
export const erasedUpTo = ({ erased }: Facts): number => erased?.at ?? -Infinity;

/** Whether nothing that the event says counts any more. */
export const isErased = (facts: Facts, input: InputEvent): boolean =>
  input.event.occurredAt <= erasedUpTo(facts) && !isErasure(input);

export const isErasure = (input: InputEvent): boolean =>
  input.type === 'PrivacyRequested' && input.event.kind === 'erase';

/** Nothing is known of the customer, or no more. */
export const isBare = (facts: Facts): boolean =>
  Object.entries(facts).every(([name, section]) => name === 'erased' || Object.keys(section as object).length === 0);

/** Processing of what is known must go on for a court: it must not be erased. */
export const isHeld = ({ legalHolds }: Facts): boolean => Object.values(legalHolds).some(({ value }) => value.held);

/** The facts that would be known if nothing had ever been stated up to then. Returns the same reference when all that is gone already. */
export const erase = (facts: Facts, erasure: ErasureFact): Facts => {
  const { erased } = facts;
  if (erased !== undefined && compareErasures(erasure, erased) <= 0) return facts;
  const { at } = erasure;
  return {
    ...emptyFacts,
    party: fieldsAfter(facts.party, at),
    contactMediums: entriesAfter(facts.contactMediums, (contact) => contactStatedAfter(contact, at)),
    agreements: registersAfter(facts.agreements, at),
    orders: registersAfter(facts.orders, at),
    consents: registersAfter(facts.consents, at),
    preferences: fieldsAfter(facts.preferences, at),
    assessments: fieldsAfter(facts.assessments, at),
    privacy: fieldsAfter(facts.privacy, at),
    legalHolds: registersAfter(facts.legalHolds, at),
    erased: erasure,
  };
};

const compareErasures = (a: ErasureFact, b: ErasureFact): number => a.at - b.at || compare(a.policy, b.policy);

const registersAfter = <T>(registers: Keyed<Register<T>>, time: number): Keyed<Register<T>> =>
  entriesAfter(registers, (register) => statedAfter(register, time));

const fieldsAfter = <T extends object>(registers: Registers<T>, time: number): Registers<T> =>
  registersAfter(registers as Keyed<Register<unknown>>, time) as Registers<T>;

const entriesAfter = <T>(entries: Keyed<T>, after: (entry: T) => T | null): Keyed<T> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([key, entry]) => {
      const left = after(entry);
      return left === null ? [] : [[key, left]];
    }),
  );
