/** Rules that are data: what they say of a profile. The same facts and the same rules give the same profile. */
import type { OpenItem } from './derive/open-items.ts';
import type { MissingInformation } from './generated/CustomerUpdated.ts';
import { compileCompleteness, type CompletenessRule, type ProfileSoFar } from './rules/completeness.ts';
import { compileSegments, type Segmented, type SegmentRule } from './rules/segments.ts';

export interface RuleSet {
  readonly segments: readonly SegmentRule[];
  readonly completeness: readonly CompletenessRule[];
}

/** Rules made ready to be asked, once and not for every customer. */
export interface ProfileRules {
  /** Names of the segments that the profile is in, sorted. */
  readonly segmentsOf: (profile: Segmented) => string[];
  /** What is missing, by path, then by what asks for it. `open`: gives what is still to be completed. */
  readonly missingIn: (profile: ProfileSoFar, open: () => readonly OpenItem[]) => MissingInformation[];
}

export const compileRules = ({ segments, completeness }: RuleSet): ProfileRules => ({
  segmentsOf: compileSegments(segments),
  missingIn: compileCompleteness(completeness),
});
