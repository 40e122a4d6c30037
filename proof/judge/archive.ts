/** What lies in the archive: of whom is there one entry that opens, and of nobody else anything. */
import { gunzipSync } from 'node:zlib';
import { extractOf } from './archived.ts';
import { canonical } from './canonical.ts';
import type { Find } from './findings.ts';
import { stubIdOf } from './keyed.ts';
import { isTree, member, numberOf, textOf, treeOf, type Tree } from './read.ts';
import type { Filed } from './retention.ts';
import { jurisdictionOf } from './ruling.ts';
import { bytesOf, openedBy } from './sealed.ts';
import type { Evidence, JudgeSettings, StoredEntry } from './types.ts';

export interface Archive {
  /**
   * Judges what lies there of a customer. `reference`: where the document says that the whole lies, null of who is not there. Gives the
   * facts of the whole, empty when they are lost.
   */
  of(customerId: string, reference: unknown, filed: readonly Filed[]): Tree;
  /** Everybody has been asked for. */
  done(): void;
  readonly count: number;
}

interface Opened {
  readonly entry: StoredEntry;
  readonly facts: Tree;
}

const MEMBERS: ReadonlySet<string> = new Set([
  ...['_id', 'customer', 'version', 'epoch', 'scope', 'at', 'policy', 'checksum', 'record', 'sealed'],
]);

export const readArchive = async (
  stored: Evidence['archive'],
  { erasureKeys }: Pick<JudgeSettings, 'erasureKeys'>,
  find: Find,
): Promise<Archive> => {
  const byName = new Map<string, StoredEntry[]>();
  let count = 0;
  for await (const entry of stored) {
    count += 1;
    if (!isVeiled(entry)) find('archive-plain', null, String(entry._id));
    const name = String(entry.customer);
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }

  const takenOf = (customerId: string): StoredEntry[] =>
    erasureKeys.flatMap((key) => {
      const name = stubIdOf(key, customerId);
      const found = byName.get(name) ?? [];
      byName.delete(name);
      return found;
    });

  const opened = (customerId: string, entry: StoredEntry): Opened[] => {
    const content = openedBy(erasureKeys, 'archive', entry.sealed, entry.checksum);
    if (textOf(content, 'customerId') !== customerId) {
      find('archive-damaged', customerId, String(entry._id));
      return [];
    }
    const facts = treeOf(content, 'facts');
    if (canonical(extractIn(entry)) !== canonical(extractOf(facts, jurisdictionOf(facts)))) {
      find('archive-record', customerId, String(entry._id));
    }
    return [{ entry, facts }];
  };

  return {
    of: (customerId, reference, filed) => {
      const own = takenOf(customerId).flatMap((entry) => opened(customerId, entry));
      const [wholes, parts] = [true, false].map((isWhole) =>
        own.filter(({ entry }) => (entry.scope === 'customer') === isWhole),
      );
      checkParts(customerId, parts ?? [], filed, find);
      return wholeIn(customerId, wholes ?? [], reference, find);
    },
    done: () => {
      for (const entry of [...byName.values()].flat()) find('archive-left', null, `${String(entry._id)}, of nobody`);
    },
    count,
  };
};

/** Who died after putting it there, and before saying so, leaves one of another epoch. */
const wholeIn = (customerId: string, wholes: readonly Opened[], reference: unknown, find: Find): Tree => {
  const isLike = ({ entry }: Opened, ...names: readonly (keyof StoredEntry)[]): boolean =>
    isTree(reference) && names.every((name) => entry[name] === member(reference, name));
  const counting = wholes.filter((each) => isLike(each, 'version', 'at', 'policy', 'epoch'));
  for (const each of wholes) {
    if (!isLike(each, 'version', 'at', 'policy')) find('archive-left', customerId, String(each.entry._id));
  }
  if (reference === null) return {};
  const [whole] = counting;
  if (whole === undefined) find('archive-missing', customerId, `version ${String(member(reference, 'version'))}`);
  if (counting.length > 1) find('archive-doubled', customerId, `version ${String(member(reference, 'version'))}`);
  return whole?.facts ?? {};
};

const checkParts = (customerId: string, parts: readonly Opened[], filed: readonly Filed[], find: Find): void => {
  const left = new Set(filed);
  const seen = new Set<string>();
  for (const { entry, facts } of parts) {
    const { at, policy, epoch } = entry;
    const alike = filed.filter((each) => each.at === at && each.policy === policy);
    const text = canonical(facts);
    const meant = alike.filter((each) => canonical(each.facts) === text);
    for (const each of meant) left.delete(each);
    const what = canonical([at, policy, epoch, text]);
    if (alike.length === 0) find('archive-left', customerId, String(entry._id));
    else if (meant.length === 0) find('archive-differs', customerId, String(entry._id));
    else if (seen.has(what) && meant.length === 1) find('archive-doubled', customerId, String(entry._id));
    seen.add(what);
  }
  for (const { at } of left) find('archive-missing', customerId, `orders and agreements, since ${at}`);
};

/** What it says to statistics. */
const extractIn = ({ record }: StoredEntry): unknown => {
  try {
    return JSON.parse(gunzipSync(bytesOf(record) ?? Buffer.alloc(0)).toString()) as unknown;
  } catch {
    return null;
  }
};

/** It says whose and what it is under hashes and seals only. */
const isVeiled = (entry: StoredEntry): boolean => {
  const { _id, customer, version, epoch, scope } = entry;
  const [name, ...numbers] = [customer, version, epoch, scope].map(String);
  const id = [name, ...numbers].join(':');
  return (
    Object.keys(entry).every((each) => MEMBERS.has(each)) &&
    /^[\w-]{22}$/.test(name ?? '') &&
    /^[0-9a-f]{64}$/.test(textOf(entry, 'checksum') ?? '') &&
    ['customer', 'entries'].includes(String(scope)) &&
    ['version', 'epoch', 'at'].every((each) => Number.isInteger(numberOf(entry, each))) &&
    (_id === id || (String(_id).startsWith(`${id}:`) && /^\d+$/.test(String(_id).slice(id.length + 1))))
  );
};
