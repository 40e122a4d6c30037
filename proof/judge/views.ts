/** What each audience may know of a customer. No clock, no chance. */
import type { Audience } from './contracts.ts';
import type { Tree } from './read.ts';
import { churnView } from './view-churn.ts';
import { fraudView } from './view-fraud.ts';
import { marketingView } from './view-marketing.ts';

/** Null: nothing. */
export const VIEWS: Readonly<Record<Audience, (facts: Tree, profile: Tree) => Tree | null>> = {
  marketing: marketingView,
  churn: churnView,
  fraud: fraudView,
};
