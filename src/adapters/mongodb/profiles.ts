import { type AnyBulkWriteOperation, BSON, type Db, MongoBulkWriteError } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import type { Change } from '../../domain/diff.ts';
import { emptyFacts, type Facts } from '../../domain/facts.ts';
import type { DocumentUpdate, ProfileDocument, ProfileWrite } from '../../pipeline/document.ts';
import type { ProfileStore, StoredProfile } from '../../pipeline/ports.ts';
import { DUPLICATE_KEY, guarded, unavailable } from './errors.ts';
import { escapeKey, mapFactKeys, unescapeKey } from './keys.ts';

export const PROFILES = 'profiles';

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
        return new Map((await found.toArray()).map((bson) => [idOf(bson), stored(bson)]));
      }),

    save: async (writes) => {
      const matched = await bulk(() => profiles.bulkWrite(writes.map(bulkOperation), { ordered: false }));
      if (matched !== writes.length) throw conflict();
    },
  };
};

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

const stored = (bson: Uint8Array): StoredProfile => ({ read: () => documentOf(bson), storedBytes: bson.length });

const documentOf = (bson: Uint8Array): ProfileDocument => {
  const document = BSON.deserialize(bson) as ProfileDocument;
  const facts = mapFactKeys(document.facts, unescapeKey);
  // What was stored before there was a section says nothing of it.
  const { legalHolds } = facts as Partial<Facts>;
  if (legalHolds !== undefined) return { ...document, facts };
  return { ...document, links: document.links ?? null, facts: { ...emptyFacts, ...facts } };
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

/** One compare-and-set as the driver takes it. Writes what changed: a `$set` of a few paths costs a fifth of a replacement. */
export const bulkOperation = (write: ProfileWrite): AnyBulkWriteOperation<ProfileDocument> => {
  if (write.expectedVersion === null) {
    const { document } = write;
    return { insertOne: { document: { ...document, facts: mapFactKeys(document.facts, escapeKey) } } };
  }
  const { customerId, expectedVersion, state, changes } = write;
  const filter = { _id: customerId, version: expectedVersion, epoch: { $lte: state.epoch } };
  return { updateOne: { filter, update: updateOf(state, changes) } };
};

const updateOf = (
  state: DocumentUpdate['state'],
  changes: readonly Change[],
): { $set: Record<string, unknown>; $unset?: Record<string, 1> } => {
  const $set: Record<string, unknown> = { ...state };
  const $unset: Record<string, 1> = {};
  for (const { path, value } of changes) {
    const field = path.map(escapeKey).join('.');
    if (value === undefined) $unset[field] = 1;
    else $set[field] = field === 'facts' ? mapFactKeys(value as Facts, escapeKey) : value;
  }
  return Object.keys($unset).length > 0 ? { $set, $unset } : { $set };
};
