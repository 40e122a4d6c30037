/** Hot documents of one member, bounded by an estimate of their bytes. A stale one is harmless: its save meets a conflict. */
import { LRUCache } from 'lru-cache';
import type { Change } from '../domain/diff.ts';
import type { ProfileDocument } from './document.ts';

export interface ProfileCache {
  get(partition: number, customerId: string): ProfileDocument | undefined;
  /** `changes` is what turned the document that was got into this one; left out, all of it is measured. */
  set(partition: number, document: ProfileDocument, changes?: readonly Change[]): void;
  /** Forgets what one task knows: recovery starts from the database (rule 5). */
  drop(partition: number): void;
  readonly bytes: number;
}

interface Entry {
  readonly document: ProfileDocument;
  readonly bytes: number;
  /** When the document was last measured as a whole. */
  readonly measured: number;
}

/** `maxBytes`: upper bound of the estimate; 0 keeps nothing. */
export const createProfileCache = (maxBytes: number): ProfileCache => {
  if (maxBytes <= 0) return { get: () => undefined, set: () => undefined, drop: () => undefined, bytes: 0 };
  const entries = new LRUCache<string, Entry>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes });
  /** A dropped task starts a new generation: its old entries are never found again and age out. */
  const generations = new Map<number, number>();
  const keyOf = (partition: number, customerId: string): string =>
    `${partition}.${generations.get(partition) ?? 0}.${customerId}`;
  return {
    get: (partition, customerId) => entries.get(keyOf(partition, customerId))?.document,
    set: (partition, document, changes) => {
      const key = keyOf(partition, document._id);
      entries.set(key, entryOf(document, changes && entries.peek(key), changes ?? []));
    },
    drop: (partition) => void generations.set(partition, (generations.get(partition) ?? 0) + 1),
    get bytes() {
      return entries.calculatedSize;
    },
  };
};

/** Adds what changed, as if nothing had been replaced, and measures anew before that doubles the estimate. */
const entryOf = (document: ProfileDocument, known: Entry | undefined, changes: readonly Change[]): Entry => {
  if (known !== undefined) {
    const bytes = changes.reduce((sum, { value }) => sum + estimatedBytes(value), known.bytes);
    if (bytes < 2 * known.measured) return { document, bytes, measured: known.measured };
  }
  const measured = estimatedBytes(document);
  return { document, bytes: measured, measured };
};

const STRING_BYTES = 12;
const OBJECT_BYTES = 24;
const MEMBER_BYTES = 8;

/** Heap bytes, roughly: exact accounting would cost more than the cache saves. */
const estimatedBytes = (value: unknown): number => {
  if (typeof value === 'string') return STRING_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = OBJECT_BYTES;
  if (Array.isArray(value)) for (const member of value) bytes += MEMBER_BYTES + estimatedBytes(member);
  else for (const name in value) bytes += MEMBER_BYTES + estimatedBytes((value as Record<string, unknown>)[name]);
  return bytes;
};
