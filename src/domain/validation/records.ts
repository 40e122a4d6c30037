/** Records that several input events share. */
import type { Envelope } from '../facts.ts';
import type {
  Address,
  BillingPreference,
  Consent,
  ContactMedium,
  Party,
  TimePeriod,
} from '../generated/ContractSigned.ts';
import type { Money } from '../generated/OrderFinalized.ts';
import { type Check, fault, nullable, record } from './check.ts';
import { birthDate, contactText, currency, flag, id, instant, minorUnits, statedAt, symbol, text } from './values.ts';

/** The fields of the envelope, to be spread among those of an event. */
export const envelope: { readonly [K in keyof Envelope]: Check<Envelope[K]> } = {
  eventId: id,
  occurredAt: statedAt,
  sourceSystem: id,
  customerId: id,
  correlationId: nullable(text),
};

export const money = record<Money>({ currency, minorUnits });

export const period = record<TimePeriod>({ startDateTime: nullable(instant), endDateTime: nullable(instant) });

export const party = record<Party>({
  partyType: symbol,
  title: nullable(text),
  givenName: nullable(text),
  middleName: nullable(text),
  familyName: nullable(text),
  birthDate: nullable(birthDate),
  organizationName: nullable(text),
  organizationId: nullable(text),
});

export const address = record<Address>({
  street1: nullable(contactText),
  street2: nullable(contactText),
  city: nullable(contactText),
  stateOrProvince: nullable(contactText),
  postCode: nullable(contactText),
  country: nullable(contactText),
});

const mediumFields = record<ContactMedium>({
  mediumType: symbol,
  emailAddress: nullable(contactText),
  phoneNumber: nullable(contactText),
  countryCode: nullable(text),
  address: nullable(address),
  preferred: flag,
  validation: symbol,
  validFrom: nullable(instant),
  validTo: nullable(instant),
});

const isBlank = (value: string | null | undefined): boolean => value == null || value.trim() === '';

/** Which field a type of contact medium is read from, and whether it says nothing. */
const CONTACT_FIELDS: Readonly<Record<string, [field: string, isMissing: (medium: ContactMedium) => boolean]>> = {
  email: ['emailAddress', ({ emailAddress }) => isBlank(emailAddress)],
  phone: ['phoneNumber', ({ phoneNumber }) => isBlank(phoneNumber)],
  postalAddress: ['address', ({ address }) => address == null || Object.values(address).every(isBlank)],
};

export const contactMedium: Check<ContactMedium> = (medium, latest) => {
  const found = mediumFields(medium, latest);
  if (found !== null) return found;
  const [field, isMissing] = CONTACT_FIELDS[medium.mediumType] ?? [];
  return field !== undefined && isMissing?.(medium) ? fault('must be present for its mediumType', field) : null;
};

export const consent = record<Consent>({
  purpose: symbol,
  channel: symbol,
  granted: flag,
  decidedAt: statedAt,
  validTo: nullable(instant),
  evidence: nullable(text),
});

export const billing = record<BillingPreference>({
  format: nullable(text),
  cycle: nullable(text),
  media: nullable(text),
});
