import type { CustomerStatus, ProfileProduct } from '../generated/CustomerUpdated.ts';

/** Products decide: a signed agreement alone is not held yet. */
export const deriveStatus = (products: readonly ProfileProduct[]): CustomerStatus => {
  if (products.length === 0) return 'prospect';
  return products.some(({ status }) => status === 'active') ? 'active' : 'inactive';
};
