import { loadRules } from '../../src/rules.ts';

/** As a member has them by default: no segments. */
export const RULES = loadRules();

export const EXAMPLE_SEGMENTS = 'examples/segments.json';

/** With the example's segments. */
export const SEGMENTED = loadRules({ SEGMENTS_FILE: EXAMPLE_SEGMENTS });
