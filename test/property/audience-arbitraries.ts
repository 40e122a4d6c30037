/** Events of one customer with all that the views of audiences are made of, and values at their limits. */
import fc from 'fast-check';
import type { InputEvent } from '../../src/domain/events.ts';
import type { Consent } from '../../src/domain/generated/ContractSigned.ts';
import { aConsent, aContract, anAddress, anEmail, anItem, anOrder, aPhone, aRequest } from '../helpers/domain.ts';
import { inputEvent } from './arbitraries.ts';

const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
const INT_MAX = 2 ** 31 - 1;
const MOST_MINOR_UNITS = 1e12;

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const time = fc.oneof(fc.constantFrom(EARLIEST, 0, 1000, 1001, LATEST), fc.integer({ min: EARLIEST, max: LATEST }));
const count = fc.constantFrom(0, 1, 2, INT_MAX);
const price = fc.record({
  currency: fc.constantFrom('EUR', 'USD'),
  minorUnits: fc.constantFrom(-MOST_MINOR_UNITS, -1, 0, 1, 2, MOST_MINOR_UNITS),
});
const address = fc.record({
  street1: maybe(fc.constantFrom('1 Main St', '1  MAIN st', '2 Main St', ' ')),
  street2: fc.constant(null),
  city: maybe(fc.constantFrom('Berlin', 'berlin')),
  stateOrProvince: maybe(fc.constant('BE')),
  postCode: maybe(fc.constant('10115')),
  country: fc.constant('DE'),
});
const contacts = fc.subarray([
  anEmail('ada@example.com', { validation: 'verified' }),
  anEmail('bob@example.com', { validation: 'invalid' }),
  aPhone('+49 30 901820'),
  anAddress('1 Main St', 'Berlin'),
]);

export const CHANNELS = ['any', 'email', 'phone', 'sms', 'post', 'push'] as const;

const consent: fc.Arbitrary<Consent> = fc
  .record({
    purpose: fc.constantFrom('marketing', 'marketing', 'marketing', 'profiling', 'unknown'),
    channel: fc.constantFrom(...CHANNELS, 'unknown'),
    granted: fc.boolean(),
    decidedAt: fc.constantFrom(1, 2, 3),
    validTo: maybe(fc.constantFrom(3, 1500)),
  })
  .map(aConsent);

const envelope = {
  eventId: fc.constantFrom('event-1', 'event-2', 'event-3', 'event-4'),
  occurredAt: fc.constantFrom(1, 1000, 2000),
  contactMediums: contacts,
};

const order = fc
  .record({
    ...envelope,
    orderId: fc.constantFrom('order-1', 'order-2', 'order-3', '__proto__'),
    orderVersion: fc.integer({ min: 0, max: 2 }),
    state: fc.constantFrom('unknown', 'completed', 'partial', 'cancelled', 'failed', 'rejected'),
    orderDate: maybe(time),
    orderTotalPrice: maybe(price),
    items: fc.array(
      fc
        .record({
          action: fc.constantFrom('add', 'modify', 'delete'),
          productId: fc.constantFrom('product-1', 'product-2', '__proto__'),
          category: maybe(fc.constantFrom('tv', 'constructor', '__proto__')),
          quantity: count,
          recurringPrice: maybe(price),
        })
        .map(anItem),
      { maxLength: 3 },
    ),
    deviceFingerprint: maybe(fc.constantFrom('device-1', 'device-2', '__proto__')),
    deliveryAddress: maybe(address),
  })
  .map(anOrder);

const contract = fc
  .record({
    ...envelope,
    agreementId: fc.constantFrom('agreement-1', 'agreement-2'),
    signedAt: time,
    period: maybe(fc.record({ startDateTime: maybe(time), endDateTime: maybe(time) })),
    noticeDays: maybe(count),
    consents: fc.array(consent, { maxLength: 4 }),
    billing: maybe(fc.record({ format: fc.constant(null), cycle: fc.constant(null), media: fc.constant('paper') })),
  })
  .map(aContract);

const request = fc
  .record({
    eventId: envelope.eventId,
    occurredAt: envelope.occurredAt,
    kind: fc.constantFrom('consentChanged', 'restrict', 'liftRestriction', 'liftRestriction'),
    consents: fc.array(consent, { maxLength: 2 }),
  })
  .map(aRequest);

export const audienceEvents = fc.array(fc.oneof(order, contract, request, inputEvent), { maxLength: 8 });

/** All of them, and some again, in any order. */
export const delivered = (all: readonly InputEvent[]): fc.Arbitrary<InputEvent[]> =>
  fc
    .subarray([...all])
    .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }));
