/** Documents as they lie in MongoDB, and which of two of a customer counts. */
import { BSON } from 'mongodb';
import { emptyFacts, type Facts } from '../../domain/facts.ts';
import type { ProfileDocument } from '../../pipeline/document.ts';
import type { StoredLoser, StoredProfile } from '../../pipeline/ports.ts';
import type { Content } from './archive-box.ts';
import { mapFactKeys, unescapeKey } from './keys.ts';

/** The server keeps `_id` first: behind the document's length, the type and the name stand the length of the text and the text. */
const ID_AT = 4 + 1 + '_id\0'.length;

export const idOf = (bson: Uint8Array): string => {
  const bytes = Buffer.from(bson.buffer, bson.byteOffset, bson.length);
  const start = ID_AT + 4;
  return bytes.toString('utf8', start, start + bytes.readInt32LE(ID_AT) - 1);
};

export const storedProfile = (bson: Uint8Array): Found => ({
  read: () => documentOf(bson),
  storedBytes: bson.length,
  place: { id: idOf(bson), isStub: false },
});

export const unarchived = (stub: ProfileDocument, { facts, causes }: Content): ProfileDocument => {
  const { pending, archive, version } = stub;
  if (causes === undefined || pending === null || archive?.version !== version) return { ...stub, facts };
  return { ...stub, facts, pending: { ...pending, causes } };
};

export const storedStub = (bson: Uint8Array, customerId: string): Found => ({
  read: () => ({ ...documentOf(bson), _id: customerId }),
  storedBytes: bson.length,
  place: { id: idOf(bson), isStub: true },
});

export interface Found extends StoredProfile {
  readonly place: Pick<StoredLoser, 'id' | 'isStub'>;
}

/** What the later owner wrote, and of one owner the later version; `stub` when they are equal. */
export const whatCounts = (known: Found | undefined, stub: Found): Found => {
  if (known === undefined) return stub;
  const [was, is] = [known.read(), stub.read()];
  const isLater = was.epoch > is.epoch || (was.epoch === is.epoch && was.version > is.version);
  const [counts, loser, lost] = isLater ? [known, stub, is] : [stub, known, was];
  const { version, epoch } = lost;
  const losers = [...(known.losers ?? []), { ...loser.place, version, epoch }];
  if (lost.archive === undefined) return { ...counts, losers };
  const { archive } = lost;
  const put = {
    id: lost._id,
    isStub: true,
    version: archive.version,
    epoch: archive.epoch,
    inArchive: 'customer' as const,
  };
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
