/** When agreements can be ended. */
import { numberOf, treeOf, type Tree } from './read.ts';

const DAY_MS = 86_400_000;
const EARLIEST = Date.UTC(1900, 0, 1);

export const endOf = (agreement: Tree): number | null => numberOf(treeOf(agreement, 'period'), 'endDateTime');

/** The last moment to give notice. */
export const noticeDateOf = (agreement: Tree): number | null => {
  const [end, days] = [endOf(agreement), numberOf(agreement, 'noticeDays')];
  return end === null || days === null ? null : Math.max(EARLIEST, end - days * DAY_MS);
};
