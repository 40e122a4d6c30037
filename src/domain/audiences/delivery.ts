import type { CustomerProfile } from '../generated/CustomerUpdated.ts';
import { placeOf } from '../place.ts';

/**
 * Whether the latest order that names a delivery address names another than the preferred postal address; null when either
 * is unknown. `delivery`: the place that it names, in its normal form.
 */
export const deliveryDiffersFromBilling = (
  delivery: string | null,
  { contactMediums }: CustomerProfile,
): boolean | null => {
  const preferred = contactMediums.find(({ mediumType, preferred }) => mediumType === 'postalAddress' && preferred);
  const billing = placeOf(preferred?.address);
  return billing === null || delivery === null ? null : delivery !== billing;
};
