/** Addresses that are written differently and mean one place. */
import { addressKey } from './contact-normal-form.ts';
import type { Address } from './generated/CustomerUpdated.ts';

/** The normal form of an address in which nothing tells a place. */
export const NOWHERE = addressKey({});

/** The normal form of an address; null when there is none, or nothing in it that tells a place. */
export const placeOf = (address: Partial<Address> | null | undefined): string | null => {
  const key = addressKey(address ?? {});
  return key === NOWHERE ? null : key;
};
