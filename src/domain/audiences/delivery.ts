import { normaliseContact } from '../contact-normal-form.ts';
import type { OrderInEffect } from '../derive/orders.ts';
import type { Address, CustomerProfile } from '../generated/CustomerUpdated.ts';

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

const keyOf = (address: Partial<Address>): string | null => {
  const medium = {
    mediumType: 'postalAddress',
    emailAddress: null,
    phoneNumber: null,
    countryCode: null,
    address: { ...BLANK, ...address },
    preferred: false,
    validation: 'unknown',
    validFrom: null,
    validTo: null,
  } as const;
  return normaliseContact(medium, {})?.key ?? null;
};

const BLANK: Address = {
  street1: null,
  street2: null,
  city: null,
  stateOrProvince: null,
  postCode: null,
  country: null,
};

const NOWHERE = keyOf({});

/** The normal form of an address; null when there is none, or nothing in it that tells a place. */
const placeOf = (address: Partial<Address> | null | undefined): string | null => {
  const key = address ? keyOf(address) : NOWHERE;
  return key === NOWHERE ? null : key;
};
