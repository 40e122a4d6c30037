import { isProfileError } from '../errors.ts';
import type { TaskContext } from './context.ts';
import type { ProfileWrite } from './document.ts';

/**
 * Where a round failed because somebody else owns its customers by now, removes what no condition on a document that there is not can keep
 * a zombie from: it may have saved as new somebody who was erased meanwhile.
 */
export const takeBack = async (
  { profiles }: TaskContext,
  epoch: number,
  writes: readonly ProfileWrite[],
  error: unknown,
): Promise<void> => {
  if (!isProfileError(error, 'FENCED') && !isProfileError(error, 'CONFLICT')) return;
  const begun = writes.filter(({ expectedVersion }) => expectedVersion === null).map(({ customerId }) => customerId);
  if (begun.length === 0) return;
  try {
    const losers = [...(await profiles.load(begun)).values()].flatMap(({ losers = [] }) => losers);
    if (losers.length > 0) await profiles.discard(losers, epoch);
  } catch {
    // What could not be removed now is removed when the customer is met again.
  }
};
