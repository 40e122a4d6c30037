import { loadConfig } from './config.ts';
import type { ProfileRules } from './domain/rules.ts';
import { rulesOf } from './rule-files.ts';

/**
 * The rules of the files that the environment names; without one, those that a member has by default.
 * Throws CONFIG_INVALID with all that is wrong with them.
 */
export const loadRules = (env: Readonly<Record<string, string | undefined>> = {}): ProfileRules =>
  rulesOf(loadConfig(env, ['rules']).rules);
