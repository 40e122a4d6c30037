/** What each audience may know of a customer. No clock, no chance. */
import type { Audience } from './contracts.ts';
import { isRestricted } from './profile.ts';
import type { Tree } from './read.ts';
import { churnView } from './view-churn.ts';
import { fraudView } from './view-fraud.ts';
import { marketingView } from './view-marketing.ts';

/** `key`: under which ids stand for themselves no more; null where there is none. */
type View = (facts: Tree, profile: Tree, key: string | null) => Tree | null;

/** `profile`: null of who was erased. Of who is archived nobody hears anything. */
export const viewOf = (audience: Audience, facts: Tree, profile: Tree | null, key: string | null): Tree | null =>
  profile && profile['status'] !== 'archived' ? VIEWS[audience](facts, profile, key) : null;

/** Of a restricted customer only those hear who protect others. */
const unlessRestricted =
  (view: View): View =>
  (facts, profile, key) =>
    isRestricted(facts) ? null : view(facts, profile, key);

/** Null: nothing. */
export const VIEWS: Readonly<Record<Audience, View>> = {
  marketing: unlessRestricted(marketingView),
  churn: unlessRestricted(churnView),
  fraud: fraudView,
};
