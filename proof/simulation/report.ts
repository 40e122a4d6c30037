/** What befell the members of a run, as text. */
import type { Coverage } from './schedule.ts';

export const landedFaults = (coverage: Coverage): number =>
  [...coverage.values()].reduce((sum, count) => sum + count, 0);

/** One line a place, in the order in which a task passes them, with how often each kind landed there. */
export const coverageTable = (coverage: Coverage): string => {
  const places = Map.groupBy(coverage, ([key]) => key.split(' × ')[0] ?? '');
  return [...places]
    .map(([place, counts]) => {
      const kinds = counts.map(([key, count]) => `${key.split(' × ')[1] ?? ''} ${count}`).sort();
      return `  ${place.padEnd(24)} ${kinds.join(', ')}`;
    })
    .sort()
    .join('\n');
};
