/** Input events with nothing in them, unless said otherwise. */
import { derive } from '../../src/domain/derive.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import type { Consent, ContactMedium, ContractSigned, Party } from '../../src/domain/generated/ContractSigned.ts';
import type { CustomerProfile } from '../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileCommand } from '../../src/domain/generated/ProfileCommand.ts';
import type { OrderFinalized, OrderItem } from '../../src/domain/generated/OrderFinalized.ts';
import type { PrivacyRequested } from '../../src/domain/generated/PrivacyRequested.ts';
import { parametersOf, type Terms } from '../../src/domain/retention/terms.ts';
import { merge } from '../../src/domain/merge.ts';
import { RULES } from './rules.ts';

type Input<Type> = Extract<InputEvent, { type: Type }>;

export const anOrder = (said: Partial<OrderFinalized> = {}): Input<'OrderFinalized'> => ({
  type: 'OrderFinalized',
  event: {
    eventId: 'event-1',
    occurredAt: 1000,
    sourceSystem: 'orders',
    customerId: 'customer-1',
    correlationId: null,
    orderId: 'order-1',
    orderVersion: 1,
    state: 'completed',
    category: null,
    channel: null,
    orderDate: null,
    completionDate: null,
    billingAccountId: null,
    orderTotalPrice: null,
    items: [],
    party: null,
    contactMediums: [],
    paymentMethod: null,
    deviceFingerprint: null,
    deliveryAddress: null,
    ...said,
  },
});

export const aRequest = (said: Partial<PrivacyRequested> = {}): Input<'PrivacyRequested'> => ({
  type: 'PrivacyRequested',
  event: {
    eventId: 'event-3',
    occurredAt: 1000,
    sourceSystem: 'privacy-desk',
    customerId: 'customer-1',
    correlationId: null,
    kind: 'restrict',
    consents: [],
    reason: null,
    caseReference: null,
    evidence: null,
    ...said,
  },
});

export const aContract = (said: Partial<ContractSigned> = {}): Input<'ContractSigned'> => ({
  type: 'ContractSigned',
  event: {
    eventId: 'event-2',
    occurredAt: 1000,
    sourceSystem: 'contracts',
    customerId: 'customer-1',
    correlationId: null,
    agreementId: 'agreement-1',
    agreementVersion: 1,
    agreementType: 'subscription',
    name: null,
    signedAt: 1000,
    period: null,
    autoRenews: false,
    noticeDays: null,
    items: [],
    party: null,
    contactMediums: [],
    consents: [],
    languages: [],
    billing: null,
    identification: null,
    creditProfile: null,
    ...said,
  },
});

export const aRefresh = (said: Partial<ProfileCommand> = {}): Input<'ProfileCommand'> => ({
  type: 'ProfileCommand',
  event: {
    eventId: 'event-3',
    occurredAt: 1000,
    sourceSystem: 'somebody',
    customerId: 'customer-1',
    correlationId: null,
    kind: 'refresh',
    reason: null,
    parameters: {},
    ...said,
  },
});

/** Asks for a decision by these terms. */
export const aRetention = (terms: Terms, said: Partial<ProfileCommand> = {}): Input<'ProfileCommand'> =>
  aRefresh({ kind: 'retention', eventId: 'retention-1', parameters: parametersOf(terms), ...said });

export const anItem = (said: Partial<OrderItem> = {}): OrderItem => ({
  itemId: 'item-1',
  action: 'add',
  state: 'completed',
  productId: 'product-1',
  offeringId: null,
  offeringName: null,
  category: null,
  quantity: 1,
  startDate: null,
  terminationDate: null,
  termMonths: null,
  recurringPrice: null,
  oneOffPrice: null,
  characteristics: {},
  ...said,
});

export const aParty = (said: Partial<Party> = {}): Party => ({
  partyType: 'individual',
  title: null,
  givenName: null,
  middleName: null,
  familyName: null,
  birthDate: null,
  organizationName: null,
  organizationId: null,
  ...said,
});

const aMedium = (said: Partial<ContactMedium>): ContactMedium => ({
  mediumType: 'unknown',
  emailAddress: null,
  phoneNumber: null,
  countryCode: null,
  address: null,
  preferred: false,
  validation: 'unverified',
  validFrom: null,
  validTo: null,
  ...said,
});

export const anEmail = (emailAddress: string, said: Partial<ContactMedium> = {}): ContactMedium =>
  aMedium({ mediumType: 'email', emailAddress, ...said });

export const aPhone = (phoneNumber: string, said: Partial<ContactMedium> = {}): ContactMedium =>
  aMedium({ mediumType: 'phone', phoneNumber, ...said });

export const anAddress = (street1: string, city: string, said: Partial<ContactMedium> = {}): ContactMedium =>
  aMedium({
    mediumType: 'postalAddress',
    address: { street1, street2: null, city, stateOrProvince: null, postCode: '10115', country: 'DE' },
    ...said,
  });

export const aConsent = (said: Partial<Consent> = {}): Consent => ({
  purpose: 'marketing',
  channel: 'any',
  granted: true,
  decidedAt: 1000,
  validTo: null,
  evidence: null,
  ...said,
});

export const factsOf = (inputs: readonly InputEvent[], from: Facts = emptyFacts): Facts => inputs.reduce(merge, from);

export const profileOf = (...inputs: InputEvent[]): CustomerProfile => derive(factsOf(inputs), RULES);
