import { compare } from '../canonical.ts';
import type { Money } from '../generated/CustomerUpdated.ts';

/** An amount that counts so many times; once unless said otherwise. */
export interface Amount extends Money {
  readonly times?: number;
}

/**
 * Absurd prices must not make a profile that cannot be encoded: avsc writes no long beyond 2^53 - 2, and reads some of those
 * below -2^52 as positive.
 */
const MOST = 2 ** 52;

export const safe = (sum: number | bigint): number => Number(sum > MOST ? MOST : sum < -MOST ? -MOST : sum);

/** By currency; exact, in whatever order and of whatever size. */
export type Sums = Map<string, number | bigint>;

export const add = (sums: Sums, { currency, minorUnits, times = 1 }: Amount): void => {
  const product = minorUnits * times;
  const amount = Number.isSafeInteger(product) ? product : BigInt(minorUnits) * BigInt(times);
  sums.set(currency, added(sums.get(currency) ?? 0, amount));
};

/** One of each currency, by its code. */
export const moneyOf = (sums: Sums): Money[] =>
  [...sums]
    .map(([currency, sum]) => ({ currency, minorUnits: safe(sum) }))
    .sort((a, b) => compare(a.currency, b.currency));

export const totals = (amounts: readonly Amount[]): Money[] => {
  const sums: Sums = new Map();
  for (const amount of amounts) add(sums, amount);
  return moneyOf(sums);
};

const added = (a: number | bigint, b: number | bigint): number | bigint => {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) return a + b;
  return BigInt(a) + BigInt(b);
};
