/** What a read_committed subscriber sees: the published versions, customer by customer, each a chain, and what audiences hear. */
import { digestOf } from './canonical.ts';
import { audienceOf } from './contracts.ts';
import type { Find } from './findings.ts';
import { createHeard, type Heard, toldOf } from './heard.ts';
import { coordinates } from './inputs.ts';
import type { NamedSettings } from './names.ts';
import { uncovered } from './paths.ts';
import { at, checkCreation, type Published, publishedOf, readOutput } from './published.ts';
import { listOf } from './read.ts';
import type { Evidence } from './types.ts';

export interface Chain {
  readonly versions: Published[];
  /** No gap, repeat or reorder so far. */
  sound: boolean;
  /** The latest version, still encoded; null when it is a tombstone. */
  last: Buffer | null;
}

export interface Outputs {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly heard: Heard;
  /** Of versions. */
  readonly count: number;
  /** Digests of the values by coordinates. */
  readonly digests: ReadonlyMap<string, string>;
}

export const readOutputs = async (
  records: Evidence['committedOutputs'],
  settings: NamedSettings,
  find: Find,
): Promise<Outputs> => {
  const chains = new Map<string, Chain>();
  const heard = createHeard(find);
  const digests = new Map<string, string>();
  let count = 0;
  for await (const record of records) {
    digests.set(coordinates(record), digestOf(record.value ?? ''));
    const audience = audienceOf(record.topic, settings.prefix);
    if (audience !== null) {
      heard.add(audience, toldOf(record, audience, settings, find));
      continue;
    }
    count += 1;
    const found = publishedOf(record, settings, find);
    if (found === null) continue;
    const { customerId, event, published } = found;
    const chain = chains.get(customerId) ?? { versions: [], sound: true, last: null };
    chains.set(customerId, chain);
    const fault = faultOfLink(published, chain);
    checkCreation(customerId, published, chain.versions, find);
    if (fault !== null) {
      chain.sound = false;
      find(fault, customerId, `${at(published)} after version ${chain.versions.at(-1)?.version ?? 0}`);
    } else if (event !== null) {
      const before = chain.last && readOutput(chain.last, settings)?.['profile'];
      const missed = uncovered(before ?? {}, event['profile'], listOf(event, 'changedPaths').map(String));
      if (missed.length > 0) find('paths-incomplete', customerId, `${at(published)}: ${missed.join(', ')}`);
    }
    if (fault === 'chain-repeat' || fault === 'chain-reorder') continue;
    chain.versions.push(published);
    chain.last = record.value;
  }
  return { chains, heard, count, digests };
};

const faultOfLink = (
  { version, previousVersion }: Published,
  { versions }: Chain,
): 'chain-gap' | 'chain-repeat' | 'chain-reorder' | null => {
  const before = versions.at(-1)?.version ?? 0;
  if (version > before) return (previousVersion ?? before) === before ? null : 'chain-gap';
  return versions.some((other) => other.version === version) ? 'chain-repeat' : 'chain-reorder';
};
