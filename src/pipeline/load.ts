/** What is known of the customers of a round, and of those whom its refused records are about. */
import type { TaskContext } from './context.ts';
import type { Decoded } from './decode.ts';
import type { ProfileDocument } from './document.ts';
import type { StoredLoser, StoredProfile } from './ports.ts';

/** A document before the round: as it is stored, or from the cache. */
export type Known =
  StoredProfile | { readonly read: () => ProfileDocument; readonly storedBytes?: never; readonly losers?: never };

export interface Loaded {
  readonly documents: ReadonlyMap<string, Known>;
  readonly losers: readonly StoredLoser[];
  /** Of those whom refused records are about. */
  readonly erased: ReadonlyMap<string, number>;
  /** Customers whose document was in the cache, and those for whom the database was asked. */
  readonly cached: { readonly hits: number; readonly misses: number };
}

export const load = async (
  { cache, profiles, erased }: TaskContext,
  partition: number,
  { byCustomer, refused }: Decoded,
): Promise<Loaded> => {
  const documents = new Map<string, Known>();
  const missing: string[] = [];
  for (const customerId of byCustomer.keys()) {
    const cached = cache.get(partition, customerId);
    if (cached === undefined) missing.push(customerId);
    else documents.set(customerId, { read: () => cached });
  }
  const about = [...new Set(refused.flatMap((each) => each.about))];
  const [found, erasedAmong] = await Promise.all([
    missing.length > 0 ? profiles.load(missing) : new Map<string, StoredProfile>(),
    about.length > 0 ? erased.among(about) : new Map<string, number>(),
  ]);
  const cached = { hits: documents.size, misses: missing.length };
  const losers: StoredLoser[] = [];
  for (const [id, stored] of found) {
    documents.set(id, stored);
    if (stored.losers !== undefined) losers.push(...stored.losers);
  }
  return { documents, losers, erased: erasedAmong, cached };
};
