/** Rules that are data: what they say of a profile. The same facts and the same rules give the same profile. */
import { compileSegments, type Segmented, type SegmentRule } from './rules/segments.ts';

export interface RuleSet {
  readonly segments: readonly SegmentRule[];
}

/** Rules made ready to be asked, once and not for every customer. */
export interface ProfileRules {
  /** Names of the segments that the profile is in, sorted. */
  readonly segmentsOf: (profile: Segmented) => string[];
}

export const compileRules = ({ segments }: RuleSet): ProfileRules => ({ segmentsOf: compileSegments(segments) });
