/** Holds what the system made against the log of its inputs. */
import type { ProfileRules } from '../domain/rules.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import type { EventDecoder, InboundRecord, Position } from '../pipeline/ports.ts';
import type { Router } from '../pipeline/router.ts';
import { readArchive, type StoredEntry } from './archive.ts';
import { type AudienceSource, readAudiences } from './audiences.ts';
import { createCustomerCheck } from './customers.ts';
import { checkDeadLetters } from './dead-letters.ts';
import { isOf, type StoredDecision } from './decisions.ts';
import { type InputLog, readInputs } from './inputs.ts';
import { coordinates } from './records.ts';
import { readLinks, type StoredLink } from './links.ts';
import { type Chain, type OutputDecoder, readChains } from './outputs.ts';
import { createFindings, type CustomerStory, type Findings, type VerificationReport } from './report.ts';

/** Where verification looks; each source is read once, from its beginning, committed records only. */
export interface Sources {
  readonly inputs: AsyncIterable<InboundRecord>;
  readonly outputs: AsyncIterable<InboundRecord>;
  readonly audiences: readonly AudienceSource[];
  readonly deadLetters: AsyncIterable<InboundRecord>;
  readonly documents: AsyncIterable<ProfileDocument>;
  /** What is left of erased and archived customers, as it is stored. */
  readonly stubs: AsyncIterable<ProfileDocument>;
  /** Under which a customer's stub may be stored. */
  stubNamesOf(customerId: string): readonly string[];
  /** What retention has decided. */
  readonly decisions: AsyncIterable<StoredDecision>;
  readonly archive: AsyncIterable<StoredEntry>;
  readonly links: AsyncIterable<StoredLink>;
  /** Committed offsets of the group in one partition of every input topic. */
  committed(partition: number): Promise<Position>;
  readonly decoder: EventDecoder;
  readonly decodeOutput: OutputDecoder;
  readonly futureToleranceMs: number;
  /** By which the members send messages on. */
  readonly router: Router;
  /** By which the members derive profiles. */
  readonly rules: ProfileRules;
}

/**
 * Checks every promise that the log of inputs can prove. The group must have drained its inputs, and nobody may publish
 * meanwhile. Memory grows with the encoded inputs and with one encoded version a customer.
 */
export const verify = async (sources: Sources): Promise<VerificationReport> => {
  const { decodeOutput, rules } = sources;
  const findings = createFindings();
  const log = await readInputs(sources, findings);
  await checkCommitted(log, sources, findings);
  const chains = await readChains(sources.outputs, decodeOutput, findings);
  const audiences = await readAudiences(sources.audiences, rules, findings);
  const links = await readLinks(sources.links, log.statements, findings);
  const archive = await readArchive(sources.archive, findings);
  const letters = await checkDeadLetters(sources.deadLetters, log, findings);

  const checkCustomer = createCustomerCheck(sources, log, archive, letters.erased, findings);
  const versions = new Map<string, number>();
  const erased = new Set<string>();
  const archived = new Set<string>();
  const check = async (document: ProfileDocument, place: 'profiles' | 'erased'): Promise<void> => {
    const { _id, version } = document;
    versions.set(_id, version);
    if (place === 'erased') (document.archive === undefined ? erased : archived).add(_id);
    await checkCustomer({ document, place, log: log.byCustomer.get(_id), chain: chains.get(_id) });
    await audiences.check(document);
    links.check(document, log.byCustomer.get(_id)?.partition);
  };
  for await (const document of sources.documents) await check(document, 'profiles');
  const profiles = new Map(versions);
  const stubNames = new Map(
    [...log.erasedAt.keys(), ...log.commands.keys()].flatMap((id) =>
      sources.stubNamesOf(id).map((name) => [name, id] as const),
    ),
  );
  for await (const stub of sources.stubs) {
    const customerId = stubNames.get(stub._id);
    if (customerId === undefined) findings.add('stub-unexpected', null);
    else await check({ ...stub, _id: customerId }, 'erased');
  }
  audiences.checkOthers();
  archive.checkOthers();
  checkOthers(log, findings);
  for (const customerId of log.byCustomer.keys()) {
    if (versions.has(customerId)) continue;
    findings.add(isAway(log, customerId) ? 'stub-missing' : 'document-missing', customerId);
  }
  for (const customerId of chains.keys()) {
    if (!versions.has(customerId)) findings.add('output-unexpected', customerId);
  }
  for (const customerId of links.customers) {
    if (!versions.has(customerId)) findings.add('links-differ', customerId, 'there are statements and no document');
  }

  const refused: Record<string, number> = {};
  for (const { reason } of log.refused.values()) refused[reason] = (refused[reason] ?? 0) + 1;
  const late = letters.erased.size;
  if (late > 0) refused['before-erasure'] = (refused['before-erasure'] ?? 0) + late;
  const documents = [...profiles.values()];
  return {
    ok: findings.first.length === 0,
    inputs: log.count,
    accepted: log.count - log.refused.size - late,
    internal: log.internal,
    refused,
    profiles: documents.filter((version) => version > 0).length,
    stubs: documents.filter((version) => version === 0).length,
    erased: erased.size,
    archived: archived.size,
    returned: [...log.erasedAt.keys()].filter((id) => (profiles.get(id) ?? 0) > 0).length,
    published: [...chains.values()].reduce((sum, chain) => sum + chain.versions.length, 0),
    told: audiences.told,
    sharing: links.sharing,
    deadLetters: letters.count,
    violationCounts: findings.counts,
    violations: findings.first,
    stories: storiesOf(findings, log, chains, versions),
  };
};

const isAway = ({ erasedAt, commands, decisions }: InputLog, customerId: string): boolean =>
  erasedAt.has(customerId) ||
  (commands.get(customerId) ?? []).some(({ eventId }) => isOf(decisions.get(eventId), 'archived'));

/** Nothing was decided that nobody asked for. */
const checkOthers = ({ commands, decisions }: InputLog, findings: Findings): void => {
  const asked = new Set(commands.values().flatMap((of) => of.map(({ eventId }) => eventId)));
  for (const id of decisions.keys()) if (!asked.has(id)) findings.add('decision-unexpected', null, id);
};

/** Control records may stand behind the last record, so the end of the log is not asked for. */
const checkCommitted = async ({ ends }: InputLog, sources: Sources, findings: Findings): Promise<void> => {
  const positions = new Map<number, Position>();
  for (const [place, end] of ends) {
    const separator = place.lastIndexOf(':');
    const [topic, partition] = [place.slice(0, separator), Number(place.slice(separator + 1))];
    const position = positions.get(partition) ?? (await sources.committed(partition));
    positions.set(partition, position);
    const committed = position[topic] ?? 0;
    if (committed < end) findings.add('not-drained', null, `${place}: committed ${committed} of ${end}`);
  }
};

const storiesOf = (
  { first }: Findings,
  { byCustomer }: InputLog,
  chains: ReadonlyMap<string, Chain>,
  versions: ReadonlyMap<string, number>,
): CustomerStory[] =>
  [...new Set(first.flatMap(({ customerId }) => customerId ?? []))].map((customerId) => {
    const log = byCustomer.get(customerId);
    return {
      customerId,
      events: log?.accepted.map(({ topic, offset }) => coordinates(topic, log.partition, offset)) ?? [],
      published:
        chains
          .get(customerId)
          ?.versions.map(
            ({ offset, version, previousVersion }) => `${offset}: ${previousVersion ?? 'null'} → ${version}`,
          ) ?? [],
      documentVersion: versions.get(customerId) ?? null,
    };
  });
