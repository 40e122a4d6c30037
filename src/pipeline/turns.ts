/** Which rounds of a member run at the same time. */
import { Semaphore } from 'async-mutex';

/** Runs a round of so many records once there is room for it, first come, first served. */
export type InTurn = <T>(records: number, round: () => Promise<T>) => Promise<T>;

/**
 * Room for `capacity` records, counted over all rounds under way; a round of more than that runs alone. So quiet tasks never
 * wait for each other, while busy ones, whose documents fill the memory, are few at a time.
 */
export const createTurns = (capacity: number): InTurn => {
  const room = new Semaphore(capacity);
  return (records, round) => room.runExclusive(round, Math.min(Math.max(records, 1), capacity));
};
