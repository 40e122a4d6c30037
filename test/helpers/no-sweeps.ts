/** For worlds in which nobody was ever erased. */
import type { Sweeping } from '../../src/pipeline/sweep.ts';

const never = (): never => {
  throw new Error('nobody is erased here');
};

export const noSweeps: Sweeping = {
  letters: { extents: never, read: never, deleteBefore: never },
  marks: { latest: () => Promise.resolve(null), read: () => Promise.resolve(null), write: never },
  decoder: { prepare: never, decode: never },
  everyMs: null,
};
