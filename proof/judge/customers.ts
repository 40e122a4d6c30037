/** One customer at a time: accepted events, document and published versions must say the same. */
import { type Aborted, checkAborted } from './aborted.ts';
import type { Archive } from './archive.ts';
import { ARCHIVED, NOTHING_KNOWN } from './archived.ts';
import { canonical } from './canonical.ts';
import { type Accepted, checkCauses, checkProfile, everythingIn, replayed } from './causes.ts';
import { isInternal } from './contracts.ts';
import type { Letters } from './dead-letters.ts';
import { checkDocument } from './customer-document.ts';
import { factsIn } from './documents.ts';
import { type Decisions, isRetention } from './decisions.ts';
import { erasureIn, factsOf, isBare } from './facts.ts';
import type { Find } from './findings.ts';
import type { History } from './history.ts';
import { coordinates, type Inputs } from './inputs.ts';
import type { LinkCheck } from './links.ts';
import type { NamedSettings } from './names.ts';
import type { Chain, Outputs } from './outputs.ts';
import { profileOf } from './profile.ts';
import { numberOf, textOf, treeOf, type Tree } from './read.ts';
import { settle } from './retention.ts';
import { checkRetention } from './retention-check.ts';
import { SECTIONS, statementsOf } from './statements.ts';
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
  readonly isArchived: boolean;
}

export interface CustomersEvidence {
  readonly inputs: Inputs;
  readonly letters: Letters;
  readonly outputs: Outputs;
  readonly aborted: Aborted;
  readonly decisions: Decisions;
}

/** Whether the document is where what is known of the customer should be. */
export type CustomerCheck = (
  customerId: string,
  document: StoredDocument,
  collection: 'profiles' | 'erased',
) => boolean;

export const createCustomerCheck = (
  { inputs, letters, outputs, aborted, decisions }: CustomersEvidence,
  { links, history, archive }: { readonly links: LinkCheck; readonly history: History; readonly archive: Archive },
  settings: NamedSettings,
  find: Find,
): CustomerCheck => {
  const { heard } = outputs;
  const isLate = ({ record }: Accepted): boolean => letters.refused.get(coordinates(record)) === 'before-erasure';
  const isRefused = ({ record }: Accepted): boolean => letters.refused.has(coordinates(record));
  const readableOf = (record: LogRecord): Accepted[] => {
    const verdict = verdictOf(record, settings);
    if (verdict.kind === 'refused') return [];
    const { type, event } = verdict;
    if (type === 'CustomerLink') return [];
    const eventId = textOf(event, 'eventId') ?? '';
    const occurredAt = numberOf(event, 'occurredAt') ?? 0;
    return [{ record, type, eventId, occurredAt, event, statements: statementsOf(type, event) }];
  };

  return (customerId, document, collection) => {
    const version = typeof document.version === 'number' ? document.version : -1;
    const records = inputs.accepted.get(customerId) ?? [];
    const chain = outputs.chains.get(customerId);
    checkAborted(customerId, aborted.byCustomer.get(customerId) ?? [], chain?.versions ?? [], version, find);
    checkAbortedTellings(customerId, aborted, heard, version, find);
    if (version === 0 && collection === 'profiles') {
      history.whole(customerId, factsIn(document));
      if (letters.erasedAt.has(customerId)) find('profile-kept', customerId);
      else if (!isEmpty(document)) find('stub-not-bare', customerId);
      return false;
    }
    const readable = records.flatMap(readableOf);
    const late = readable.filter(isLate);
    const settled = settle(
      readable.filter((each) => !isRefused(each)),
      chain,
      decisions,
    );
    const { accepted, archivedBy, filed } = settled;
    const isArchived = archivedBy !== null;
    const kept = keptOf(document, archive.of(customerId, document.archive ?? null, filed));
    const stored = history.whole(customerId, kept, document.archive != null);
    if (accepted.every(({ type, statements }) => isInternal(type) && erasureIn(statements) === null)) {
      find(collection === 'profiles' ? 'document-unexpected' : 'stub-unexpected', customerId);
      return false;
    }
    const facts = factsOf(everythingIn(accepted, chain));
    const isGone = facts['erased'] !== undefined && isBare(facts);
    const isApart = isGone || isArchived;
    if (isApart !== (collection === 'erased')) {
      find(isApart ? 'profile-kept' : 'stub-unexpected', customerId);
      return false;
    }
    const partitions = new Set(
      accepted.flatMap(({ type, event, record }) =>
        isInternal(type) && !isRetention(event) ? [] : [record.partition],
      ),
    );
    const profile = isGone ? null : isArchived ? ARCHIVED : profileOf(facts, settings.rules);
    const found: Case = {
      ...{ customerId, version, document, stored, accepted, partitions, chain, facts, profile, isArchived },
    };
    const online = isArchived ? { ...found, facts: NOTHING_KNOWN } : found;
    checkDocument(found, settings, find);
    checkRetention(customerId, settled, { document, chain, decisions, late }, settings, find);
    checkTellings(online, heard, settings.names, find);
    checkTombstones(customerId, accepted, chain, find);
    links.customer(online);
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

/** What the document holds, and of who lies in the archive what lies there: of them online nothing but marks. */
const keptOf = (document: StoredDocument, whole: Tree): Tree => {
  const own = factsIn(document);
  if (document.archive == null) return own;
  const said = SECTIONS.filter((section) => Object.keys(treeOf(own, section)).length > 0);
  const { erased, cuts, retention } = own;
  const marks = Object.entries({ erased, cuts, retention }).filter(([, mark]) => mark !== undefined);
  const plain = said.map((section): [string, unknown] => [section, own[section]]);
  return { ...whole, ...(Object.fromEntries([...marks, ...plain]) as Tree) };
};

const isEmpty = (document: StoredDocument): boolean =>
  document.profile == null && document.marker == null && canonical(factsIn(document)) === canonical(factsOf([]));
