/** The collection `history` without a server. */
import { createChunkBox, type StoredChunk } from '../../src/adapters/mongodb/chunk-box.ts';
import type { Chunk } from '../../src/domain/past/chunk.ts';
import { isCounted } from '../../src/domain/past/recall.ts';
import type { HistoryStore } from '../../src/pipeline/ports.ts';

export interface HistoryMemory extends HistoryStore {
  stored(): StoredChunk[];
}

export const createHistoryMemory = (key: string): HistoryMemory => {
  const box = createChunkBox([key]);
  const chunks = new Map<string, StoredChunk>();
  const nameOf = (customerId: string): string => box.namesOf(customerId)[0] ?? '';
  const of = (customerId: string): StoredChunk[] =>
    [...chunks.values()].filter(({ customer }) => customer === nameOf(customerId));
  return {
    find: (customerId, _, keys) => {
      const hashes = new Set([...keys].flatMap((each) => box.hashesOf(customerId, each)));
      const found = of(customerId).filter((chunk) => chunk.keys.some((hash) => hashes.has(hash)));
      return Promise.resolve(found.map(box.open));
    },
    read: (customerId, past) =>
      inTurn(
        of(customerId)
          .filter((chunk) => isCounted(past, chunk))
          .sort((a, b) => a.number - b.number)
          .map(box.open),
      ),
    put: (customerId, written) => {
      for (const chunk of written.map((each) => box.close(customerId, each))) chunks.set(chunk._id, chunk);
      return Promise.resolve();
    },
    tidy: (customerId, past, epoch) => {
      for (const chunk of of(customerId)) {
        const counts = past !== undefined && isCounted(past, chunk);
        if (!counts && chunk.epoch <= epoch) chunks.delete(chunk._id);
      }
      return Promise.resolve();
    },
    stored: () => [...chunks.values()],
  };
};

const inTurn = async function* (chunks: readonly Chunk[]): AsyncGenerator<Chunk, void, undefined> {
  await Promise.resolve();
  yield* chunks;
};
