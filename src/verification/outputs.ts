/** The published versions, customer by customer, each a chain from nothing to the document. */
import { changedPaths, diff } from '../domain/diff.ts';
import type { CustomerUpdated } from '../domain/generated/CustomerUpdated.ts';
import type { InboundRecord } from '../pipeline/ports.ts';
import type { Findings } from './report.ts';

export interface Published {
  readonly offset: number;
  readonly version: number;
  readonly previousVersion: number;
}

export interface Chain {
  readonly partition: number;
  readonly versions: Published[];
  readonly causes: string[];
  /** The last version, still encoded; null before the first one. */
  last: Buffer | null;
}

/** Null when the value is no `CustomerUpdated`. */
export type OutputDecoder = (value: Buffer | null) => Promise<CustomerUpdated | null>;

/** Reads the chains by customer; what is wrong within one goes to `findings`. */
export const readChains = async (
  records: AsyncIterable<InboundRecord>,
  decode: OutputDecoder,
  findings: Findings,
): Promise<Map<string, Chain>> => {
  const chains = new Map<string, Chain>();
  for await (const { partition, offset, key, value } of records) {
    const event = await decode(value);
    if (event === null || value === null) {
      findings.add('output-unreadable', null, `partition ${partition}, offset ${offset}`);
      continue;
    }
    const { customerId, version, previousVersion, causes } = event;
    if (key?.toString() !== customerId) findings.add('output-misplaced', customerId, `the key at offset ${offset}`);
    const chain = chains.get(customerId) ?? { partition, versions: [], causes: [], last: null };
    const before = await decode(chain.last);
    checkLink(event, before, findings);
    if (chain.partition !== partition) findings.add('output-misplaced', customerId, `version ${version}`);
    chain.versions.push({ offset, version, previousVersion });
    chain.causes.push(...causes.map(({ eventId }) => eventId));
    chain.last = value;
    chains.set(customerId, chain);
  }
  return chains;
};

const checkLink = (event: CustomerUpdated, before: CustomerUpdated | null, findings: Findings): void => {
  const { customerId, version, previousVersion } = event;
  const known = before?.version ?? 0;
  if (version <= known) findings.add('version-repeated', customerId, `version ${version} after version ${known}`);
  else if (previousVersion !== known) {
    findings.add('chain-broken', customerId, `version ${version} names ${previousVersion}, published was ${known}`);
  }
  const uncovered = changedPaths(diff(before?.profile ?? null, event.profile, [])).filter(
    (path) => !event.changedPaths.some((claimed) => path === claimed || path.startsWith(`${claimed}.`)),
  );
  if (uncovered.length > 0) {
    findings.add('paths-incomplete', customerId, `version ${version}: ${uncovered.join(', ')}`);
  }
};
