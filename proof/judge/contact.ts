/** The normal form of a contact, by which later events match it. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import validator from 'validator';
import { textOf, treeOf, type Tree } from './read.ts';

export interface Contact {
  /** `<type>:<normal form>`. */
  readonly key: string;
  /** What facts hold of it, validity aside. */
  readonly fact: Tree;
}

/** Full-width letters, runs of spaces: different keys were pressed for the same thing. */
const plain = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/g, ' ');

/** Null for a type of medium that is not known. */
export const contactOf = (medium: Tree): Contact | null => {
  const mediumType = textOf(medium, 'mediumType');
  switch (mediumType) {
    case 'email': {
      const emailAddress = plain(textOf(medium, 'emailAddress') ?? '').toLowerCase();
      const fact = { mediumType, emailAddress, wellFormed: validator.isEmail(emailAddress) };
      return { key: `email:${emailAddress}`, fact };
    }
    case 'phone': {
      const written = plain(textOf(medium, 'phoneNumber') ?? '');
      const international = e164(written, textOf(medium, 'countryCode') ?? '');
      const phoneNumber = international ?? written;
      return { key: `phone:${phoneNumber}`, fact: { mediumType, phoneNumber, wellFormed: international !== null } };
    }
    case 'postalAddress': {
      const address = treeOf(medium, 'address');
      const lines = ['country', 'postCode', 'street1', 'street2', 'city'].map((line) =>
        plain(textOf(address, line) ?? '').toLowerCase(),
      );
      return { key: `postalAddress:${lines.join('|')}`, fact: { mediumType, address, wellFormed: true } };
    }
    case null:
    default:
      return null;
  }
};

/** Null when there can be no such number. */
const e164 = (written: string, countryCode: string): string | null => {
  const country = countryCode.trim().toUpperCase();
  const number = parsePhoneNumberFromString(written.replace(/[ -]/g, ''), {
    extract: false,
    ...(isSupportedCountry(country) && { defaultCountry: country }),
  });
  return number?.isValid() ? number.number : null;
};
