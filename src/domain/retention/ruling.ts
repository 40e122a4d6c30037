/** What retention has decided of a customer as a whole, and by the law of which country. */
import { lastSeen } from '../contact-media.ts';
import type { Facts, RulingFact } from '../facts.ts';
import type { Keyed } from '../keyed.ts';
import type { Register } from '../register.ts';
import { ANYWHERE } from './policy.ts';

/** When anything was stated of the customer last, ms; what the privacy desk asks for says nothing of a relationship. */
export const lastHeardOf = (facts: Facts): number => {
  const { party, agreements, orders, consents, preferences, assessments, past } = facts;
  let last = Math.max(...[party, agreements, orders, consents, preferences, assessments].map(latestIn));
  if (past !== undefined) last = Math.max(last, past.heardAt);
  for (const contact of Object.values(facts.contactMediums)) last = Math.max(last, lastSeen(contact));
  return last;
};

const latestIn = (statements: Keyed<Pick<Register<unknown>, 'at'>>): number => {
  let latest = -Infinity;
  for (const { at } of Object.values(statements)) latest = Math.max(latest, at);
  return latest;
};

/** What retention has decided of the customer, while nothing has been heard since. */
export const rulingOn = (facts: Facts): Register<RulingFact> | undefined => {
  const ruling = facts.retention?.ruling;
  return ruling !== undefined && ruling.at >= lastHeardOf(facts) ? ruling : undefined;
};

/** The country of the postal address that is preferred, or was seen last; once that is forgotten, the one that was decided by. */
export const jurisdictionOf = (facts: Facts): string => {
  let best: { readonly country: string; readonly rank: readonly [boolean, number, string] } | undefined;
  for (const [key, contact] of Object.entries(facts.contactMediums)) {
    const country = contact.medium.value.address?.country?.trim().toUpperCase();
    if (country === undefined || !/^[A-Z]{2}$/.test(country)) continue;
    const rank = [contact.preferred !== undefined, lastSeen(contact), key] as const;
    if (best === undefined || isHigher(rank, best.rank)) best = { country, rank };
  }
  return best?.country ?? facts.retention?.ruling?.value.jurisdiction ?? ANYWHERE;
};

type Rank = readonly [boolean, number, string];

const isHigher = (a: Rank, b: Rank): boolean => {
  if (a[0] !== b[0]) return a[0];
  return a[1] === b[1] ? a[2] > b[2] : a[1] > b[1];
};
