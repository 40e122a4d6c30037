/** What is left of customers of whom retention has decided all that it can. */
import type { JudgeSettings } from '../../proof/judge/judge.ts';
import { TERMS } from '../helpers/terms.ts';
import { retentionWorld } from '../unit/verification/retention-world.ts';
import { type Left, leftIn, SETTINGS } from './judge-evidence.ts';

const CATEGORIES = ['customer', 'order', 'archive'] as const;

/** The policy as a file says it that the terms of the commands come from. */
const POLICY = {
  rules: CATEGORIES.map((category) => ({ category, jurisdiction: TERMS.jurisdiction, ...TERMS[category] })),
};

export const RETENTION_SETTINGS: JudgeSettings = {
  ...SETTINGS,
  linkKeys: ['a key of links, and no secret'],
  rules: { ...SETTINGS.rules, retention: POLICY },
};

export const ruled = async (): Promise<Left> => leftIn(await retentionWorld());
