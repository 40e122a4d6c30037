/** The invariants, a closed list, and what was found against them. */
import type { Violation } from './types.ts';

/** Each with what is wrong when it is violated. */
export const INVARIANTS = {
  'document-missing': 'there are accepted events of the customer and no document with a version',
  'document-unexpected': 'there is a document with a version and no accepted event of the customer',
  'profile-kept': 'there is still a profile of an erased customer of whom nothing is known since',
  'stub-unexpected': 'there is a stub of a customer who was not erased, of one who has come back, or of nobody',
  'stub-undated': 'the stub of an erased customer does not say when it was recorded',
  'stub-plain': 'the stub of an erased customer holds something that was stated of the person',
  'stub-not-bare': 'a document of version 0 holds more than an epoch',
  'facts-differ': 'the facts of the document are not those that the accepted events add up to',
  'profile-differs': 'the profile of the document is not the one that follows from the accepted events',
  'history-plain': 'a chunk of the history says whose or what it is to who has not the key',
  'history-left': 'a chunk of the history belongs to nothing that a document tells of',
  'history-missing': 'a chunk of the history that a document tells of is not there, or is there twice',
  'history-damaged': 'a chunk of the history cannot be opened, or is not what was put in',
  'history-unindexed': 'an order of the history would not be found again',
  'history-doubled': 'an order is in the history twice, or still in the document',
  'history-unmoved': 'a document holds more orders than it may',
  'retention-undecided': 'a command asked for a decision on somebody who is known, and there is none',
  'retention-unasked':
    'there is a decision that no accepted command asked for, or one about somebody or something else',
  'retention-terms': 'a command carries other terms than the policy has for its jurisdiction',
  'retention-plain': 'a decision says of whom it is, or more than it should',
  'retention-unlawful':
    'an outcome is not the first that its evidence allows: hold, statute, consent to the archive, erasure',
  'retention-differs': 'a decision is not the one that follows from what was known',
  'retention-undone': 'a decision was recorded, and not carried out',
  'archive-missing': 'what was archived is not in the archive',
  'archive-doubled': 'the same was archived twice',
  'archive-left': 'something is in the archive that was never archived, or must be there no more',
  'archive-damaged': 'an entry of the archive cannot be opened, is not what was put in, or is of somebody else',
  'archive-differs': 'an entry of the archive does not hold the facts that the accepted events add up to',
  'archive-record': 'what an entry of the archive says to statistics is not what it holds, or is more than it may say',
  'archive-plain': 'an entry of the archive says whose or what it is to who has not the key',
  'version-implausible': 'what the document says of its version is not what was published of it',
  'marker-implausible': 'the marker of the document is not an accepted event of the customer that caused its version',
  unpublished: 'the version of the document was not published',
  'document-behind': 'a later version was published than the document has: a stale write',
  'last-output-differs': 'the last published profile is not that of the document',
  'output-unreadable': 'a published value cannot be decoded',
  'output-unexpected': 'something was published of a customer who has no accepted event',
  'output-envelope':
    'eventId, ce_id, changeType, changedPaths or occurredAt of a version are not what they are said to be',
  'output-misplaced': 'a version has another key than its customer, or another partition than the events',
  'output-differs': 'a published profile is not the one that follows from the causes so far',
  'chain-gap': 'previousVersion is not the version that was published before',
  'chain-repeat': 'a version was published twice',
  'chain-reorder': 'a version was published after a later one',
  'tombstone-missing': 'an erasure was not told: there is no tombstone',
  'tombstone-unexpected': 'there is a tombstone of a customer who was not erased, or more of them than erasures',
  'paths-incomplete': 'something changed from one published version to the next that changedPaths does not cover',
  'cause-unknown': 'a cause is no accepted event of the customer',
  'cause-repeated': 'one event is a cause twice',
  'cause-erased': 'a version after an erasure names an event from before it',
  'causes-incomplete': 'an event is in the document that no published version names as a cause',
  'audience-unreadable': 'what an audience was told cannot be decoded, or does not say of which version it is',
  'audience-envelope': 'eventId, ce_id, ce_type or occurredAt of what an audience was told are not what they should be',
  'audience-misplaced':
    'an audience was told with another key than the name of the customer, or in another partition than the events',
  'audience-chain':
    'previousVersion is not the version that the audience was told of before by that name, or is told of later or twice',
  'audience-name':
    'an audience was told of a customer by a name that is nobody’s or is given up, or by another one before the one has ended',
  'audience-plain': 'what an audience was told by another name says the id of the customer',
  'audience-unchanged': 'an audience was told what it knew already',
  'audience-unaccompanied': 'an audience was told of a version that was not published',
  'audience-missing': 'an audience was not told of a version, and what it was told before is not the view at it',
  'audience-view': 'what an audience was told is not the view that follows from the causes so far',
  'audience-unpermitted': 'marketing was told of a customer while no consent was in force',
  'audience-last': 'what an audience was told last is not the view that follows from the accepted events',
  'audience-document': 'the document does not hold of which version an audience was told last, or by which name',
  'link-plain': 'a value that is not a keyed hash, or anything else of a person, is where only links may be',
  'link-misplaced':
    'what is said of a link is in several partitions, or names another partition than that of the customer',
  'link-repeat': 'a customer speaks of a link again with no later version',
  'link-envelope': 'eventId or occurredAt of a statement are not those of the version that says it',
  'link-unaccompanied': 'something is said of a link with a version that was not published',
  'link-differs': 'what was said of a customer is not what the customer has, as of some version or at last',
  'link-document': 'the document does not hold what was said of the customer, and last',
  'link-collection': 'the collection of links does not hold who has which value, by what was said last',
  'link-unfounded': 'an answer goes by no statement about its link, counts too many or is to somebody who never had it',
  'link-count': 'a document does not hold how many others have a value of the customer',
  'route-missing': 'a message of a rekeyed input that must be applied was not sent on',
  'route-unexpected': 'a message was sent on that must be refused, or that there is not',
  'route-repeated': 'a message of a rekeyed input was sent on twice',
  'route-misplaced': 'a message was sent on to another topic or partition than that of its customer',
  'route-altered': 'key, value or headers of a message that was sent on are not what they should be',
  'route-reorder': 'of two messages of a partition that went on to the same one the later came first',
  'uncommitted-lacks': 'a read_uncommitted subscriber does not see what a read_committed one sees',
  'aborted-contradicts':
    'a version in an aborted transaction is stale, from nowhere, or not what was committed under its number',
  'dead-letter-missing': 'a message that must be refused has no dead letter',
  'dead-letter-unexpected': 'there is a dead letter of a message that must be applied, or of none',
  'dead-letter-repeated': 'a message has two dead letters',
  'dead-letter-misplaced': 'a dead letter is in the topic of another input, or in another partition than its message',
  'dead-letter-altered': 'key, value or headers of a dead letter are not those received',
  'dead-letter-plain':
    'a dead letter of an erased customer from before the erasure holds more than where the message lies',
  'dead-letter-reason': 'a dead letter gives another reason or field than the message has',
  'dead-letter-infrastructure': 'a dead letter gives a reason that is not in the closed list, such as an outage',
  'offsets-behind': 'the group has not committed everything that there is to read',
  'offsets-beyond': 'the group has committed more than there is to read',
  'personal-data-in-logs': 'a log line holds personal data',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** Adds a violation. `detail`: coordinates, versions, paths; no values. */
export type Find = (invariant: Invariant, customerId: string | null, detail?: string) => void;

export interface Findings {
  readonly find: Find;
  readonly counts: Readonly<Record<string, number>>;
  readonly first: readonly Violation[];
}

const SHOWN = 100;
/** One that is violated everywhere must not hide the others. */
const SHOWN_OF_ONE = 25;

export const createFindings = (): Findings => {
  const counts: Record<string, number> = {};
  const first: Violation[] = [];
  return {
    find: (invariant, customerId, detail = INVARIANTS[invariant]) => {
      const count = (counts[invariant] ?? 0) + 1;
      counts[invariant] = count;
      if (first.length < SHOWN && count <= SHOWN_OF_ONE) first.push({ invariant, customerId, detail });
    },
    counts,
    first,
  };
};
