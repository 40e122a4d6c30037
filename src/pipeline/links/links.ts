/** Links between customers on the road: what customers claim, and what those are told who share a value. */
import { hash } from 'node:crypto';
import type { CustomerLink } from '../../domain/generated/CustomerLink.ts';
import type { ProfileCommand } from '../../domain/generated/ProfileCommand.ts';
import { cloudEventHeaders } from '../cloud-events.ts';
import type { EventEncoder, LinkMember, LinkStore, OutboundRecord } from '../ports.ts';
import { type Answer, answersTo, MEMBERS_LOOKED_AT, type Statement } from './answers.ts';
import type { Claim } from './claims.ts';
import { type LinkHash, partitionOfLink } from './hash.ts';

export interface Links {
  /** Topic of `CustomerLink`, prefix included. */
  readonly topic: string;
  readonly encoder: EventEncoder<CustomerLink>;
  /** Topic of `ProfileCommand`, prefix included. */
  readonly commandTopic: string;
  readonly commandEncoder: EventEncoder<ProfileCommand>;
  readonly store: LinkStore;
  /** Null while there is no key: then nothing new is claimed, and what others claim is still counted. */
  readonly hash: LinkHash | null;
  /** Of every topic. */
  readonly partitions: number;
  /** The consumer group, as the source of what is said. */
  readonly group: string;
}

/** The version of a customer that makes claims. */
interface Claimant extends LinkMember {
  readonly version: number;
  readonly occurredAt: number;
}

/** It becomes a cause that everybody may read, and must not say who shares what with whom; and a customer's id may be long. */
const idOf = (link: string, customerId: string, version: number): string =>
  hash('sha256', `${link}\n${customerId}\n${version}`, 'base64url').slice(0, 22);

/** What customers claim goes to the task that counts the link. */
export const claimRecords = (links: Links, claimant: Claimant, claims: readonly Claim[]): OutboundRecord[] => {
  const { topic, encoder, partitions, group } = links;
  return claims.map((claim) => {
    const eventId = idOf(claim.link, claimant.customerId, claimant.version);
    const said = { eventId, ...claimant, ...claim, sourceSystem: group, correlationId: null };
    return {
      topic,
      partition: partitionOfLink(claim.link, partitions),
      key: claim.link,
      value: encoder.encode(said),
      headers: cloudEventHeaders('CustomerLink', said, `/${group}`),
    };
  });
};

/** What follows from the statements of a batch once they are stored: commands to everybody whose number may have changed. */
export const answerRecords = async (links: Links, statements: readonly Statement[]): Promise<OutboundRecord[]> => {
  if (statements.length === 0) return [];
  const byLink = Map.groupBy(statements, ({ said }) => said.link);
  const members = await links.store.members([...byLink.keys()], MEMBERS_LOOKED_AT);
  return [...byLink].flatMap(([link, said]) =>
    answersTo(link, said, members.get(link) ?? []).map((answer) => commandRecord(links, answer)),
  );
};

const commandRecord = (links: Links, { customerId, partition, link, customers, version, occurredAt }: Answer) => {
  const { commandTopic: topic, commandEncoder, group } = links;
  const counted: Record<string, string> = customers === null ? {} : { customers: String(customers) };
  const command = {
    eventId: idOf(link, customerId, version),
    occurredAt,
    sourceSystem: group,
    customerId,
    correlationId: null,
    kind: 'linkCounted' as const,
    reason: null,
    parameters: { link, version: String(version), ...counted },
  };
  const headers = cloudEventHeaders('ProfileCommand', command, `/${group}`);
  return { topic, partition, key: customerId, value: commandEncoder.encode(command), headers };
};
