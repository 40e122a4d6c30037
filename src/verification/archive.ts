/** What lies in the archive: it opens, it is what has left, and nothing else lies there. */
import { canonicalJson } from '../domain/canonical.ts';
import type { Facts } from '../domain/facts.ts';
import { pseudonymised } from '../domain/retention/archived.ts';
import type { ArchiveReference, Archived } from '../pipeline/document.ts';
import type { Entries } from '../pipeline/fold.ts';
import type { Findings } from './report.ts';

/** A document of the collection `archive`. */
export interface StoredEntry extends Omit<Archived, 'facts'> {
  readonly _id: string;
  /** A name of the customer's stub. */
  readonly customer: string;
  /** Null when it cannot be opened, or is not what was put in. */
  readonly content: () => { readonly customerId: string; readonly facts: Facts } | null;
  /** What it says to statistics, JSON; null when it cannot be read. */
  readonly record: () => string | null;
}

/** What has to lie there of one customer. */
export interface Expected {
  readonly customerId: string;
  /** Under which the customer's stub may be. */
  readonly names: readonly string[];
  readonly whole: (ArchiveReference & { readonly facts: Facts }) | null;
  /** Null when nobody can tell. */
  readonly entries: readonly Entries[] | null;
}

export interface ArchiveCheck {
  check(expected: Expected): void;
  /** Nothing may lie there of anybody else. */
  checkOthers(): void;
}

export const readArchive = async (stored: AsyncIterable<StoredEntry>, findings: Findings): Promise<ArchiveCheck> => {
  const byName = new Map<string, StoredEntry[]>();
  for await (const entry of stored) byName.set(entry.customer, [...(byName.get(entry.customer) ?? []), entry]);
  return {
    check: (expected) => {
      const own = expected.names.flatMap((name) => byName.get(name) ?? []);
      for (const name of expected.names) byName.delete(name);
      checkOwn(own, expected, findings);
    },
    checkOthers: () => {
      for (const { _id } of [...byName.values()].flat()) findings.add('archive-unexpected', null, _id);
    },
  };
};

/** Something that has to be there. */
interface Sought extends Pick<Archived, 'scope' | 'at' | 'policy' | 'facts'> {
  readonly reference: ArchiveReference | null;
}

const checkOwn = (own: readonly StoredEntry[], { customerId, whole, entries }: Expected, findings: Findings): void => {
  const sought: Sought[] = [
    ...(whole === null ? [] : [{ ...whole, scope: 'customer' as const, reference: whole }]),
    ...(entries ?? []).map((each) => ({ ...each, scope: 'entries' as const, reference: null })),
  ];
  const found = new Set<Sought>();
  for (const entry of own) {
    const { _id, customer, version, epoch, scope } = entry;
    const content = entry.content();
    if (content?.customerId !== customerId) {
      findings.add('archive-damaged', customerId, _id);
      continue;
    }
    const isNamed = `${_id}:`.startsWith(`${customer}:${version}:${epoch}:${scope}:`);
    if (!isNamed || entry.record() !== canonicalJson(pseudonymised(content.facts))) {
      findings.add('archive-differs', customerId, _id);
    }
    if (scope === 'entries' && entries === null) continue;
    const alike = sought.filter((each) => isMeant(entry, each));
    if (alike.length === 0) findings.add('archive-unexpected', customerId, _id);
    const text = canonicalJson(content.facts);
    const equal = alike.filter(({ facts }) => canonicalJson(facts) === text);
    if (alike.length > 0 && equal.length === 0) findings.add('archive-differs', customerId, _id);
    for (const each of equal) if (each.reference === null || each.reference.epoch === epoch) found.add(each);
  }
  for (const each of sought) {
    if (!found.has(each)) findings.add('archive-missing', customerId, `${each.scope}, since ${each.at}`);
  }
};

/** Who died after putting it there, and before saying so, leaves one of another epoch. */
const isMeant = ({ scope, version, at, policy }: StoredEntry, sought: Sought): boolean =>
  scope === sought.scope &&
  at === sought.at &&
  policy === sought.policy &&
  (sought.reference === null || sought.reference.version === version);
