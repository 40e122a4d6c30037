/** One customer at a time: accepted events, document and published versions must say the same. */
import { type Aborted, checkAborted } from './aborted.ts';
import { canonical } from './canonical.ts';
import { type Accepted, checkCauses, checkProfile, replayed, statementsIn } from './causes.ts';
import { isInternal } from './contracts.ts';
import { factsIn } from './documents.ts';
import { factsOf } from './facts.ts';
import type { Find } from './findings.ts';
import type { Inputs } from './inputs.ts';
import type { LinkCheck } from './links.ts';
import type { NamedSettings } from './names.ts';
import { type Chain, type Outputs, readOutput } from './outputs.ts';
import { uncovered } from './paths.ts';
import { profileOf } from './profile.ts';
import { member, numberOf, textOf, type Tree } from './read.ts';
import { statementsOf } from './statements.ts';
import { checkAbortedTellings, checkPermission, checkTellings, checkViews } from './tellings.ts';
import type { JudgeSettings, LogRecord, StoredDocument } from './types.ts';
import { verdictOf } from './verdict.ts';

export interface Case {
  readonly customerId: string;
  readonly version: number;
  readonly document: StoredDocument;
  readonly accepted: readonly Accepted[];
  /** Where others have spoken of the customer. */
  readonly partitions: ReadonlySet<number>;
  readonly chain: Chain | undefined;
  /** What all accepted events add up to. */
  readonly facts: Tree;
  readonly profile: Tree;
}

export interface CustomersEvidence {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly aborted: Aborted;
}

export const createCustomerCheck = (
  { inputs, outputs, aborted }: CustomersEvidence,
  links: LinkCheck,
  settings: NamedSettings,
  find: Find,
): ((document: StoredDocument) => void) => {
  const { heard } = outputs;
  const acceptedOf = (record: LogRecord): Accepted[] => {
    const verdict = verdictOf(record, settings);
    if (verdict.kind === 'refused') return [];
    const { type, event } = verdict;
    if (type === 'CustomerLink') return [];
    const eventId = textOf(event, 'eventId') ?? '';
    const occurredAt = numberOf(event, 'occurredAt') ?? 0;
    return [{ record, type, eventId, occurredAt, event, statements: statementsOf(type, event) }];
  };

  return (document) => {
    const customerId = String(document._id);
    const version = typeof document.version === 'number' ? document.version : -1;
    const records = inputs.accepted.get(customerId) ?? [];
    const chain = outputs.chains.get(customerId);
    checkAborted(customerId, aborted.byCustomer.get(customerId) ?? [], chain?.versions ?? [], version, find);
    checkAbortedTellings(customerId, aborted, heard, version, find);
    if (version === 0) {
      if (!isBare(document)) find('stub-not-bare', customerId);
      if (records.length > 0) find('document-missing', customerId, 'there is only a stub');
      return;
    }
    if (records.length === 0) {
      find('document-unexpected', customerId);
      return;
    }
    const accepted = records.flatMap(acceptedOf);
    const facts = factsOf(statementsIn(accepted));
    const partitions = new Set(accepted.flatMap(({ type, record }) => (isInternal(type) ? [] : [record.partition])));
    const profile = profileOf(facts, settings.rules);
    const found: Case = { customerId, version, document, accepted, partitions, chain, facts, profile };
    checkFold(found, find);
    checkMarker(found, find);
    checkPublication(found, settings, find);
    checkTellings(found, heard, settings.names, find);
    links.customer(found);
    if (chain === undefined) return;
    checkCauses(customerId, accepted, chain, find);
    checkPermission(customerId, accepted, chain, heard, find);
    for (const state of replayed(accepted, chain, settings.rules)) {
      checkProfile(customerId, state, find);
      checkViews(customerId, state, heard, find);
      links.version(customerId, state);
    }
  };
};

const isBare = (document: StoredDocument): boolean =>
  document.profile == null && document.marker == null && canonical(factsIn(document)) === canonical(factsOf([]));

const checkFold = ({ customerId, document, facts: expected, profile }: Case, find: Find): void => {
  const facts = factsIn(document);
  const sections = [...new Set([...Object.keys(expected), ...Object.keys(facts)])].filter(
    (section) => canonical(facts[section]) !== canonical(expected[section]),
  );
  if (sections.length > 0) find('facts-differ', customerId, `in ${sections.join(', ')}`);
  const paths = uncovered(profile, document.profile, []);
  if (paths.length > 0) find('profile-differs', customerId, `at ${paths.join(', ')}`);
};

const checkMarker = ({ customerId, version, document, accepted, chain }: Case, find: Find): void => {
  const [topic, offset] = [textOf(document.marker, 'topic'), numberOf(document.marker, 'offset')];
  const marked = accepted.find(({ record }) => record.topic === topic && record.offset === offset);
  const last = chain?.versions.at(-1);
  if (marked === undefined) find('marker-implausible', customerId, 'it names no accepted event of the customer');
  else if (last?.version === version && !last.causes.includes(marked.eventId)) {
    find('marker-implausible', customerId, `it names no cause of version ${version}`);
  }
};

const checkPublication = (
  { customerId, version, document, partitions, chain }: Case,
  settings: JudgeSettings,
  find: Find,
): void => {
  const last = chain?.versions.at(-1);
  if (chain === undefined || last === undefined || last.version < version) {
    find('unpublished', customerId, `version ${version}, published ${last?.version ?? 'nothing'}`);
  } else if (last.version > version) {
    find('document-behind', customerId, `version ${version}, published ${last.version}`);
  } else {
    const event = readOutput(chain.last, settings);
    const { pending, previousVersion } = document;
    const said = [
      ['previousVersion', previousVersion, last.previousVersion],
      ['pending.paths', member(pending, 'paths'), member(event, 'changedPaths')],
      ['pending.causes', member(pending, 'causes'), member(event, 'causes')],
      ['pending.occurredAt', member(pending, 'occurredAt'), last.occurredAt],
    ] as const;
    const wrong = said.filter(([, kept, published]) => canonical(kept) !== canonical(published)).map(([name]) => name);
    if (wrong.length > 0) find('version-implausible', customerId, `version ${version}: ${wrong.join(', ')}`);
    const paths = uncovered(document.profile, member(event, 'profile'), []);
    if (paths.length > 0) find('last-output-differs', customerId, `version ${version} at ${paths.join(', ')}`);
  }
  const strays = chain?.versions.filter(({ partition }) => !partitions.has(partition)) ?? [];
  for (const stray of strays) find('output-misplaced', customerId, `version ${stray.version} in ${stray.partition}`);
};
