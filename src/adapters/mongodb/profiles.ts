import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import type { ProfileDocument, ProfileWrite } from '../../pipeline/document.ts';
import type { ProfileStore } from '../../pipeline/ports.ts';
import { createArchive } from './archive.ts';
import { guarded, isDuplicate, unavailable } from './errors.ts';
import {
  bulkOperation,
  comesBack,
  createStubNames,
  discardal,
  ERASED,
  isNew,
  isOfStub,
  leavesArchive,
  leavesUnsaved,
  removals,
  stubOperation,
} from './profile-writes.ts';
import { type Found, idOf, storedProfile, storedStub, unarchived, whatCounts } from './stored.ts';

export const PROFILES = 'profiles';

/** The server ends a batch at 16 MB anyway. */
const MAX_BATCH = 10_000;

/** `erasureKeys`: under which the stubs of erased customers are named, the present one first; without, nobody looks for them. */
export const createProfileStore = (db: Db, erasureKeys: readonly string[] = []): ProfileStore => {
  const options = {
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority' },
  } as const;
  const profiles = db.collection<ProfileDocument>(PROFILES, options);
  const stubs = db.collection<ProfileDocument>(ERASED, options);
  const namesOf = createStubNames(erasureKeys);
  const archive = createArchive(db, erasureKeys);

  const find = async (collection: typeof profiles, ids: readonly string[]): Promise<Uint8Array[]> =>
    ids.length === 0
      ? []
      : collection.find<Uint8Array>({ _id: { $in: [...ids] } }, { batchSize: MAX_BATCH, raw: true }).toArray();

  /** Those who count by a stub: with what lies in the archive, or with what is left there of who is erased. */
  const withArchive = async (loaded: Map<string, Found>): Promise<void> => {
    const stubs = [...loaded]
      .filter(([, { place }]) => place.isStub)
      .map(([, found]) => [found, found.read()] as const);
    if (stubs.length === 0) return;
    const [archived, erased] = apart(stubs, ([, document]) => document.archive !== undefined);
    const places = archived.flatMap(([, { _id, archive: place }]) => (place ? [{ ...place, customerId: _id }] : []));
    const [contents, left] = await Promise.all([
      archive.customers(places),
      archive.leftOf(erased.map(([, { _id }]) => _id)),
    ]);
    for (const [found, document] of archived) {
      const content = contents.get(document._id);
      if (content !== undefined) loaded.set(document._id, { ...found, read: () => unarchived(found.read(), content) });
    }
    for (const [found, { _id }] of erased) {
      const place = left.get(_id);
      if (place === undefined) continue;
      const remains = { id: _id, isStub: true, ...place, inArchive: 'everything' as const };
      loaded.set(_id, { ...found, losers: [...(found.losers ?? []), remains] });
    }
  };

  return {
    load: (customerIds) =>
      guarded(async () => {
        const customers = new Map(customerIds.flatMap((id) => namesOf(id).map((name) => [name, id])));
        const [found, erased] = await Promise.all([find(profiles, customerIds), find(stubs, [...customers.keys()])]);
        const loaded = new Map(found.map((bson) => [idOf(bson), storedProfile(bson)]));
        for (const bson of erased) {
          const customerId = customers.get(idOf(bson)) ?? '';
          loaded.set(customerId, whatCounts(loaded.get(customerId), storedStub(bson, customerId)));
        }
        await withArchive(loaded);
        return loaded;
      }),

    save: async (writes) => {
      const [ofStubs, ofProfiles] = apart(writes, isOfStub);
      await archive.put(
        writes.flatMap(({ customerId, archives = [] }) => archives.map((each) => ({ ...each, customerId }))),
      );
      const matched = await Promise.all([
        bulk(profiles, ofProfiles.map(bulkOperation)),
        bulk(
          stubs,
          ofStubs.map((write) => stubOperation(write, namesOf)),
        ),
      ]);
      if (matched.reduce((sum, count) => sum + count) !== writes.length) throw conflict();
      // Whoever is interrupted here leaves both, and it is known which of them counts.
      const returned = ofProfiles.filter(comesBack);
      await Promise.all([
        bulk(
          profiles,
          removals(ofStubs, (id) => [id]),
        ),
        bulk(stubs, removals(returned, namesOf)),
        bulk(
          stubs,
          removals(ofStubs, (id) => namesOf(id).slice(1)),
        ),
        archive.removeUnsaved(writes.flatMap(leavesUnsaved)),
      ]);
      // What is left is a newer owner's, who may count on what lies in the archive.
      const left = await Promise.all([
        find(profiles, customersOf(ofStubs.filter(isNew))),
        find(stubs, customersOf(returned).flatMap(namesOf)),
      ]);
      if (left.flat().length > 0) throw conflict();
      await archive.remove(writes.flatMap(leavesArchive));
    },

    discard: async (losers, upTo) => {
      const [ofArchive, others] = apart(losers, ({ inArchive }) => inArchive !== undefined);
      const [ofStubs, ofProfiles] = apart(others, ({ isStub }) => isStub);
      await Promise.all([
        bulk(profiles, ofProfiles.map(discardal)),
        bulk(stubs, ofStubs.map(discardal)),
        archive.remove(
          ofArchive.map(({ id, version, epoch, inArchive }) => ({
            ...{ customerId: id, below: version + 1, upTo: Math.min(epoch, upTo), all: inArchive === 'everything' },
          })),
        ),
      ]);
    },
  };
};

const customersOf = (writes: readonly ProfileWrite[]): string[] => writes.map(({ customerId }) => customerId);

const apart = <T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] => [
  all.filter(isFirst),
  all.filter((each) => !isFirst(each)),
];

/** One customer's document, if there is one. */
export const loadDocument = async (store: ProfileStore, customerId: string): Promise<ProfileDocument | undefined> =>
  (await store.load([customerId])).get(customerId)?.read();

const bulk = async (
  collection: Collection<ProfileDocument>,
  operations: AnyBulkWriteOperation<ProfileDocument>[],
): Promise<number> => {
  if (operations.length === 0) return 0;
  try {
    const result = await collection.bulkWrite(operations, { ordered: false });
    const unacknowledged = result.getWriteConcernError();
    if (unacknowledged != null) throw unavailable(unacknowledged);
    return result.insertedCount + result.matchedCount + result.upsertedCount;
  } catch (error) {
    // Several members never insert the same customer unless one of them is a zombie.
    throw isDuplicate(error) ? conflict() : unavailable(error);
  }
};

const conflict = (): ProfileError =>
  new ProfileError('CONFLICT', 'a document has another version or a newer epoch than this task knows');
