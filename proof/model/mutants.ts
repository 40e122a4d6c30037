/** The protocol without one of its guards: what the model must catch, and what it has nothing against. */
import { SMALL } from './campaigns.ts';
import { type Guard, GUARDS } from './rules.ts';
import type { World } from './world.ts';

export interface Mutant {
  /** Begins with the number of the rule. */
  readonly name: string;
  readonly rule: number;
  readonly guard: Guard;
  /** Where it is caught. */
  readonly world: World;
}

const mutant = (guard: Guard, what: string, world: World): Mutant => ({
  name: `${GUARDS[guard]}: ${what}`,
  rule: GUARDS[guard],
  guard,
  world,
});

/** Each is caught in its world, where the rules as written are clean. */
export const MUTANTS: readonly Mutant[] = [
  mutant('kafkaFence', 'zombies are not fenced', SMALL.twoTopics),
  mutant('epoch', 'no epoch, only the fence of Kafka', SMALL.twoTopics),
  mutant('epochBeforeFence', 'the epoch is taken after the fence', SMALL.takenInSteps),
  mutant('epochConfirmed', 'the epoch is not confirmed after the fence', SMALL.takenInSteps),
  mutant('offsetsAfterFence', 'offsets are read before the fence', SMALL.takenInSteps),
  mutant('epochInFilter', 'no epoch in the filter', SMALL.oneTopic),
  mutant('versionInFilter', 'no version in the filter', SMALL.oneTopic),
  mutant('saveBeforePublish', 'published before it is saved', SMALL.twoTopics),
  mutant('oneTransaction', 'the offsets move in a transaction of their own', SMALL.twoTopics),
  mutant('claim', 'published without a claim', SMALL.twoTopics),
  mutant('publishWhenRedelivered', 'an unchanged document with its marker in the batch stays silent', SMALL.twoTopics),
  mutant('silentOtherwise', 'an unchanged document is published with any batch', SMALL.twoTopics),
  mutant('pendingTakenOver', 'pending is not taken over', SMALL.twoTopics),
  mutant('previousVersionStays', 'previousVersion names the version that was not published', SMALL.twoTopics),
  mutant('majorityRead', 'read without majority', SMALL.failover),
  mutant('majorityWrite', 'saved without majority', SMALL.failover),
  mutant('mutex', 'two lanes of one task without a mutex', SMALL.oneMember),
  mutant('cacheDropped', 'the cache survives a recovery', SMALL.cache),
  mutant('neverAbovePosition', 'goes on above next', SMALL.oneTopic),
  mutant('skipBelowPosition', 'what lies below next is done again', SMALL.twoTopics),
  mutant('offsetsNeverStale', 'the offsets read after the fence are stale', SMALL.twoTopics),
  mutant('refusedCount', 'refused records do not count', SMALL.disputed),
  mutant('refusalClaims', 'a refusal that another member may not share does not claim', SMALL.disputed),
  mutant('refusalLeavesStub', 'such a refusal leaves no stub where there is no document', SMALL.disputed),
  mutant('erasureTakenOver', 'a pending erasure is not taken over', SMALL.erasure),
  mutant('groupAsked', 'a member fences again without asking the group: ping-pong', SMALL.rebalance),
];

export interface Spare {
  readonly name: string;
  readonly guard: Guard;
  readonly why: string;
}

const spare = (guard: Guard, what: string, why: string): Spare => ({ name: `${GUARDS[guard]}: ${what}`, guard, why });

/** Without these the model is clean in every world. */
export const SPARE: readonly Spare[] = [
  spare(
    'stopAtNewerEpoch',
    'a newer epoch in a document is overlooked when it is loaded',
    'a save meets the filter and a commit the fence: to stop at once spares a zombie its work',
  ),
  spare(
    'lastChangeIsMarker',
    'the marker is the first event that changed the document',
    'any of them would do: what counts is that exactly one transaction carries it',
  ),
  spare(
    'conflictRecovers',
    'after a conflict merged again in the same epoch',
    'the filter holds for the second attempt as well: to recover instead is simpler, as a single owner has no conflicts',
  ),
];
