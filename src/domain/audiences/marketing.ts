import { compare } from '../canonical.ts';
import type { CustomerProfile, ProfileAgreement, ProfileProduct } from '../generated/CustomerUpdated.ts';
import type {
  ConsentChannel,
  ContactMediumType,
  Holding,
  MarketingAgreement,
  MarketingContact,
  MarketingParty,
  MarketingProfileUpdated,
  PermittedChannel,
} from '../generated/MarketingProfileUpdated.ts';
import type { Customer } from '../derive.ts';
import { type Envelope, permitted } from './audience.ts';
import { noticeDateOf } from './notice-date.ts';
import { permittedChannels } from './permitted-channels.ts';

type View = Omit<MarketingProfileUpdated, Envelope>;

/** Null while no consent is in force. */
const view = ({ facts, profile }: Customer): View | null => {
  const channels = permittedChannels(facts);
  if (channels.length === 0) return null;
  return {
    party: partyOf(profile),
    languages: profile.preferences.languages,
    channels,
    contactMediums: reachableContacts(profile, channels),
    segments: profile.segments.toSorted(compare),
    holdings: profile.products.filter(({ status }) => status === 'active').map(holding),
    agreements: profile.agreements.map(agreement),
  };
};

export const marketing = permitted<MarketingProfileUpdated, 'marketing'>({
  name: 'marketing',
  record: 'MarketingProfileUpdated',
  seesRestricted: false,
  view,
});

/** Null also when only what campaigns may not know is known, such as a birth date. */
const partyOf = ({ party }: CustomerProfile): MarketingParty | null => {
  if (party === null) return null;
  const { partyType, title, givenName, familyName, organizationName } = party;
  const names = [title, givenName, familyName, organizationName];
  if (partyType === 'unknown' && names.every((name) => name === null)) return null;
  return { partyType, title, givenName, familyName, organizationName };
};

const REACHED_BY: Readonly<Record<ContactMediumType, readonly ConsentChannel[]>> = {
  unknown: [],
  email: ['any', 'email'],
  phone: ['any', 'phone', 'sms'],
  postalAddress: ['any', 'post'],
};

const reachableContacts = (
  { contactMediums }: CustomerProfile,
  channels: readonly PermittedChannel[],
): MarketingContact[] =>
  contactMediums
    .filter(({ mediumType, validation }) => {
      const reachable = channels.some(({ channel }) => REACHED_BY[mediumType].includes(channel));
      return reachable && validation !== 'invalid';
    })
    .map(({ mediumType, emailAddress, phoneNumber, address, preferred, validation }) => ({
      mediumType,
      emailAddress,
      phoneNumber,
      address,
      preferred,
      validation,
    }));

const holding = (product: ProfileProduct): Holding => {
  const { productId, offeringId, offeringName, category, quantity, startDate } = product;
  return { productId, offeringId, offeringName, category, quantity, startDate };
};

const agreement = (signed: ProfileAgreement): MarketingAgreement => ({
  agreementId: signed.agreementId,
  agreementType: signed.agreementType,
  endDate: signed.period?.endDateTime ?? null,
  noticeDate: noticeDateOf(signed),
  autoRenews: signed.autoRenews,
});
