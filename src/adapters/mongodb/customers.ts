/** Who is known, for whoever has to go through all of them. */
import type { Db, Filter } from 'mongodb';
import type { ProfileDocument } from '../../pipeline/document.ts';
import { guarded } from './errors.ts';
import { PROFILES } from './profiles.ts';

export interface Selection {
  /** Only those in this segment. */
  readonly segment?: string;
  /** Only those behind this one, in the order of their ids. */
  readonly after?: string;
}

const filterOf = ({ segment, after }: Selection): Filter<ProfileDocument> => ({
  version: { $gt: 0 },
  ...(segment !== undefined && { 'profile.segments': segment }),
  ...(after !== undefined && { _id: { $gt: after } }),
});

export const countCustomers = (db: Db, selection: Selection): Promise<number> =>
  guarded(() => db.collection<ProfileDocument>(PROFILES).countDocuments(filterOf(selection)));

/** The ids of the next customers, in their order. */
export const customerIds = (db: Db, selection: Selection, most: number): Promise<string[]> =>
  guarded(async () => {
    const found = db
      .collection<ProfileDocument>(PROFILES)
      .find(filterOf(selection), { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(most);
    return (await found.toArray()).map(({ _id }) => _id);
  });
