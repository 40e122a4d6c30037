/** Hot documents of one member, bounded by an estimate of their bytes. A stale one is harmless: its save meets a conflict. */
import { LRUCache } from 'lru-cache';
import type { ProfileDocument } from './document.ts';

export interface ProfileCache {
  get(partition: number, customerId: string): ProfileDocument | undefined;
  set(partition: number, document: ProfileDocument): void;
  /** Forgets what one task knows: recovery starts from the database (rule 5). */
  drop(partition: number): void;
  readonly bytes: number;
}

/** `maxBytes`: upper bound of the estimate; 0 keeps nothing. */
export const createProfileCache = (maxBytes: number): ProfileCache => {
  if (maxBytes <= 0) return { get: () => undefined, set: () => undefined, drop: () => undefined, bytes: 0 };
  const entries = new LRUCache<string, ProfileDocument>({ maxSize: maxBytes, sizeCalculation: estimatedBytes });
  /** A dropped task starts a new generation: its old entries are never found again and age out. */
  const generations = new Map<number, number>();
  const keyOf = (partition: number, customerId: string): string =>
    `${partition}.${generations.get(partition) ?? 0}.${customerId}`;
  return {
    get: (partition, customerId) => entries.get(keyOf(partition, customerId)),
    set: (partition, document) => void entries.set(keyOf(partition, document._id), document),
    drop: (partition) => void generations.set(partition, (generations.get(partition) ?? 0) + 1),
    get bytes() {
      return entries.calculatedSize;
    },
  };
};

const SCALAR_BYTES = 16;
const MEMBER_BYTES = 24;

/** Heap bytes of a document, roughly: exact accounting would cost more than the cache saves. */
const estimatedBytes = (value: unknown): number => {
  if (typeof value === 'string') return SCALAR_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return SCALAR_BYTES;
  let bytes = MEMBER_BYTES;
  for (const member of Object.values(value)) bytes += MEMBER_BYTES + estimatedBytes(member);
  return bytes;
};
