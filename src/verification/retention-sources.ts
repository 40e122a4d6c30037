/** Where an installation keeps what retention has decided, and what has left for the archive. */
import { gunzipSync } from 'node:zlib';
import { ARCHIVE, type ArchiveEntry } from '../adapters/mongodb/archive.ts';
import { unpack } from '../adapters/mongodb/archive-box.ts';
import type { MongoConnection } from '../adapters/mongodb/client.ts';
import { DECISIONS } from '../adapters/mongodb/retention.ts';
import type { StoredEntry } from './archive.ts';
import type { StoredDecision } from './decisions.ts';
import type { Sources } from './verify.ts';

/** `keys`: any of which may open what lies in the archive. */
export const retentionOf = (
  { db }: MongoConnection,
  keys: readonly string[],
): Pick<Sources, 'decisions' | 'archive'> => ({
  decisions: db.collection<StoredDecision>(DECISIONS).find({}, { projection: { recordedAt: 0 } }),
  archive: db
    .collection<ArchiveEntry>(ARCHIVE)
    .find()
    .map((entry) => storedEntry(entry, keys)),
});

/** Opened when it is looked at: what is sealed takes a fraction of the memory. */
export const storedEntry = (
  { checksum, sealed, record, ...entry }: ArchiveEntry,
  keys: readonly string[],
): StoredEntry => ({
  ...entry,
  content: () => attempted(() => unpack({ checksum, sealed: sealed.buffer }, keys)),
  record: () => attempted(() => gunzipSync(record.buffer).toString()),
});

const attempted = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};
