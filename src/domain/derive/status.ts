import type { Facts } from '../facts.ts';
import type { CustomerStatus, ProfileProduct } from '../generated/CustomerUpdated.ts';

/** Products decide: a signed agreement alone is not held yet. Of a restricted customer nobody needs to know. */
export const deriveStatus = ({ privacy }: Facts, products: readonly ProfileProduct[]): CustomerStatus => {
  if (privacy.restriction?.value.restricted === true) return 'restricted';
  if (products.length === 0) return 'prospect';
  return products.some(({ status }) => status === 'active') ? 'active' : 'inactive';
};
