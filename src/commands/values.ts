/** What values of profiles and facts mean to people. */
import type { Money } from '../domain/generated/CustomerUpdated.ts';

/** By the name of its field, a number of ms is a point in time. */
export const isInstantName = (name: string): boolean => /(At|Date|DateTime|validFrom|validTo)$/.test(name);

/** `members`: sorted, separated by commas. */
export const hasOnly = (value: object, members: string): boolean => Object.keys(value).sort().join() === members;

export const isMoney = (value: object): value is Money => hasOnly(value, 'currency,minorUnits');

/** The amount in the currency's own units: `12.30`. */
export const decimal = ({ currency, minorUnits }: Money): string => {
  const digits = digitsOf(currency);
  return (minorUnits / 10 ** digits).toFixed(digits);
};

const digitsOf = (currency: string): number => {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
};
