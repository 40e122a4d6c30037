/** Orders that have been moved out of documents, by customer. */
import { type Collection, type Db, type Filter } from 'mongodb';
import { kindOf, type PastKey } from '../../domain/past/chunk.ts';
import type { Past } from '../../domain/past/past.ts';
import { isCounted } from '../../domain/past/recall.ts';
import { ProfileError } from '../../errors.ts';
import type { HistoryStore } from '../../pipeline/ports.ts';
import { createChunkBox, type StoredChunk } from './chunk-box.ts';
import { guarded } from './errors.ts';

export const HISTORY = 'history';

/** As many as are held at a time when all are read. */
const BATCH = 8;

/** Creates the indexes by which chunks are found. */
export const prepareHistory = (db: Db): Promise<unknown> =>
  guarded(() =>
    db
      .collection(HISTORY)
      .createIndexes([{ key: { customer: 1, keys: 1, number: -1 } }, { key: { customer: 1, number: 1, epoch: 1 } }]),
  );

/** `secrets`: as of the profile store. */
export const createHistory = (db: Db, secrets: readonly string[]): HistoryStore => {
  const chunks: Collection<StoredChunk> = db.collection(HISTORY, {
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority' },
  });
  const { namesOf, hashesOf, open, close } = createChunkBox(secrets);

  return {
    find: (customerId, past, keys) =>
      guarded(async () => {
        const [orders, others] = [[...keys].filter(isOfOrder), [...keys].filter((key) => !isOfOrder(key))];
        const holding = (wanted: readonly PastKey[]) => {
          const hashes = wanted.flatMap((key) => hashesOf(customerId, key));
          return chunks.find({ customer: { $in: namesOf(customerId) }, keys: { $in: hashes } });
        };
        /** Others beside it were left by who is gone: they are few. */
        const lastOf = async (key: PastKey): Promise<StoredChunk[]> => {
          for await (const chunk of holding([key]).sort({ number: -1 }).batchSize(2)) {
            if (isCounted(past, chunk)) return [chunk];
          }
          return [];
        };
        const found = await Promise.all([orders.length > 0 ? holding(orders).toArray() : [], ...others.map(lastOf)]);
        const byId = new Map(found.flat().map((chunk) => [chunk._id, chunk]));
        return [...byId.values()].map(open);
      }),

    read: async function* (customerId, past) {
      const from = past.lineage[0]?.from ?? past.next;
      const query = { customer: { $in: namesOf(customerId) }, number: { $gte: from, $lt: past.next } };
      const cursor = chunks.find(query, { batchSize: BATCH }).sort({ number: 1 });
      let expected = from;
      try {
        for (;;) {
          const next = await guarded(() => cursor.next());
          if (next === null) break;
          if (!isCounted(past, next)) continue;
          if (next.number !== expected) break;
          expected += 1;
          yield open(next);
        }
      } finally {
        await cursor.close();
      }
      if (expected !== past.next) throw damaged('a chunk of the history is not there');
    },

    put: (customerId, written) =>
      guarded(async () => {
        if (written.length === 0) return;
        const documents = written.map((chunk) => close(customerId, chunk));
        const operations = documents.map((document) => ({
          replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true },
        }));
        await chunks.bulkWrite(operations, { ordered: false });
      }),

    tidy: (customerId, past, epoch) =>
      guarded(async () => {
        const customer = { $in: namesOf(customerId) };
        const parts = past === undefined ? [{}] : othersThan(past);
        await chunks.deleteMany({
          $or: parts.map((part) => ({ $and: [{ customer, epoch: { $lte: epoch } }, part] })),
        });
      }),
  };
};

const isOfOrder = (key: PastKey): boolean => kindOf(key) === 'order';

/** In words that an index answers alone: of what counts nothing has to be read. */
const othersThan = ({ lineage, next }: Past): Filter<StoredChunk>[] => [
  { number: { $lt: lineage[0]?.from ?? next } },
  { number: { $gte: next } },
  ...lineage.map(({ from, epoch }, at) => ({
    ...{ number: { $gte: from, $lt: lineage[at + 1]?.from ?? next }, epoch: { $ne: epoch } },
  })),
];

const damaged = (message: string): ProfileError => new ProfileError('HISTORY_DAMAGED', message);
