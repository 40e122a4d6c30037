/** Amounts, summed exactly. */
import { order } from './canonical.ts';
import { numberOf, textOf, type Tree } from './read.ts';

/** The largest number that the encoding of this system takes. */
const MOST = 2n ** 52n;

const within = (sum: bigint): number => Number(sum > MOST ? MOST : sum < -MOST ? -MOST : sum);

/** Sums of prices times quantities, by currency. What is no price is passed over. */
export const totalsOf = (amounts: readonly (readonly [price: Tree, quantity: number])[]): Tree[] => {
  const priced = amounts.filter(([price]) => textOf(price, 'currency') !== null);
  return [...Map.groupBy(priced, ([price]) => textOf(price, 'currency') ?? '')]
    .map(([currency, those]) => ({
      currency,
      minorUnits: within(
        those.reduce(
          (sum, [price, quantity]) => sum + BigInt(numberOf(price, 'minorUnits') ?? 0) * BigInt(quantity),
          0n,
        ),
      ),
    }))
    .sort((a, b) => order(a.currency, b.currency));
};
