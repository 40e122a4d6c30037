/** What verification found, and the story of every customer that something is wrong with. */

/** The promises that can be broken, each with what is then wrong. */
export const VIOLATIONS = {
  'not-drained': 'the group has not committed everything that there is to read',
  'document-missing': 'there are events of the customer and no document',
  'document-unexpected': 'there is a document and no event of the customer',
  'facts-differ': 'the facts of the document are not those that its events add up to',
  'profile-differs': 'the profile of the document is not the one that follows from its events',
  'stub-not-bare': 'a document of version 0 holds more than an epoch',
  'profile-kept': 'there is a document of who was erased, and nothing was said since',
  'stub-missing': 'a customer was erased, and no stub is left',
  'stub-unexpected': 'there is a stub of nobody who was erased, or of who has come back',
  'tombstone-missing': 'a customer was erased, and no null was published',
  'tombstone-unexpected': 'there are more nulls than erasures of the customer',
  'decision-missing': 'retention was asked for, and no decision is kept',
  'decision-unexpected': 'a decision is kept that nobody asked for',
  'decision-differs':
    'a decision says something else than the command, is not what follows from what was known, or was not carried out',
  'decision-unlawful': 'a decision was not allowed by the terms of its command',
  'archive-missing': 'what left for the archive is not there',
  'archive-unexpected': 'something lies in the archive that has not left, or of who is erased or has come back',
  'archive-damaged': 'an entry of the archive cannot be opened, or is about somebody else',
  'archive-differs': 'an entry of the archive does not hold what has left, or says something else to statistics',
  'archived-unexpected': 'a version calls somebody archived without a decision that says so',
  'never-published': 'a document has a version and nothing was published',
  'output-unexpected': 'a version was published of a customer whose document has none',
  'output-unreadable': 'a published value cannot be decoded',
  'output-misplaced': 'a version is not keyed by its customer, or in another partition than the events',
  'chain-broken': 'previousVersion is not the version published before',
  'version-repeated': 'a version was published twice, or after a later one',
  'paths-incomplete': 'something changed that changedPaths does not cover',
  'begin-differs': 'a version is called created that begins no life, or another one that does',
  'cause-unknown': 'a cause is no accepted event of the customer',
  'cause-repeated': 'one event is the cause of two versions',
  'cause-erased': 'a version after an erasure names what happened before it',
  'last-output-differs': 'the last version published is not that of the document',
  'audience-unreadable': 'what an audience was told cannot be decoded',
  'audience-misplaced':
    'an audience was told under another key than the name of the customer, under one of nobody, or in another partition',
  'audience-chain-broken': 'previousVersion is not the version that the audience was told of before under that name',
  'audience-differs': 'the last that an audience was told is not what follows from the document',
  'route-missing': 'a message of a rekeyed input that can be applied was not sent on',
  'route-unexpected': 'a message was sent on that must be refused, or that there is not',
  'route-repeated': 'a message of a rekeyed input was sent on twice',
  'route-altered': 'topic, key, bytes or headers of a message that was sent on are not what they should be',
  'route-misplaced': 'a message was sent on to another partition than that of its customer',
  'link-misplaced':
    'what is said of a link is in several partitions, or names another partition than that of the customer',
  'links-differ': 'the document does not claim what the customer has said last',
  'membership-differs': 'the collection of links does not hold what was said last',
  'sharing-differs': 'the document does not say how many others have a value of the customer',
  'dead-letter-missing': 'a message that must be refused has no dead letter',
  'dead-letter-unexpected': 'there is a dead letter of a message that can be applied, or of none',
  'dead-letter-repeated': 'a message has two dead letters',
  'dead-letter-misplaced': 'a dead letter is in the topic of another input, or in another partition than its message',
  'dead-letter-altered': 'bytes, key or headers of a dead letter are not those received',
  'dead-letter-plain': 'a dead letter of who was erased holds more than where the message was, and why it was refused',
  'dead-letter-reason': 'a dead letter gives another reason than the message has',
} as const;

export type ViolationKind = keyof typeof VIOLATIONS;

export interface Violation {
  readonly kind: ViolationKind;
  readonly customerId: string | null;
  /** Topics, partitions, offsets, versions and paths; no values. */
  readonly detail: string;
}

export interface CustomerStory {
  readonly customerId: string;
  /** Accepted events, in the order read: `<topic>:<partition>:<offset>`. */
  readonly events: readonly string[];
  /** Published versions in order, as `<offset>: <previousVersion> → <version>`; of an erasure `null → <version>`. */
  readonly published: readonly string[];
  readonly documentVersion: number | null;
}

export interface VerificationReport {
  readonly ok: boolean;
  /** Messages in the input topics, but for what the system has said to itself: every one is accepted or refused. */
  readonly inputs: number;
  readonly accepted: number;
  /** Besides, what the system has said to itself. */
  readonly internal: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Documents with a version. */
  readonly profiles: number;
  /** Documents without, which only carry an epoch. */
  readonly stubs: number;
  /** Stubs of erased customers, of whom nothing is known since. */
  readonly erased: number;
  /** Stubs of customers who lie in the archive. */
  readonly archived: number;
  /** Erased customers who have come back. */
  readonly returned: number;
  readonly published: number;
  /** What audiences were told besides, tombstones included. */
  readonly told: number;
  /** Customers who have a value that another one has as well. */
  readonly sharing: number;
  readonly deadLetters: number;
  /** How often each promise was broken. */
  readonly violationCounts: Readonly<Partial<Record<ViolationKind, number>>>;
  /** The first ones. */
  readonly violations: readonly Violation[];
  /** Of the customers that the first ones are about. */
  readonly stories: readonly CustomerStory[];
}

const SHOWN = 50;

export interface Findings {
  add(kind: ViolationKind, customerId: string | null, detail?: string): void;
  readonly counts: Readonly<Partial<Record<ViolationKind, number>>>;
  readonly first: readonly Violation[];
}

export const createFindings = (): Findings => {
  const counts: Partial<Record<ViolationKind, number>> = {};
  const first: Violation[] = [];
  return {
    add: (kind, customerId, detail = VIOLATIONS[kind]) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (first.length < SHOWN) first.push({ kind, customerId, detail });
    },
    counts,
    first,
  };
};
