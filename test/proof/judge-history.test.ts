/** Where orders have moved to the history the judge finds what it would find without. */
import { judged } from './judge-evidence.ts';
import { HISTORY_SETTINGS, withHistory } from './judge-history-tamperings.ts';

describe('of the history the judge', () => {
  it.each([1, 2, 3, 4, 5, 6])('finds nothing wrong when nearly all orders have moved, seed %i', async (seed) => {
    const left = await withHistory(seed);
    const { violations } = await judged(left, HISTORY_SETTINGS);
    expect(violations).toEqual([]);
    expect(left.history.length).toBeGreaterThan(20);
  });
});
