import { compare } from '../canonical.ts';
import type { ProfileAgreement, ProfileProduct } from '../generated/CustomerUpdated.ts';

/**
 * Finds the agreement that covers a product: the latest signed that names it, else the latest that names its offering and,
 * being signed before the product existed, no product.
 */
export const agreementCovering = (
  agreements: readonly ProfileAgreement[],
): ((product: ProfileProduct) => string | null) => {
  const byProduct = new Map<string, string>();
  const byOffering = new Map<string, string>();
  const bySignature = agreements.toSorted((a, b) => a.signedAt - b.signedAt || compare(a.agreementId, b.agreementId));
  for (const { agreementId, items } of bySignature) {
    for (const { offeringId, productId } of items) {
      if (productId === null) byOffering.set(offeringId, agreementId);
      else byProduct.set(productId, agreementId);
    }
  }
  return ({ productId, offeringId }) => byProduct.get(productId) ?? byOffering.get(offeringId ?? '') ?? null;
};
