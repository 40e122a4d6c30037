import { type AnyBulkWriteOperation, BSON, type Db, MongoBulkWriteError } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import type { ProfileDocument, ProfileWrite } from '../../pipeline/document.ts';
import type { ProfileStore, StoredProfile } from '../../pipeline/ports.ts';
import { DUPLICATE_KEY, guarded, unavailable } from './errors.ts';
import { escapeKey, mapFactKeys, unescapeKey } from './keys.ts';

export const PROFILES = 'profiles';

/** Beyond this many changed paths, replacing facts and profile is cheaper than naming each. */
const MAX_PATHS = 100;

/** The server ends a batch at 16 MB anyway. */
const MAX_BATCH = 10_000;

export const createProfileStore = (db: Db): ProfileStore => {
  const profiles = db.collection<ProfileDocument>(PROFILES, {
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority' },
  });
  return {
    load: (customerIds) =>
      guarded(async () => {
        const found = profiles.find<Uint8Array>(
          { _id: { $in: [...customerIds] } },
          { batchSize: MAX_BATCH, raw: true },
        );
        return new Map((await found.toArray()).map(stored).map((profile) => [profile.document._id, profile]));
      }),

    save: async (writes) => {
      const matched = await bulk(() => profiles.bulkWrite(writes.map(bulkOperation), { ordered: false }));
      if (matched !== writes.length) throw conflict();
    },
  };
};

/** Read raw, so that the size of the document is known. */
const stored = (bson: Uint8Array): StoredProfile => {
  const document = BSON.deserialize(bson) as ProfileDocument;
  return { document: { ...document, facts: mapFactKeys(document.facts, unescapeKey) }, storedBytes: bson.length };
};

const bulk = async (
  run: () => Promise<{ insertedCount: number; matchedCount: number; getWriteConcernError(): unknown }>,
): Promise<number> => {
  try {
    const result = await run();
    const unacknowledged = result.getWriteConcernError();
    if (unacknowledged != null) throw unavailable(unacknowledged);
    return result.insertedCount + result.matchedCount;
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

/** One compare-and-set as the driver takes it. */
export const bulkOperation = (write: ProfileWrite): AnyBulkWriteOperation<ProfileDocument> => {
  const { customerId, expectedVersion, epoch, document } = write;
  if (expectedVersion === null) {
    return { insertOne: { document: { ...document, facts: mapFactKeys(document.facts, escapeKey) } } };
  }
  const filter = { _id: customerId, version: expectedVersion, epoch: { $lte: epoch } };
  return {
    updateOne: { filter, update: write.changes.length === 0 && isClaim(write) ? { $set: { epoch } } : delta(write) },
  };
};

const isClaim = ({ document, expectedVersion }: ProfileWrite): boolean => document.version === expectedVersion;

/** Writes what changed: a `$set` of a few paths costs a fifth of a whole replacement. */
const delta = ({ document, changes }: ProfileWrite): { $set: Record<string, unknown>; $unset?: Record<string, 1> } => {
  const { version, epoch, marker, previousVersion, pending } = document;
  const $set: Record<string, unknown> = { version, epoch, marker, previousVersion, pending };
  if (changes.length > MAX_PATHS) {
    return { $set: { ...$set, facts: mapFactKeys(document.facts, escapeKey), profile: document.profile } };
  }
  const $unset: Record<string, 1> = {};
  for (const { path, value } of changes) {
    const field = path.map(escapeKey).join('.');
    if (value === undefined) $unset[field] = 1;
    else $set[field] = value;
  }
  return Object.keys($unset).length > 0 ? { $set, $unset } : { $set };
};
