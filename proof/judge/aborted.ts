/** What only a read_uncommitted subscriber sees: records of aborted transactions. They are allowed, and must not contradict. */
import { digestOf } from './canonical.ts';
import { type Audience, audienceOf } from './contracts.ts';
import type { Find } from './findings.ts';
import { type Told, toldOf } from './heard.ts';
import { coordinates } from './inputs.ts';
import type { NamedSettings } from './names.ts';
import type { Outputs } from './outputs.ts';
import { checkCreation, type Published, publishedOf } from './published.ts';
import type { Evidence } from './types.ts';

export interface Aborted {
  readonly byCustomer: ReadonlyMap<string, readonly Published[]>;
  readonly told: ReadonlyMap<Audience, ReadonlyMap<string, readonly Told[]>>;
  readonly count: number;
}

/** The uncommitted log must hold every committed record, as it is; what is left over is judged by `checkAborted`. */
export const readAborted = async (
  records: Evidence['uncommittedOutputs'],
  { digests, chains }: Outputs,
  settings: NamedSettings,
  find: Find,
): Promise<Aborted> => {
  const byCustomer = new Map<string, Published[]>();
  const told = new Map<Audience, Map<string, Told[]>>();
  const missing = new Set(digests.keys());
  let count = 0;
  for await (const record of records) {
    const where = coordinates(record);
    const committed = digests.get(where);
    if (committed !== undefined) {
      if (missing.delete(where) && committed === digestOf(record.value ?? '')) continue;
      find('uncommitted-lacks', null, `${where} is another record`);
      continue;
    }
    count += 1;
    const audience = audienceOf(record.topic, settings.prefix);
    if (audience === null) {
      const found = publishedOf(record, settings, find);
      if (found === null) continue;
      const { customerId, published } = found;
      const known = [...(chains.get(customerId)?.versions ?? []), ...(byCustomer.get(customerId) ?? [])];
      checkCreation(customerId, published, known, find);
      add(byCustomer, customerId, published);
    } else {
      const found = toldOf(record, audience, settings, find);
      const ofAudience = told.get(audience) ?? new Map<string, Told[]>();
      told.set(audience, ofAudience);
      if (found !== null) add(ofAudience, found.customerId, found.told);
    }
  }
  for (const where of missing) find('uncommitted-lacks', null, `${where} is missing`);
  return { byCustomer, told, count };
};

const add = <T>(lists: Map<string, T[]>, customerId: string, item: T): void => {
  const known = lists.get(customerId);
  if (known === undefined) lists.set(customerId, [item]);
  else known.push(item);
};

/** One version in one topic; `name`: by which one it is told there. */
type Sent = Pick<Published, 'partition' | 'offset' | 'version' | 'digest'> & { readonly name?: string };

/**
 * Saving precedes publishing and versions are saved once: a version has one content, never exceeds the document, and nobody
 * who was not shut out tries to publish a version once it, or a later one, is committed.
 */
export const checkAborted = (
  customerId: string,
  aborted: readonly Sent[],
  committed: readonly Sent[],
  documentVersion: number,
  find: Find,
): void => {
  for (const { partition, offset, version, digest, name } of aborted) {
    const where = `${partition}:${offset}, version ${version}`;
    const contradict = (how: string): void => find('aborted-contradicts', customerId, `${where} ${how}`);
    if (version > documentVersion) contradict(`exceeds the document's version ${documentVersion}`);
    const other = [...committed, ...aborted].find(
      (each) => each.version === version && each.name === name && each.digest !== digest,
    );
    if (other !== undefined) contradict(`has another content at ${other.partition}:${other.offset}`);
    const later = committed.find(
      (each) => each.partition === partition && each.offset < offset && each.version >= version,
    );
    if (later !== undefined) contradict(`comes after version ${later.version} was published`);
  }
};
