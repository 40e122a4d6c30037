/** What a read_committed subscriber sees: the published versions, customer by customer, each a chain, and what audiences hear. */
import { canonical, digestOf } from './canonical.ts';
import { audienceOf, OUTPUT_RECORD } from './contracts.ts';
import type { Find } from './findings.ts';
import { createHeard, type Heard, toldOf } from './heard.ts';
import { coordinates } from './inputs.ts';
import type { NamedSettings } from './names.ts';
import { uncovered } from './paths.ts';
import { listOf, numberOf, textOf, type Tree } from './read.ts';
import type { Evidence, JudgeSettings, LogRecord } from './types.ts';
import { customerOf, decodeValue } from './verdict.ts';

export interface Published {
  readonly partition: number;
  readonly offset: number;
  readonly version: number;
  readonly previousVersion: number;
  readonly changeType: string | null;
  readonly causes: readonly string[];
  readonly occurredAt: number;
  /** Of what it says. Not of its bytes: a map may be written in another order, once it comes from the database. */
  readonly digest: string;
  /** Of the profile in canonical form. */
  readonly profileDigest: string;
}

export interface Chain {
  readonly versions: Published[];
  /** No gap, repeat or reorder so far. */
  sound: boolean;
  /** The latest version, still encoded. */
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

export const profileDigest = (profile: unknown): string => digestOf(canonical(profile));

/** Null when the value is no `CustomerUpdated`. */
export const readOutput = (value: Buffer | null, { schemas }: JudgeSettings): Tree | null => {
  const decoded = decodeValue(value, OUTPUT_RECORD, schemas);
  return 'event' in decoded ? decoded.event : null;
};

/** Reads one published record and judges what it says of itself; null when it cannot be read. */
export const publishedOf = (
  record: LogRecord,
  settings: JudgeSettings,
  find: Find,
): { customerId: string; event: Tree; published: Published } | null => {
  const { partition, offset, value } = record;
  const event = readOutput(value, settings);
  if (event === null || value === null) {
    find('output-unreadable', customerOf(record), `${partition}:${offset}`);
    return null;
  }
  const customerId = textOf(event, 'customerId') ?? '';
  const inProfile = profileDigest(event['profile']);
  const published: Published = {
    partition,
    offset,
    version: numberOf(event, 'version') ?? 0,
    previousVersion: numberOf(event, 'previousVersion') ?? 0,
    changeType: textOf(event, 'changeType'),
    causes: listOf(event, 'causes').map((cause) => textOf(cause, 'eventId') ?? ''),
    occurredAt: numberOf(event, 'occurredAt') ?? 0,
    digest: digestOf(canonical({ ...event, profile: inProfile })),
    profileDigest: inProfile,
  };
  if (customerOf(record) !== customerId) find('output-misplaced', customerId, `${at(published)}: the key`);
  for (const wrong of wrongOf(record, event, published))
    find('output-envelope', customerId, `${at(published)}: ${wrong}`);
  return { customerId, event, published };
};

const at = ({ partition, offset, version }: Published): string => `${partition}:${offset}, version ${version}`;

const wrongOf = (
  { headers }: LogRecord,
  event: Tree,
  { version, previousVersion, changeType }: Published,
): string[] => {
  const id = `${textOf(event, 'customerId') ?? ''}:${version}`;
  const ceId = [headers['ce_id']].flat().map((value) => value?.toString());
  const paths = listOf(event, 'changedPaths').map(String);
  const changed = textOf(event['profile'], 'status') === 'restricted' ? 'restricted' : 'statusChanged';
  const expected = previousVersion === 0 ? 'created' : paths.includes('status') ? changed : 'updated';
  return [
    ...(event['eventId'] === id ? [] : ['eventId']),
    ...(ceId.length === 1 && ceId[0] === id ? [] : ['ce_id']),
    ...(changeType === expected ? [] : ['changeType']),
    ...(paths.every((path, i) => i === 0 || path > (paths[i - 1] ?? '')) ? [] : ['changedPaths are not sorted']),
    ...(version > previousVersion && previousVersion >= 0 ? [] : ['version']),
  ];
};

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
    if (fault !== null) {
      chain.sound = false;
      find(fault, customerId, `${at(published)} after version ${chain.versions.at(-1)?.version ?? 0}`);
    } else {
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
  if (version > before) return previousVersion === before ? null : 'chain-gap';
  return versions.some((other) => other.version === version) ? 'chain-repeat' : 'chain-reorder';
};
