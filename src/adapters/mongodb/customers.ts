/** Who is known, for whoever has to go through all of them. */
import type { Db } from 'mongodb';
import type { ProfileDocument } from '../../pipeline/document.ts';
import { guarded } from './errors.ts';
import { PROFILES } from './profiles.ts';

/** About as many as there are, in no time. */
export const estimatedCustomers = (db: Db): Promise<number> =>
  guarded(() => db.collection(PROFILES).estimatedDocumentCount());

export interface Page {
  readonly ids: readonly string[];
  /** The last one looked at, whether it is among them or not; undefined when nobody was left. */
  readonly last: string | undefined;
}

interface Looked extends Pick<ProfileDocument, '_id' | 'version'> {
  readonly profile?: { readonly segments?: readonly string[] } | null;
}

/**
 * Of the next `most` customers in the order of their ids, those who are in the segment, or all. However few there are of a
 * segment, a page takes the server the same short time.
 */
export const pageOfCustomers = (
  db: Db,
  { segment, after, most }: { segment: string | undefined; after: string | undefined; most: number },
): Promise<Page> =>
  guarded(async () => {
    const looked = await db
      .collection<{ _id: string }>(PROFILES)
      .find(after === undefined ? {} : { _id: { $gt: after } })
      .project<Looked>({ version: 1, 'profile.segments': 1 })
      .sort({ _id: 1 })
      .limit(most)
      .toArray();
    const isMeant = ({ version, profile }: Looked): boolean =>
      version > 0 && (segment === undefined || (profile?.segments?.includes(segment) ?? false));
    return { ids: looked.filter(isMeant).map(({ _id }) => _id), last: looked.at(-1)?._id };
  });
