/** One customer at a time: accepted events, document and published versions must say the same. */
import { type Aborted, checkAborted } from './aborted.ts';
import { canonical } from './canonical.ts';
import { type Accepted, checkCauses, checkProfile, everythingIn, replayed } from './causes.ts';
import { isInternal } from './contracts.ts';
import type { Letters } from './dead-letters.ts';
import { checkDocument } from './customer-document.ts';
import { factsIn } from './documents.ts';
import { factsOf, isBare } from './facts.ts';
import type { Find } from './findings.ts';
import type { History } from './history.ts';
import { coordinates, type Inputs } from './inputs.ts';
import type { LinkCheck } from './links.ts';
import type { NamedSettings } from './names.ts';
import type { Chain, Outputs } from './outputs.ts';
import { profileOf } from './profile.ts';
import { numberOf, textOf, type Tree } from './read.ts';
import { statementsOf } from './statements.ts';
import { checkTombstones } from './tombstones.ts';
import { checkAbortedTellings, checkPermission, checkTellings, checkViews } from './tellings.ts';
import type { LogRecord, StoredDocument } from './types.ts';
import { verdictOf } from './verdict.ts';

export interface Case {
  readonly customerId: string;
  readonly version: number;
  readonly document: StoredDocument;
  readonly accepted: readonly Accepted[];
  /** Where others have spoken of the customer. */
  readonly partitions: ReadonlySet<number>;
  readonly chain: Chain | undefined;
  /** The facts of the document, and what has been moved out of them. */
  readonly stored: Tree;
  /** What all accepted events add up to. */
  readonly facts: Tree;
  /** Null of an erased customer of whom nothing is known since. */
  readonly profile: Tree | null;
}

export interface CustomersEvidence {
  readonly inputs: Inputs;
  readonly letters: Letters;
  readonly outputs: Outputs;
  readonly aborted: Aborted;
}

/** Whether the document is where what is known of the customer should be. */
export type CustomerCheck = (
  customerId: string,
  document: StoredDocument,
  collection: 'profiles' | 'erased',
) => boolean;

export const createCustomerCheck = (
  { inputs, letters, outputs, aborted }: CustomersEvidence,
  links: LinkCheck,
  history: History,
  settings: NamedSettings,
  find: Find,
): CustomerCheck => {
  const { heard } = outputs;
  const acceptedOf = (record: LogRecord): Accepted[] => {
    const verdict = verdictOf(record, settings);
    if (letters.refused.has(coordinates(record))) return [];
    if (verdict.kind === 'refused') return [];
    const { type, event } = verdict;
    if (type === 'CustomerLink') return [];
    const eventId = textOf(event, 'eventId') ?? '';
    const occurredAt = numberOf(event, 'occurredAt') ?? 0;
    return [{ record, type, eventId, occurredAt, event, statements: statementsOf(type, event) }];
  };

  return (customerId, document, collection) => {
    const version = typeof document.version === 'number' ? document.version : -1;
    const stored = history.whole(customerId, document);
    const records = inputs.accepted.get(customerId) ?? [];
    const chain = outputs.chains.get(customerId);
    checkAborted(customerId, aborted.byCustomer.get(customerId) ?? [], chain?.versions ?? [], version, find);
    checkAbortedTellings(customerId, aborted, heard, version, find);
    if (version === 0 && collection === 'profiles') {
      if (letters.erasedAt.has(customerId)) find('profile-kept', customerId);
      else if (!isEmpty(document)) find('stub-not-bare', customerId);
      return false;
    }
    const accepted = records.flatMap(acceptedOf);
    if (accepted.every(({ type }) => isInternal(type))) {
      find(collection === 'profiles' ? 'document-unexpected' : 'stub-unexpected', customerId);
      return false;
    }
    const facts = factsOf(everythingIn(accepted, chain));
    const isGone = facts['erased'] !== undefined && isBare(facts);
    if (isGone !== (collection === 'erased')) {
      find(isGone ? 'profile-kept' : 'stub-unexpected', customerId);
      return false;
    }
    const partitions = new Set(accepted.flatMap(({ type, record }) => (isInternal(type) ? [] : [record.partition])));
    const profile = isGone ? null : profileOf(facts, settings.rules);
    const found: Case = { customerId, version, document, stored, accepted, partitions, chain, facts, profile };
    checkDocument(found, settings, find);
    checkTellings(found, heard, settings.names, find);
    checkTombstones(customerId, accepted, chain, find);
    links.customer(found);
    if (chain === undefined) return true;
    checkCauses(customerId, accepted, chain, find);
    checkPermission(customerId, accepted, chain, heard, find);
    for (const state of replayed(accepted, chain, settings.rules)) {
      checkProfile(customerId, state, find);
      checkViews(customerId, state, heard, find);
      links.version(customerId, state);
    }
    return true;
  };
};

const isEmpty = (document: StoredDocument): boolean =>
  document.profile == null && document.marker == null && canonical(factsIn(document)) === canonical(factsOf([]));
