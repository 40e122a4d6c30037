/** One published record of `customer-updated`: a version, or a tombstone. */
import { canonical, digestOf } from './canonical.ts';
import { OUTPUT_RECORD } from './contracts.ts';
import type { Find } from './findings.ts';
import { listOf, numberOf, textOf, type Tree } from './read.ts';
import type { JudgeSettings, LogRecord } from './types.ts';
import { customerOf, decodeValue } from './verdict.ts';

export interface Published {
  readonly partition: number;
  readonly offset: number;
  readonly version: number;
  /** Null, with a tombstone: it does not say. */
  readonly previousVersion: number | null;
  readonly changeType: string | null;
  readonly causes: readonly string[];
  /** Null with a tombstone. */
  readonly occurredAt: number | null;
  /** Of what it says. Not of its bytes: a map may be written in another order, once it comes from the database. */
  readonly digest: string;
  /** Of the profile in canonical form. */
  readonly profileDigest: string;
}

export const profileDigest = (profile: unknown): string => digestOf(canonical(profile));

/** It says that nothing is known of the customer any more. */
export const isTombstone = ({ previousVersion }: Pick<Published, 'previousVersion'>): boolean =>
  previousVersion === null;

export const tombstonesIn = (versions: readonly Published[] = []): Published[] => versions.filter(isTombstone);

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
): { customerId: string; event: Tree | null; published: Published } | null => {
  const { partition, offset, value } = record;
  if (value === null) return tombstoneOf(record, find);
  const event = readOutput(value, settings);
  if (event === null) {
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

/** Only the header says of which version it is. */
const tombstoneOf = (
  record: LogRecord,
  find: Find,
): { customerId: string; event: null; published: Published } | null => {
  const { partition, offset, headers } = record;
  const customerId = customerOf(record);
  const [ceId = '', ...more] = [headers['ce_id']].flat().map((value) => value?.toString());
  const version = Number(/:(\d+)$/.exec(ceId)?.[1]);
  if (customerId === null || more.length > 0 || !Number.isSafeInteger(version)) {
    find('output-unreadable', customerId, `${partition}:${offset}`);
    return null;
  }
  if (ceId !== `${customerId}:${version}`) find('output-envelope', customerId, `${partition}:${offset}: ce_id`);
  const said = { previousVersion: null, changeType: null, causes: [], occurredAt: null };
  const digest = profileDigest(null);
  return {
    ...{ customerId, event: null },
    published: { partition, offset, version, ...said, digest, profileDigest: digest },
  };
};

/** Where, for a finding. */
export const at = ({ partition, offset, version }: Published): string => `${partition}:${offset}, version ${version}`;

const wrongOf = (
  { headers }: LogRecord,
  event: Tree,
  { version, previousVersion, changeType }: Published,
): string[] => {
  const id = `${textOf(event, 'customerId') ?? ''}:${version}`;
  const ceId = [headers['ce_id']].flat().map((value) => value?.toString());
  const paths = listOf(event, 'changedPaths').map(String);
  const status = textOf(event['profile'], 'status');
  const changed = status === 'restricted' || status === 'archived' ? status : 'statusChanged';
  const expected = paths.includes('status') ? changed : 'updated';
  return [
    ...(event['eventId'] === id ? [] : ['eventId']),
    ...(ceId.length === 1 && ceId[0] === id ? [] : ['ce_id']),
    // Whether nothing was known before, the chain tells.
    ...(changeType === expected || changeType === 'created' ? [] : ['changeType']),
    ...(paths.every((path, i) => i === 0 || path > (paths[i - 1] ?? '')) ? [] : ['changedPaths are not sorted']),
    ...(previousVersion !== null && version > previousVersion && previousVersion >= 0 ? [] : ['version']),
  ];
};

/** A customer is new at first, and after an erasure. `known`: what there is in the log, and may come before it. */
export const checkCreation = (
  customerId: string,
  published: Published,
  known: readonly Published[],
  find: Find,
): void => {
  const { previousVersion, changeType } = published;
  if (previousVersion === null) return;
  const before = known.findLast(({ version }) => version === previousVersion);
  const isNew = previousVersion === 0 || (before !== undefined && isTombstone(before));
  if (isNew !== (changeType === 'created')) find('output-envelope', customerId, `${at(published)}: changeType`);
};
