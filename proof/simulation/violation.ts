/** Everything that can be found wrong in a simulated world. */
export const INVARIANTS = {
  chain: 'each version names the one published before it; versions grow; none is published twice',
  unsaved: 'what is published has been saved for good',
  paths: 'changedPaths cover every change since the version before',
  audience:
    'an audience hears of a version when its view has changed, a tombstone when it may see nothing, as a chain of its own',
  'dead-letter': 'what can never be applied is a dead letter once, as received; nothing else is one',
  'offsets-back': 'committed offsets never go back',
  'input-lost': 'committed offsets never pass an input that is neither in the document nor a dead letter',
  unpublished: 'committed offsets never pass the marker of a version that is not published',
  'stale-save': 'no save undoes what was committed',
  unasked: 'a member that failed takes a task again only after the group has confirmed it since',
  document: 'in the end a document holds the fold of its events, and the profile that they amount to',
  log: 'in the end the read_committed log of a customer is a chain whose last version is the document',
  stuck: 'once everything is healed, everything is processed',
} as const;

export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}
