/** What each audience may know of a customer. No clock, no chance. */
import type { Audience } from './contracts.ts';
import type { Tree } from './read.ts';
import { churnView } from './view-churn.ts';
import { fraudView } from './view-fraud.ts';
import { marketingView } from './view-marketing.ts';

/** Null: nothing. `key`: under which ids stand for themselves no more; null where there is none. */
export const VIEWS: Readonly<Record<Audience, (facts: Tree, profile: Tree, key: string | null) => Tree | null>> = {
  marketing: marketingView,
  churn: churnView,
  fraud: fraudView,
};
