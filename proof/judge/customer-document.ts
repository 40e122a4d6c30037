/** The document of one customer, a profile or a stub, held against the events and what was published last. */
import { canonical } from './canonical.ts';
import type { Case } from './customers.ts';
import { erasureIn } from './facts.ts';
import type { Find } from './findings.ts';
import { uncovered } from './paths.ts';
import { isTombstone, readOutput } from './published.ts';
import { member, numberOf, textOf } from './read.ts';
import type { JudgeSettings } from './types.ts';

export const checkDocument = (found: Case, settings: JudgeSettings, find: Find): void => {
  checkFold(found, find);
  checkMarker(found, find);
  checkPublication(found, settings, find);
};

const checkFold = (found: Case, find: Find): void => {
  const { customerId, document, stored: facts, facts: expected, profile, isArchived } = found;
  const sections = [...new Set([...Object.keys(expected), ...Object.keys(facts)])].filter(
    (section) => canonical(facts[section]) !== canonical(expected[section]),
  );
  if (sections.length > 0)
    find(isArchived ? 'archive-differs' : 'facts-differ', customerId, `in ${sections.join(', ')}`);
  const paths = uncovered(profile, document.profile, []);
  if (paths.length > 0) find('profile-differs', customerId, `at ${paths.join(', ')}`);
};

const checkMarker = ({ customerId, version, document, accepted, chain }: Case, find: Find): void => {
  const [topic, offset] = [textOf(document.marker, 'topic'), numberOf(document.marker, 'offset')];
  const marked = accepted.find(({ record }) => record.topic === topic && record.offset === offset);
  const [before, last] = [chain?.versions.at(-2), chain?.versions.at(-1)];
  const isSinceErasure = [before, last].some((each) => each !== undefined && isTombstone(each));
  if (marked === undefined) find('marker-implausible', customerId, 'it names no accepted event of the customer');
  else if (isSinceErasure && erasureIn(marked.statements) !== null) return;
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
    const { pending, previousVersion, archive } = document;
    // The stub names no event by which the customer moved to the archive.
    const causes = member(archive, 'version') === version ? [] : member(event, 'causes');
    const said = isTombstone(last)
      ? ([['pending.erased', member(member(pending, 'erased'), 'version'), version]] as const)
      : ([
          ['previousVersion', previousVersion, last.previousVersion],
          ['pending.paths', member(pending, 'paths'), member(event, 'changedPaths')],
          ['pending.causes', member(pending, 'causes'), causes],
          ['pending.occurredAt', member(pending, 'occurredAt'), last.occurredAt],
        ] as const);
    const wrong = said.filter(([, kept, published]) => canonical(kept) !== canonical(published)).map(([name]) => name);
    if (wrong.length > 0) find('version-implausible', customerId, `version ${version}: ${wrong.join(', ')}`);
    const paths = uncovered(document.profile, member(event, 'profile'), []);
    if (paths.length > 0) find('last-output-differs', customerId, `version ${version} at ${paths.join(', ')}`);
  }
  const strays = chain?.versions.filter(({ partition }) => !partitions.has(partition)) ?? [];
  for (const stray of strays) find('output-misplaced', customerId, `version ${stray.version} in ${stray.partition}`);
};
