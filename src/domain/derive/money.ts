import { compare } from '../canonical.ts';
import type { Money } from '../generated/CustomerUpdated.ts';

/**
 * Absurd prices must not make a profile that cannot be encoded: avsc writes no long beyond 2^53 - 2, and reads some of those
 * below -2^52 as positive.
 */
const MOST = 2 ** 52;

export const safe = (sum: number): number => Math.max(-MOST, Math.min(MOST, sum));

/** One sum of each currency, by its code. */
export const totals = (amounts: readonly Money[]): Money[] => {
  const sums = new Map<string, number>();
  for (const { currency, minorUnits } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + minorUnits);
  return [...sums]
    .map(([currency, sum]) => ({ currency, minorUnits: safe(sum) }))
    .sort((a, b) => compare(a.currency, b.currency));
};
