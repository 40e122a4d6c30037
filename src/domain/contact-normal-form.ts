/** One form and one key for every way to write the same contact. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import validator from 'validator';
import { compact } from './compact.ts';
import type { MediumFact } from './facts.ts';
import type { Address, ContactMedium } from './generated/ContractSigned.ts';

export interface NormalContact {
  /** `<type>:<normal form>`, unique within a customer. */
  readonly key: string;
  readonly fact: MediumFact;
}

/** Null when the medium is of a type that this version does not know, or its field is missing. */
export const normaliseContact = (medium: ContactMedium): NormalContact | null => {
  const contact = contactOf(medium);
  if (contact === null) return null;
  const { validFrom, validTo } = medium;
  return { key: contact.key, fact: { ...contact.fact, ...compact({ validFrom, validTo }) } };
};

const contactOf = ({
  mediumType,
  emailAddress,
  phoneNumber,
  countryCode,
  address,
}: ContactMedium): NormalContact | null => {
  switch (mediumType) {
    case 'email':
      return emailAddress === null ? null : email(emailAddress);
    case 'phone':
      return phoneNumber === null ? null : phone(phoneNumber, countryCode);
    case 'postalAddress':
      return address === null ? null : postalAddress(address);
    case 'unknown':
      return null;
  }
};

const fold = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/g, ' ');

const email = (received: string): NormalContact => {
  const emailAddress = fold(received).toLowerCase();
  return {
    key: `email:${emailAddress}`,
    fact: { mediumType: 'email', emailAddress, wellFormed: validator.isEmail(emailAddress) },
  };
};

const phone = (received: string, countryCode: string | null): NormalContact => {
  const written = fold(received);
  const country = countryCode?.trim().toUpperCase() ?? '';
  const options = isSupportedCountry(country) ? { extract: false, defaultCountry: country } : { extract: false };
  const parsed = parsePhoneNumberFromString(written, options);
  const wellFormed = parsed?.isValid() ?? false;
  const phoneNumber = parsed !== undefined && wellFormed ? parsed.number : written;
  return { key: `phone:${phoneNumber}`, fact: { mediumType: 'phone', phoneNumber, wellFormed } };
};

/** The lines that tell two addresses apart; the rest is taken as last received. */
const postalAddress = (received: Address): NormalContact => {
  const { country, postCode, street1, street2, city } = received;
  const lines = [country, postCode, street1, street2, city].map((line) => fold(line ?? '').toLowerCase());
  return {
    key: `postalAddress:${lines.join('|')}`,
    fact: { mediumType: 'postalAddress', address: compact(received), wellFormed: true },
  };
};
