/** Full events that are right in every field, and how to say something else at one place of them. */

import { createHash } from 'node:crypto';

/** Of what others say. */
export type EventType = 'OrderFinalized' | 'ContractSigned' | 'PrivacyRequested';

/** And of what the system says to itself. */
export type AnyType = EventType | 'ProfileCommand' | 'CustomerLink';

/** An event as plain data; a member may be raw bytes. */
export type Said = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;

/** Every field is set. It occurred a second before `at`, when its record is written. */
export const fullEvent = (type: AnyType, customerId: string, at: number): Said => {
  const hash = createHash('sha1').update(customerId).digest('hex');
  const envelope = {
    eventId: `event-${hash}`,
    occurredAt: at - 1_000,
    sourceSystem: 'garbage-corpus',
    customerId,
    correlationId: 'correlation-1',
  };
  const link = `phone:${hash.slice(0, 22)}`;
  switch (type) {
    case 'OrderFinalized':
      return { ...envelope, ...personFields(at), ...orderFields(at) };
    case 'ContractSigned':
      return { ...envelope, ...personFields(at), ...contractFields(at) };
    case 'PrivacyRequested':
      return { ...envelope, ...privacyFields(at) };
    case 'ProfileCommand':
      return { ...envelope, kind: 'linkCounted', reason: null, parameters: { link, version: '7', customers: '3' } };
    case 'CustomerLink':
      return { ...envelope, link, linked: true, version: 7, partition: 2, told: false };
  }
};

const privacyFields = (at: number): Said => ({
  kind: 'legalHold',
  consents: [
    {
      purpose: 'marketing',
      channel: 'email',
      granted: true,
      decidedAt: at - DAY_MS,
      validTo: at + DAY_MS,
      evidence: 'file 8',
    },
  ],
  reason: 'a court has asked for it',
  caseReference: 'case-1',
  evidence: 'file 7',
});

const personFields = (at: number): Said => ({
  party: {
    partyType: 'individual',
    title: 'Dr',
    givenName: 'Ada',
    middleName: 'B',
    familyName: 'Example',
    birthDate: '1984-02-29',
    organizationName: 'Example Ltd',
    organizationId: 'HRB 1',
  },
  contactMediums: [
    medium({ mediumType: 'email', emailAddress: 'ada@example.org', preferred: true, validation: 'verified' }, at),
    medium({ mediumType: 'phone', phoneNumber: '030 1234567', countryCode: 'DE' }, at),
    medium({ mediumType: 'postalAddress', address: ADDRESS }, at),
  ],
});

const ADDRESS = {
  street1: '1 Example Street',
  street2: 'Flat 2',
  city: 'Exampleton',
  stateOrProvince: 'EX',
  postCode: '10115',
  country: 'DE',
};

const medium = (said: Said, at: number): Said => ({
  emailAddress: null,
  phoneNumber: null,
  countryCode: null,
  address: null,
  preferred: false,
  validation: 'unverified',
  validFrom: at - 9 * DAY_MS,
  validTo: at + 900 * DAY_MS,
  ...said,
});

const item = (number: number, at: number): Said => ({
  itemId: `item-${number}`,
  action: 'add',
  state: 'completed',
  productId: `product-${number}`,
  offeringId: 'mobile-m',
  offeringName: 'Mobile M',
  category: 'mobile',
  quantity: 1,
  startDate: at,
  terminationDate: at + 700 * DAY_MS,
  termMonths: 24,
  recurringPrice: { currency: 'EUR', minorUnits: 1_999 },
  oneOffPrice: { currency: 'EUR', minorUnits: 2_990 },
  characteristics: { colour: 'blue' },
});

const orderFields = (at: number): Said => ({
  orderId: 'order-1',
  orderVersion: 1,
  state: 'completed',
  category: 'acquisition',
  channel: 'web',
  orderDate: at - 2 * DAY_MS,
  completionDate: at - DAY_MS,
  billingAccountId: 'account-1',
  orderTotalPrice: { currency: 'EUR', minorUnits: 4_989 },
  items: [item(1, at), item(2, at)],
  paymentMethod: { methodType: 'directDebit', fingerprint: 'fingerprint-1' },
  deviceFingerprint: 'device-1',
  deliveryAddress: ADDRESS,
});

const contractFields = (at: number): Said => ({
  agreementId: 'agreement-1',
  agreementVersion: 1,
  agreementType: 'subscription',
  name: 'Mobile for two years',
  signedAt: at - 2_000,
  period: { startDateTime: at, endDateTime: at + 700 * DAY_MS },
  autoRenews: true,
  noticeDays: 30,
  items: [
    { offeringId: 'mobile-m', productId: 'product-1' },
    { offeringId: 'mobile-m', productId: 'product-2' },
  ],
  consents: [
    {
      purpose: 'marketing',
      channel: 'email',
      granted: true,
      decidedAt: at - 3_000,
      validTo: at + 300 * DAY_MS,
      evidence: null,
    },
    { purpose: 'analytics', channel: 'any', granted: false, decidedAt: at - 3_000, validTo: null, evidence: 'file 9' },
  ],
  languages: ['de', 'en'],
  billing: { format: 'itemized', cycle: 'monthly', media: 'email' },
  identification: {
    identificationType: 'passport',
    issuingAuthority: 'Exampleton',
    verified: true,
    validTo: at + 900 * DAY_MS,
  },
  creditProfile: { score: 700, riskRating: 'A', checkedAt: at - 4_000, validTo: at + 90 * DAY_MS },
});

/** The event with another value at a path such as `items[1].recurringPrice.currency`. Throws when there is no such place. */
export const withValueAt = (event: Said, path: string, value: unknown): Said => {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return replaced(event, steps, value) as Said;
};

const replaced = (node: unknown, [step, ...rest]: readonly string[], value: unknown): unknown => {
  if (step === undefined) return value;
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) throw new Error(`no place ${step}`);
  const copy: object = Array.isArray(node) ? [...(node as unknown[])] : { ...node };
  return Object.assign(copy, { [step]: replaced((node as Record<string, unknown>)[step], rest, value) });
};
