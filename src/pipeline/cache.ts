/** Hot documents of one member, bounded by an estimate of their bytes. A stale one is harmless: its save meets a conflict. */
import { LRUCache } from 'lru-cache';
import type { Change } from '../domain/diff.ts';
import type { ProfileDocument } from './document.ts';

export interface ProfileCache {
  get(partition: number, customerId: string): ProfileDocument | undefined;
  /** Asked of every customer met: whether to keep the document once it is committed. Most never come back in time. */
  wants(partition: number, customerId: string): boolean;
  /**
   * Takes a document once it is committed. `changes`: what turned the one known so far into it; `storedBytes`: the size of
   * that one in the database, where it came from there.
   */
  set(partition: number, document: ProfileDocument, changes: readonly Change[], storedBytes?: number): void;
  /** Forgets what one task knows: recovery starts from the database (rule 5). */
  drop(partition: number): void;
  readonly bytes: number;
}

interface Size {
  readonly bytes: number;
  /** When the document was last measured as a whole. */
  readonly measured: number;
}

interface Entry extends Size {
  readonly document: ProfileDocument;
}

const NONE: ProfileCache = {
  get: () => undefined,
  wants: () => false,
  set: () => undefined,
  drop: () => undefined,
  bytes: 0,
};

/** `maxBytes`: upper bound of the estimate; 0 keeps nothing. `admits`: whether to begin to keep the document of this key. */
export const createProfileCache = (maxBytes: number, admits = metBefore(maxBytes)): ProfileCache => {
  if (maxBytes <= 0) return NONE;
  const entries = new LRUCache<string, Entry>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes });
  /** A dropped task starts a new generation: its old entries are never found again and age out. */
  const generations = new Map<number, number>();
  const keyOf = (partition: number, customerId: string): string =>
    `${partition}.${generations.get(partition) ?? 0}.${customerId}`;
  return {
    get: (partition, customerId) => entries.get(keyOf(partition, customerId))?.document,
    wants: (partition, customerId) => {
      const key = keyOf(partition, customerId);
      return entries.has(key) || admits(key);
    },
    set: (partition, document, changes, storedBytes) => {
      const key = keyOf(partition, document._id);
      entries.set(key, entryOf(document, entries.peek(key) ?? asStored(storedBytes), changes));
    },
    drop: (partition) => void generations.set(partition, (generations.get(partition) ?? 0) + 1),
    get bytes() {
      return entries.calculatedSize;
    },
  };
};

/** Of documents that fit, so many times as many customers are remembered. */
const BYTES_PER_CUSTOMER = 4_096;

/**
 * Admits who was met a short while ago. A document that is kept outlives its round, which costs the garbage collector more
 * than reading it again, unless the customer does come back.
 */
const metBefore = (maxBytes: number): ((key: string) => boolean) => {
  const met = new LRUCache<string, true>({ max: Math.ceil(maxBytes / BYTES_PER_CUSTOMER) + 1 });
  return (key) => {
    if (met.delete(key)) return true;
    met.set(key, true);
    return false;
  };
};

/** Adds what facts have come, as if none had been replaced, and measures anew before that doubles the estimate. */
const entryOf = (document: ProfileDocument, known: Size | undefined, changes: readonly Change[]): Entry => {
  if (known !== undefined) {
    const bytes = known.bytes + changes.reduce((sum, change) => sum + bytesOfChange(change), 0);
    if (bytes < 2 * known.measured) return { document, bytes, measured: known.measured };
  }
  const measured = estimatedBytes(document);
  return { document, bytes: measured, measured };
};

/** A profile grows with its facts, and by less: it need not be looked at. */
const bytesOfChange = ({ path, value }: Change): number => (path[0] === 'facts' ? 2 * estimatedBytes(value) : 0);

const asStored = (storedBytes: number | undefined): Size | undefined => {
  if (storedBytes === undefined) return undefined;
  const bytes = Math.ceil(storedBytes * HEAP_BYTES_PER_STORED);
  return { bytes, measured: bytes };
};

/** Of a document of orders and contracts, measured. */
const HEAP_BYTES_PER_STORED = 1.4;

const STRING_BYTES = 16;
const OBJECT_BYTES = 24;
const MEMBER_BYTES = 8;
const NUMBER_BYTES = 16;

/** Heap bytes, roughly: exact accounting would cost more than the cache saves. */
const estimatedBytes = (value: unknown): number => {
  if (typeof value === 'string') return STRING_BYTES + value.length;
  if (typeof value === 'number') return value === (value | 0) ? 0 : NUMBER_BYTES;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = OBJECT_BYTES;
  if (Array.isArray(value)) for (const member of value) bytes += MEMBER_BYTES + estimatedBytes(member);
  else for (const name in value) bytes += MEMBER_BYTES + estimatedBytes((value as Record<string, unknown>)[name]);
  return bytes;
};
