/** Chunks of the history as they are stored: they name nobody to who has not the key. */
import { Binary } from 'mongodb';
import { type Chunk, keysOf, type PastKey } from '../../domain/past/chunk.ts';
import { ProfileError } from '../../errors.ts';
import { keyedHash } from '../../pipeline/keyed-hash.ts';
import { createStubNames } from './profile-writes.ts';
import { seal, unseal } from './sealed.ts';

export interface StoredChunk extends Pick<Chunk, 'number' | 'epoch'> {
  /** Customer, number and epoch. */
  readonly _id: string;
  /** The name that the customer's stub has or would have. */
  readonly customer: string;
  /** Hashes of what it holds. */
  readonly keys: readonly string[];
  readonly checksum: string;
  readonly sealed: Binary;
}

export interface ChunkBox {
  readonly close: (customerId: string, chunk: Chunk) => StoredChunk;
  /** Throws HISTORY_DAMAGED for what does not give back what was put in. */
  readonly open: (stored: Pick<StoredChunk, 'checksum' | 'sealed'>) => Chunk;
  /** Each under the present secret first. */
  readonly namesOf: (customerId: string) => string[];
  readonly hashesOf: (customerId: string, key: PastKey) => string[];
}

const PURPOSE = 'history';

/** `secrets`: as of the profile store. */
export const createChunkBox = (secrets: readonly string[]): ChunkBox => {
  const namesOf = createStubNames(secrets);
  const hashesOf: ChunkBox['hashesOf'] = (customerId, key) =>
    secrets.map((secret) => keyedHash(secret, `history:${customerId}:${key}`));
  return {
    namesOf,
    hashesOf,
    close: (customerId, chunk) => {
      const { number, epoch } = chunk;
      const [customer = ''] = namesOf(customerId);
      const { checksum, sealed } = seal(chunk, secrets[0] ?? '', PURPOSE);
      return {
        ...{ _id: `${customer}:${number}:${epoch}`, customer, number, epoch },
        keys: keysOf(chunk).map((key) => hashesOf(customerId, key)[0] ?? ''),
        ...{ checksum, sealed: new Binary(sealed) },
      };
    },
    open: ({ checksum, sealed }) => {
      const chunk = unseal({ checksum, sealed: sealed.buffer }, secrets, PURPOSE);
      if (chunk !== undefined) return chunk as Chunk;
      throw new ProfileError('HISTORY_DAMAGED', 'a chunk of the history cannot be opened, or is not what was put in');
    },
  };
};
