/** Where nobody has so many orders that some would be moved out. */
import { ROOM } from '../../src/domain/past/move-out.ts';
import type { HistoryStore } from '../../src/pipeline/ports.ts';

const never = () => Promise.reject(new Error('nothing is moved out here'));

const history: HistoryStore = {
  find: never,
  read: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }),
  put: never,
  // Every erasure asks for it.
  tidy: () => Promise.resolve(),
};

export const noHistory = { history, room: ROOM };
