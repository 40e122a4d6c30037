/** What a zombie has moved of customers whom a newer owner has written meanwhile: nobody may ever come by again to remove it. */
import { isProfileError } from '../../errors.ts';
import type { TaskContext } from '../context.ts';
import type { HistoryStore } from '../ports.ts';

/** A round that leaves nothing of itself in the history once it finds that it is a zombie's. */
export const withTakeBack = async <T>(
  context: TaskContext,
  epoch: number,
  round: (context: TaskContext) => Promise<T>,
): Promise<T> => {
  const moved = new Set<string>();
  const put: HistoryStore['put'] = (customerId, chunks) => {
    moved.add(customerId);
    return context.history.put(customerId, chunks);
  };
  try {
    return await round({ ...context, history: { ...context.history, put } });
  } catch (error) {
    if (isProfileError(error, 'FENCED') || isProfileError(error, 'CONFLICT')) await takeBack(context, epoch, moved);
    throw error;
  }
};

const takeBack = async (
  { profiles, history }: TaskContext,
  epoch: number,
  moved: ReadonlySet<string>,
): Promise<void> => {
  if (moved.size === 0) return;
  try {
    for (const [customerId, stored] of await profiles.load([...moved])) {
      const document = stored.read();
      // No save of this owner can come through any more, not even one that is under way.
      if (document.epoch > epoch) await history.tidy(customerId, document.facts.past, epoch);
    }
  } catch {
    // What could not be removed now is removed when the customer is met again, or its history moves.
  }
};
