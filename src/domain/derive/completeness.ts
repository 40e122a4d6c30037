import type { MissingInformation } from '../generated/CustomerUpdated.ts';
import { COMPLETENESS_RULES, type ProfileSoFar } from './completeness-rules.ts';

/** What is still missing to serve the customer, by path. */
export const deriveCompleteness = (profile: ProfileSoFar): MissingInformation[] =>
  COMPLETENESS_RULES.filter(({ applies, isMissing }) => applies(profile) && isMissing(profile)).map(
    ({ path, requiredBy }) => ({ path, requiredBy }),
  );
