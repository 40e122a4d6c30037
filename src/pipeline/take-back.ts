import type { Chunk } from '../domain/past/chunk.ts';
import { isProfileError } from '../errors.ts';
import type { TaskContext } from './context.ts';
import type { ProfileWrite } from './document.ts';

interface Written {
  readonly writes: readonly ProfileWrite[];
  readonly moved: readonly { readonly customerId: string; readonly chunks: readonly Chunk[] }[];
}

/**
 * Where a round failed because somebody else owns its customers by now, removes what no condition on a document that there is not can keep
 * a zombie from: it may have saved as new somebody who was erased meanwhile, or moved orders that nobody counts.
 */
export const takeBack = async (
  { profiles, history }: TaskContext,
  epoch: number,
  { writes, moved }: Written,
  error: unknown,
): Promise<void> => {
  if (!isProfileError(error, 'FENCED') && !isProfileError(error, 'CONFLICT')) return;
  const begun = writes.filter(({ expectedVersion }) => expectedVersion === null).map(({ customerId }) => customerId);
  const movedOf = moved.map(({ customerId }) => customerId);
  if (begun.length + movedOf.length === 0) return;
  try {
    const stored = await profiles.load([...begun, ...movedOf]);
    const losers = [...stored.values()].flatMap(({ losers = [] }) => losers);
    if (losers.length > 0) await profiles.discard(losers);
    for (const id of movedOf) await history.tidy(id, stored.get(id)?.read().facts.past, epoch);
  } catch {
    // What could not be removed now is removed when the customer is met again.
  }
};
