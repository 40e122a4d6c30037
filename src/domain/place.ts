/** Addresses that are written differently and mean one place. */
import { normaliseContact } from './contact-normal-form.ts';
import type { Address } from './generated/CustomerUpdated.ts';

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

/** The normal form of an address in which nothing tells a place. */
export const NOWHERE = keyOf({});

/** The normal form of an address; null when there is none, or nothing in it that tells a place. */
export const placeOf = (address: Partial<Address> | null | undefined): string | null => {
  const key = address ? keyOf(address) : NOWHERE;
  return key === NOWHERE ? null : key;
};
