import { compare } from '../canonical.ts';
import type { Facts } from '../facts.ts';
import type { Consent } from '../generated/CustomerUpdated.ts';

/** Those granted. Whether one has ended by itself is for the reader to see at its validTo: a profile knows no clock. */
export const deriveConsents = ({ consents }: Facts): Consent[] =>
  Object.values(consents)
    .filter(({ value }) => value.granted)
    .map(({ at, value: { purpose, channel, granted, validTo = null, evidence = null } }) => ({
      purpose,
      channel,
      granted,
      decidedAt: at,
      validTo,
      evidence,
    }))
    .sort((a, b) => compare(a.purpose, b.purpose) || compare(a.channel, b.channel));
