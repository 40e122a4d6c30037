/** The published versions, customer by customer, each a chain from nothing to the document, with a null where it was erased. */
import { eventIdOf } from '../domain/customer-updated.ts';
import { changedPaths, diff } from '../domain/diff.ts';
import type { CustomerUpdated } from '../domain/generated/CustomerUpdated.ts';
import { readCloudEvent, versionOfTombstone } from '../pipeline/cloud-events.ts';
import { readableKey } from '../pipeline/decode.ts';
import type { InboundRecord } from '../pipeline/ports.ts';
import type { Findings } from './report.ts';

export interface Published {
  readonly offset: number;
  readonly version: number;
  /** Null of a tombstone, which does not say. */
  readonly previousVersion: number | null;
}

export interface Chain {
  readonly partition: number;
  readonly versions: Published[];
  readonly causes: string[];
  /** How many causes were named up to the last tombstone; null before there is one. */
  erased: number | null;
  /** The last version, still encoded; null before the first one, and when it is a tombstone. */
  last: Buffer | null;
  /** Versions that say no more than that the customer is in the archive. */
  readonly archivals: { readonly version: number; readonly causes: readonly string[] }[];
}

/** What the life after the last tombstone is explained by. */
export const causesSince = ({ causes, erased }: Chain): string[] => (erased === null ? [] : causes.slice(erased));

export const isTombstone = ({ previousVersion }: Published): boolean => previousVersion === null;

/** Null when the value is no `CustomerUpdated`. */
export type OutputDecoder = (value: Buffer | null) => Promise<CustomerUpdated | null>;

/** Reads the chains by customer; what is wrong within one goes to `findings`. */
export const readChains = async (
  records: AsyncIterable<InboundRecord>,
  decode: OutputDecoder,
  findings: Findings,
): Promise<Map<string, Chain>> => {
  const chains = new Map<string, Chain>();
  for await (const { partition, offset, key, value, headers } of records) {
    const event = value && (await decode(value));
    const customerId = event === null ? readableKey(key) : event.customerId;
    const version = event?.version ?? versionOfTombstone(headers);
    if (customerId === null || version === null || (value !== null && event === null)) {
      findings.add('output-unreadable', null, `partition ${partition}, offset ${offset}`);
      continue;
    }
    if (key?.toString() !== customerId) findings.add('output-misplaced', customerId, `the key at offset ${offset}`);
    const chain = chains.get(customerId) ?? emptyChain(partition);
    if (event === null) checkTombstone({ customerId, version, headers }, chain, findings);
    else checkLink(event, chain, await decode(chain.last), findings);
    if (chain.partition !== partition) findings.add('output-misplaced', customerId, `version ${version}`);
    chain.versions.push({ offset, version, previousVersion: event && event.previousVersion });
    const causes = (event?.causes ?? []).map(({ eventId }) => eventId);
    chain.causes.push(...causes);
    if (event?.profile.status === 'archived') chain.archivals.push({ version, causes });
    if (event === null) chain.erased = chain.causes.length;
    chain.last = value;
    chains.set(customerId, chain);
  }
  return chains;
};

const emptyChain = (partition: number): Chain => ({
  ...{ partition, versions: [], causes: [], erased: null, last: null, archivals: [] },
});

interface Tombstone extends Pick<InboundRecord, 'headers'> {
  readonly customerId: string;
  readonly version: number;
}

const checkTombstone = ({ customerId, version, headers }: Tombstone, { versions }: Chain, findings: Findings): void => {
  const known = versions.at(-1)?.version ?? 0;
  if (version <= known) findings.add('version-repeated', customerId, `null of version ${version} after ${known}`);
  if (readCloudEvent(headers)?.id !== eventIdOf(customerId, version)) {
    findings.add('output-misplaced', customerId, `the id of the null of version ${version}`);
  }
};

const checkLink = (
  event: CustomerUpdated,
  { versions }: Chain,
  before: CustomerUpdated | null,
  findings: Findings,
): void => {
  const { customerId, version, previousVersion, changeType } = event;
  const last = versions.at(-1);
  const known = last?.version ?? 0;
  if (version <= known) findings.add('version-repeated', customerId, `version ${version} after version ${known}`);
  else if (previousVersion !== known) {
    findings.add('chain-broken', customerId, `version ${version} names ${previousVersion}, published was ${known}`);
  } else if ((changeType === 'created') !== (last === undefined || isTombstone(last))) {
    findings.add('begin-differs', customerId, `version ${version} is ${changeType}`);
  }
  const uncovered = changedPaths(diff(before?.profile ?? null, event.profile, [])).filter(
    (path) => !event.changedPaths.some((claimed) => path === claimed || path.startsWith(`${claimed}.`)),
  );
  if (uncovered.length > 0) {
    findings.add('paths-incomplete', customerId, `version ${version}: ${uncovered.join(', ')}`);
  }
};
