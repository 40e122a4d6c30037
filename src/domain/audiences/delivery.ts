import type { OrderInEffect } from '../derive/orders.ts';
import type { CustomerProfile } from '../generated/CustomerUpdated.ts';
import { placeOf } from '../place.ts';

/**
 * Whether the latest order that names a delivery address names another than the preferred postal address; null when either
 * is unknown. `placed`: the latest first.
 */
export const deliveryDiffersFromBilling = (
  placed: readonly OrderInEffect[],
  { contactMediums }: CustomerProfile,
): boolean | null => {
  const preferred = contactMediums.find(({ mediumType, preferred }) => mediumType === 'postalAddress' && preferred);
  const billing = placeOf(preferred?.address);
  const delivery = billing === null ? null : deliveryPlace(placed);
  return delivery === null ? null : delivery !== billing;
};

const deliveryPlace = (placed: readonly OrderInEffect[]): string | null => {
  for (const { order } of placed) {
    const place = placeOf(order.deliveryAddress);
    if (place !== null) return place;
  }
  return null;
};
