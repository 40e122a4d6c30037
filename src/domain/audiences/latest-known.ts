import { lastSeen } from '../contact-media.ts';
import type { Facts } from '../facts.ts';
import type { Keyed } from '../keyed.ts';
import type { Register } from '../register.ts';

type Statements = Keyed<Pick<Register<unknown>, 'at'>>;

/**
 * The latest time of any statement about the customer: a profile knows no clock, but it does know what has happened.
 * -Infinity when nothing has.
 */
export const latestKnown = (facts: Facts): number => {
  let latest = latestOf(facts.party);
  // A validation is never later than the latest mention of its contact.
  for (const contact of Object.values(facts.contactMediums)) latest = Math.max(latest, lastSeen(contact));
  const { agreements, orders, consents, preferences, assessments, privacy, legalHolds } = facts;
  const sections = [agreements, orders, consents, preferences, assessments, privacy, legalHolds];
  return Math.max(latest, facts.past?.heardAt ?? -Infinity, ...sections.map(latestOf));
};

const latestOf = (statements: Statements): number => {
  let latest = -Infinity;
  for (const { at } of Object.values(statements)) latest = Math.max(latest, at);
  return latest;
};
