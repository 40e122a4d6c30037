/** Products that a profile does not list one by one, by what they amount to. */
import { compare } from '../canonical.ts';
import { add, type Sums } from '../derive/money.ts';
import type { ProfileProduct } from '../generated/CustomerUpdated.ts';

export interface Unlisted {
  active: number;
  terminated: number;
  /** Of those active, by category; the empty one for those that name none. */
  readonly categories: Map<string, { products: number; quantity: number }>;
  /** What those active cost a month, by currency, and how many cost anything in it. */
  readonly monthly: Sums;
  readonly priced: Map<string, number>;
}

export const nothingUnlisted = (): Unlisted => ({
  ...{ active: 0, terminated: 0 },
  ...{ categories: new Map(), monthly: new Map(), priced: new Map() },
});

/** `times`: 1 for one that is listed no more, -1 for one that is listed again. */
export const count = (unlisted: Unlisted, product: ProfileProduct, times: 1 | -1): void => {
  if (product.status !== 'active') {
    unlisted.terminated += times;
    return;
  }
  unlisted.active += times;
  const category = product.category ?? '';
  const known = unlisted.categories.get(category) ?? { products: 0, quantity: 0 };
  const sums = { products: known.products + times, quantity: known.quantity + times * product.quantity };
  if (sums.products === 0) unlisted.categories.delete(category);
  else unlisted.categories.set(category, sums);
  if (product.recurringPrice === null) return;
  const { currency } = product.recurringPrice;
  const priced = (unlisted.priced.get(currency) ?? 0) + times;
  if (priced === 0) {
    unlisted.priced.delete(currency);
    unlisted.monthly.delete(currency);
    return;
  }
  unlisted.priced.set(currency, priced);
  add(unlisted.monthly, { ...product.recurringPrice, times: times * product.quantity });
};

export const copyOf = ({ active, terminated, categories, monthly, priced }: Unlisted): Unlisted => ({
  ...{ active, terminated },
  ...{ categories: new Map(categories), monthly: new Map(monthly), priced: new Map(priced) },
});

export interface UnlistedRecord {
  readonly active: number;
  readonly terminated: number;
  readonly categories: readonly { readonly category: string; readonly products: number; readonly quantity: number }[];
  readonly monthly: SumsRecord;
  readonly priced: readonly (readonly [currency: string, products: number])[];
}

export type SumsRecord = readonly (readonly [currency: string, sum: number | string])[];

export const unlistedRecord = ({ active, terminated, categories, monthly, priced }: Unlisted): UnlistedRecord => ({
  ...{ active, terminated },
  categories: [...categories]
    .map(([category, sums]) => ({ category, ...sums }))
    .sort((a, b) => compare(a.category, b.category)),
  monthly: sumsRecord(monthly),
  priced: [...priced].sort(([a], [b]) => compare(a, b)),
});

export const unlistedOf = ({ active, terminated, categories, monthly, priced }: UnlistedRecord): Unlisted => ({
  ...{ active, terminated },
  categories: new Map(categories.map(({ category, ...sums }) => [category, sums])),
  monthly: sumsOf(monthly),
  priced: new Map(priced),
});

/** Beyond what a number can hold exactly they are texts. */
export const sumsRecord = (sums: Sums): SumsRecord =>
  [...sums]
    .map(([currency, sum]) => [currency, typeof sum === 'bigint' ? String(sum) : sum] as const)
    .sort(([a], [b]) => compare(a, b));

export const sumsOf = (record: SumsRecord): Sums =>
  new Map(record.map(([currency, sum]) => [currency, typeof sum === 'string' ? BigInt(sum) : sum]));
