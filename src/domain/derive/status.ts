import type { Facts } from '../facts.ts';
import type { CustomerStatus, ProfileProduct } from '../generated/CustomerUpdated.ts';
import type { Unlisted } from '../ledger/unlisted.ts';
import { rulingOn } from '../retention/ruling.ts';

/**
 * Products decide: a signed agreement alone is not held yet. Of a restricted customer nobody needs to know, nor of one who is kept
 * for a court or a statute only.
 */
export const deriveStatus = (facts: Facts, products: readonly ProfileProduct[], unlisted: Unlisted): CustomerStatus => {
  if (facts.privacy.restriction?.value.restricted === true || rulingOn(facts) !== undefined) return 'restricted';
  if (products.length === 0) return 'prospect';
  return unlisted.active > 0 || products.some(({ status }) => status === 'active') ? 'active' : 'inactive';
};
