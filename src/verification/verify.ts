/** Holds what the system made against the log of its inputs. */
import type { ProfileRules } from '../domain/rules.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import type { EventDecoder, InboundRecord, Position } from '../pipeline/ports.ts';
import type { Router } from '../pipeline/router.ts';
import { type AudienceSource, readAudiences } from './audiences.ts';
import { createCustomerCheck } from './customers.ts';
import { checkDeadLetters } from './dead-letters.ts';
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
  const deadLetters = await checkDeadLetters(sources.deadLetters, log.refused, findings);

  const check = createCustomerCheck(sources, findings);
  const versions = new Map<string, number>();
  for await (const document of sources.documents) {
    const { _id, version } = document;
    versions.set(_id, version);
    await check({ document, log: log.byCustomer.get(_id), chain: chains.get(_id) });
    await audiences.check(document);
    links.check(document, log.byCustomer.get(_id)?.partition);
  }
  audiences.checkOthers();
  for (const customerId of log.byCustomer.keys()) {
    if (!versions.has(customerId)) findings.add('document-missing', customerId);
  }
  for (const customerId of chains.keys()) {
    if (!versions.has(customerId)) findings.add('output-unexpected', customerId);
  }
  for (const customerId of links.customers) {
    if (!versions.has(customerId)) findings.add('links-differ', customerId, 'there are statements and no document');
  }

  const refused: Record<string, number> = {};
  for (const { reason } of log.refused.values()) refused[reason] = (refused[reason] ?? 0) + 1;
  const documents = [...versions.values()];
  return {
    ok: findings.first.length === 0,
    inputs: log.count,
    accepted: log.count - log.refused.size,
    internal: log.internal,
    refused,
    profiles: documents.filter((version) => version > 0).length,
    stubs: documents.filter((version) => version === 0).length,
    published: [...chains.values()].reduce((sum, chain) => sum + chain.versions.length, 0),
    told: audiences.told,
    sharing: links.sharing,
    deadLetters,
    violationCounts: findings.counts,
    violations: findings.first,
    stories: storiesOf(findings, log, chains, versions),
  };
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
          ?.versions.map(({ offset, version, previousVersion }) => `${offset}: ${previousVersion} → ${version}`) ?? [],
      documentVersion: versions.get(customerId) ?? null,
    };
  });
