import { loadRules } from '../../src/rules.ts';

/** Of every member. */
export const RULES = loadRules();
