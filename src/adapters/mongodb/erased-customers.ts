/** Who was erased, whether they have come back or not. */
import type { Db } from 'mongodb';
import type { ProfileDocument } from '../../pipeline/document.ts';
import type { ErasedCustomers } from '../../pipeline/ports.ts';
import { guarded } from './errors.ts';
import { createStubNames, ERASED } from './profile-writes.ts';
import { PROFILES } from './profiles.ts';

type Erased = Pick<ProfileDocument, '_id' | 'facts'>;

/** Creates the indexes by which the latest erasure is found, where they are missing. */
export const prepareErased = (db: Db): Promise<void> =>
  guarded(async () => {
    await db.collection(ERASED).createIndex({ recordedAt: 1 });
    const partialFilterExpression = { recordedAt: { $exists: true } };
    await db.collection(PROFILES).createIndexes([{ key: { recordedAt: 1 }, partialFilterExpression }]);
  });

/** `keys`: as of the profile store. */
export const createErasedCustomers = (db: Db, keys: readonly string[]): ErasedCustomers => {
  const options = { readPreference: 'primary', readConcern: { level: 'majority' } } as const;
  const namesOf = createStubNames(keys);
  const find = (collection: string, ids: readonly string[]): Promise<Erased[]> =>
    db
      .collection<Erased>(collection, options)
      .find({ _id: { $in: [...ids] }, 'facts.erased': { $exists: true } })
      .project<Erased>({ 'facts.erased': 1 })
      .toArray();
  return {
    among: (customerIds) =>
      guarded(async () => {
        const customers = new Map(customerIds.flatMap((id) => namesOf(id).map((name) => [name, id])));
        const [gone, back] = await Promise.all([find(ERASED, [...customers.keys()]), find(PROFILES, customerIds)]);
        const erased = new Map<string, number>();
        const add = (customerId: string, { facts }: Erased): void => {
          erased.set(customerId, Math.max(erased.get(customerId) ?? -Infinity, facts.erased?.at ?? -Infinity));
        };
        for (const stub of gone) add(customers.get(stub._id) ?? '', stub);
        for (const profile of back) add(profile._id, profile);
        return erased;
      }),
  };
};
