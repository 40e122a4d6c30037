/** One form and one key for every way to write the same contact. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import validator from 'validator';
import { compact } from './compact.ts';
import type { ContactMediumFacts, MediumFact } from './facts.ts';
import type { Address, ContactMedium } from './generated/ContractSigned.ts';
import { type Keyed, lookup } from './keyed.ts';

export interface NormalContact {
  /** `<type>:<normal form>`, unique within a customer. */
  readonly key: string;
  readonly fact: MediumFact;
}

type Known = Keyed<ContactMediumFacts>;

/**
 * Null when the medium is of a type that this version does not know, or its field is missing. What is `known` of the
 * customer never changes the answer: it only spares judging the form of the same contact again.
 */
export const normaliseContact = (medium: ContactMedium, known: Known): NormalContact | null => {
  const contact = contactOf(medium, known);
  if (contact === null) return null;
  const { validFrom, validTo } = medium;
  return { key: contact.key, fact: { ...contact.fact, ...compact({ validFrom, validTo }) } };
};

const contactOf = (medium: ContactMedium, known: Known): NormalContact | null => {
  const { mediumType, emailAddress, phoneNumber, countryCode, address } = medium;
  switch (mediumType) {
    case 'email':
      return emailAddress === null ? null : email(emailAddress, known);
    case 'phone':
      return phoneNumber === null ? null : phone(phoneNumber, countryCode, known);
    case 'postalAddress':
      return address === null ? null : postalAddress(address);
    case 'unknown':
      return null;
  }
};

const fold = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/g, ' ');

const isKnownWellFormed = (known: Known, key: string): boolean => lookup(known, key)?.medium.value.wellFormed ?? false;

const email = (received: string, known: Known): NormalContact => {
  const emailAddress = fold(received).toLowerCase();
  const key = `email:${emailAddress}`;
  const wellFormed = isKnownWellFormed(known, key) || validator.isEmail(emailAddress);
  return { key, fact: { mediumType: 'email', emailAddress, wellFormed } };
};

const phone = (received: string, countryCode: string | null, known: Known): NormalContact => {
  const written = fold(received);
  const dialled = written.replace(/[ -]/g, '');
  const number = isKnownWellFormed(known, `phone:${dialled}`) ? dialled : e164(dialled, countryCode);
  const phoneNumber = number ?? written;
  return { key: `phone:${phoneNumber}`, fact: { mediumType: 'phone', phoneNumber, wellFormed: number !== null } };
};

/** Null when there can be no such number. */
const e164 = (dialled: string, countryCode: string | null): string | null => {
  const country = countryCode?.trim().toUpperCase() ?? '';
  const options = isSupportedCountry(country) ? { extract: false, defaultCountry: country } : { extract: false };
  const parsed = parsePhoneNumberFromString(dialled, options);
  return parsed?.isValid() ? parsed.number : null;
};

const postalAddress = (received: Address): NormalContact => ({
  key: addressKey(received),
  fact: { mediumType: 'postalAddress', address: compact(received), wellFormed: true },
});

/** By the lines that tell two addresses apart; the rest is taken as last received. */
export const addressKey = ({ country, postCode, street1, street2, city }: Partial<Address>): string => {
  const lines = [country, postCode, street1, street2, city].map((line) => fold(line ?? '').toLowerCase());
  return `postalAddress:${lines.join('|')}`;
};
