import { type AnyBulkWriteOperation, BSON, type Collection, type Db, MongoBulkWriteError } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import { emptyFacts, type Facts } from '../../domain/facts.ts';
import type { ProfileDocument } from '../../pipeline/document.ts';
import type { ProfileStore, StoredLoser, StoredProfile } from '../../pipeline/ports.ts';
import { createArchive } from './archive.ts';
import type { Content } from './archive-box.ts';
import { DUPLICATE_KEY, guarded, unavailable } from './errors.ts';
import { mapFactKeys, unescapeKey } from './keys.ts';
import {
  bulkOperation,
  comesBack,
  createStubNames,
  discardal,
  ERASED,
  isOfStub,
  leavesArchive,
  removals,
  stubOperation,
} from './profile-writes.ts';

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
    for (const [found, { _id, epoch }] of erased) {
      const version = left.get(_id);
      if (version === undefined) continue;
      const remains = { id: _id, isStub: true, version: version + 1, epoch, inArchive: 'everything' as const };
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
      await Promise.all([
        bulk(
          profiles,
          removals(ofStubs, (id) => [id]),
        ),
        bulk(stubs, removals(ofProfiles.filter(comesBack), namesOf)),
        bulk(
          stubs,
          removals(ofStubs, (id) => namesOf(id).slice(1)),
        ),
        archive.remove(writes.flatMap(leavesArchive)),
        archive.removeUnsaved(
          writes.flatMap(({ customerId, archives: [saved] = [] }) => (saved ? [{ ...saved, customerId }] : [])),
        ),
      ]);
    },

    discard: async (losers) => {
      const [ofArchive, others] = apart(losers, ({ inArchive }) => inArchive !== undefined);
      const [ofStubs, ofProfiles] = apart(others, ({ isStub }) => isStub);
      await Promise.all([
        bulk(profiles, ofProfiles.map(discardal)),
        bulk(stubs, ofStubs.map(discardal)),
        archive.remove(
          ofArchive.map(({ id, version, inArchive }) => ({
            ...{ customerId: id, below: version, all: inArchive === 'everything' },
          })),
        ),
      ]);
    },
  };
};

const apart = <T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] => [
  all.filter(isFirst),
  all.filter((each) => !isFirst(each)),
];

/** One customer's document, if there is one. */
export const loadDocument = async (store: ProfileStore, customerId: string): Promise<ProfileDocument | undefined> =>
  (await store.load([customerId])).get(customerId)?.read();

/** The server keeps `_id` first: behind the document's length, the type and the name stand the length of the text and the text. */
const ID_AT = 4 + 1 + '_id\0'.length;

const idOf = (bson: Uint8Array): string => {
  const bytes = Buffer.from(bson.buffer, bson.byteOffset, bson.length);
  const start = ID_AT + 4;
  return bytes.toString('utf8', start, start + bytes.readInt32LE(ID_AT) - 1);
};

const storedProfile = (bson: Uint8Array): Found => ({
  read: () => documentOf(bson),
  storedBytes: bson.length,
  place: { id: idOf(bson), isStub: false },
});

const unarchived = (stub: ProfileDocument, { facts, causes }: Content): ProfileDocument => {
  const { pending, archive, version } = stub;
  if (causes === undefined || pending === null || archive?.version !== version) return { ...stub, facts };
  return { ...stub, facts, pending: { ...pending, causes } };
};

const storedStub = (bson: Uint8Array, customerId: string): Found => ({
  read: () => ({ ...documentOf(bson), _id: customerId }),
  storedBytes: bson.length,
  place: { id: idOf(bson), isStub: true },
});

interface Found extends StoredProfile {
  readonly place: Pick<StoredLoser, 'id' | 'isStub'>;
}

/** What the later owner wrote, and of one owner the later version; `stub` when they are equal. */
const whatCounts = (known: Found | undefined, stub: Found): Found => {
  if (known === undefined) return stub;
  const [was, is] = [known.read(), stub.read()];
  const isLater = was.epoch > is.epoch || (was.epoch === is.epoch && was.version > is.version);
  const [counts, loser, lost] = isLater ? [known, stub, is] : [stub, known, was];
  const { version, epoch } = lost;
  const losers = [...(known.losers ?? []), { ...loser.place, version, epoch }];
  if (lost.archive === undefined) return { ...counts, losers };
  const put = { id: lost._id, isStub: true, version: lost.archive.version + 1, epoch, inArchive: 'customer' as const };
  return { ...counts, losers: [...losers, put] };
};

const documentOf = (bson: Uint8Array): ProfileDocument => {
  const document = BSON.deserialize(bson) as ProfileDocument & { recordedAt?: Date };
  // For who looks for the latest erasure, and for nobody who works with the document.
  if (document.recordedAt !== undefined) delete document.recordedAt;
  const facts = mapFactKeys(document.facts, unescapeKey);
  // What was stored before there was a section says nothing of it.
  const { legalHolds } = facts as Partial<Facts>;
  if (legalHolds !== undefined) return { ...document, facts };
  return { ...document, links: document.links ?? null, facts: { ...emptyFacts, ...facts } };
};

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
    throw isConflict(error) ? conflict() : unavailable(error);
  }
};

/** Several members never insert the same customer unless one of them is a zombie. */
const isConflict = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY) &&
  [error.writeErrors].flat().length > 0;

const conflict = (): ProfileError =>
  new ProfileError('CONFLICT', 'a document has another version or a newer epoch than this task knows');
