/** Events of one customer that all pass validation, from spaces so small that times, channels and addresses collide. */
import fc from 'fast-check';
import type { InputEvent } from '../../src/domain/events.ts';
import type { Consent } from '../../src/domain/generated/ContractSigned.ts';
import type { OrderItem } from '../../src/domain/generated/OrderFinalized.ts';
import { aConsent, aContract, anAddress, anEmail, anItem, anOrder, aParty, aPhone } from '../helpers/domain.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

/** Of the windows both ends and what is just beyond, of months the last moment and the first. */
const START = Date.UTC(2024, 2, 1);
const steps = [0, 1, HOUR, HOUR + 1, DAY, DAY + 1, 7 * DAY, 7 * DAY + 1, 30 * DAY, 30 * DAY + 1, -1, -400 * DAY];
const time = fc.constantFrom(...steps.map((step) => START + step));
const soon = fc.integer({ min: 1, max: 8 }).map((step) => START + step);

const consent: fc.Arbitrary<Consent> = fc
  .record({
    purpose: fc.constantFrom('marketing', 'marketing', 'marketing', 'profiling'),
    channel: fc.constantFrom('any', 'any', 'email', 'phone', 'sms', 'post', 'push', 'unknown'),
    granted: fc.constantFrom(true, true, false),
    decidedAt: soon,
    validTo: fc.constantFrom(null, null, ...[7, 8, 9, 40 * DAY].map((step) => START + step)),
  })
  .map(aConsent);

const NOWHERE = { street1: null, street2: null, city: null, stateOrProvince: null, postCode: null, country: null };

const addresses = fc.constantFrom(
  ...[anAddress('1 Main St', 'Berlin'), anAddress('1  MAIN st', 'berlin'), anAddress('2 Main St', 'Berlin')],
  { ...anAddress('', ''), address: { ...NOWHERE, street1: ' x ' } },
  { ...anAddress('', ''), address: { ...NOWHERE, stateOrProvince: 'BE' } },
);

const medium = fc
  .tuple(
    fc.oneof(addresses, fc.constantFrom(anEmail('a@example.com'), anEmail('b@example'), aPhone('+49 30 901820'))),
    fc.record({ preferred: fc.boolean(), validation: fc.constantFrom('unknown', 'unverified', 'verified', 'invalid') }),
  )
  .map(([contact, said]) => ({ ...contact, ...said }));

/** Also absurd ones, of either sign, whose sum ends near nothing. */
const price = fc.oneof(
  fc.record({ currency: fc.constantFrom('EUR', 'EUR', 'USD'), minorUnits: fc.integer({ min: -2, max: 3 }) }),
  fc.record({ currency: fc.constantFrom('EUR', 'EUR', 'USD'), minorUnits: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ currency: fc.constantFrom('EUR', 'USD'), minorUnits: fc.constantFrom(-1e12, 1e12) }),
);

const item: fc.Arbitrary<OrderItem> = fc
  .record({
    itemId: fc.constantFrom('1', '2'),
    action: fc.constantFrom('add', 'add', 'modify', 'modify', 'modify', 'delete', 'noChange'),
    state: fc.constantFrom('completed', 'completed', 'completed', 'unknown', 'failed'),
    productId: maybe(fc.constantFrom('p-1', 'p-1', 'p-2')),
    offeringName: maybe(fc.constantFrom('', 'Fast')),
    category: maybe(fc.constantFrom('', 'mobile', 'TV')),
    quantity: fc.constantFrom(0, 1, 2, 2 ** 31 - 1),
    startDate: maybe(time),
    recurringPrice: maybe(price),
    oneOffPrice: maybe(price),
  })
  .map(anItem);

const envelope = {
  occurredAt: soon,
  party: maybe(
    fc
      .record({
        partyType: fc.constantFrom('unknown', 'individual'),
        title: maybe(fc.constantFrom('', 'Dr')),
        givenName: maybe(fc.constantFrom('', 'Ada')),
        birthDate: maybe(fc.constant('1970-01-01')),
      })
      .map(aParty),
  ),
  contactMediums: fc.array(medium, { maxLength: 3 }),
};

const OFTEN = ['completed', 'completed', 'completed'] as const;

const order = fc
  .record({
    ...envelope,
    orderId: fc.constantFrom('o-1', 'o-2', 'o-3', 'o-4', 'o-5'),
    orderVersion: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom(...OFTEN, ...OFTEN, 'partial', 'failed', 'cancelled', 'rejected', 'unknown'),
    orderDate: maybe(time),
    completionDate: maybe(time),
    orderTotalPrice: maybe(price),
    items: fc.array(item, { maxLength: 3, size: 'max' }),
    paymentMethod: maybe(
      fc.record({
        methodType: fc.constantFrom('unknown', 'wallet', 'cash'),
        fingerprint: maybe(fc.constantFrom('pay-1', 'pay-2')),
      }),
    ),
    deviceFingerprint: maybe(fc.oneof(fc.constantFrom('d-1', 'd-2'), fc.integer({ min: 3, max: 40 }).map(String))),
    deliveryAddress: maybe(
      fc.oneof(
        addresses.map(({ address }) => address),
        fc.constantFrom(NOWHERE, { ...NOWHERE, city: ' ' }),
      ),
    ),
  })
  .map(anOrder);

const contract = fc
  .record({
    ...envelope,
    agreementId: fc.constantFrom('a-1', 'a-2', 'a-3'),
    agreementVersion: fc.integer({ min: 1, max: 2 }),
    agreementType: fc.constantFrom('', 'subscription'),
    signedAt: time,
    period: maybe(
      fc.record({ startDateTime: maybe(time), endDateTime: maybe(fc.oneof(time, fc.constant(Date.UTC(1900, 0, 2)))) }),
    ),
    autoRenews: fc.boolean(),
    noticeDays: maybe(fc.constantFrom(0, 1, 30, 2 ** 31 - 1)),
    items: fc.array(fc.record({ offeringId: fc.constant('x'), productId: maybe(fc.constant('p-1')) }), {
      maxLength: 1,
    }),
    consents: fc.array(consent, { maxLength: 4, size: 'max' }),
    languages: fc.array(fc.constantFrom('de', 'en'), { maxLength: 2 }),
    billing: maybe(
      fc.record({
        format: fc.constant(null),
        cycle: fc.constant(null),
        media: maybe(fc.constantFrom('', 'Paper', 'POST', 'mail', 'letter', 'email', ' paper', '  ', 'e-mail')),
      }),
    ),
    identification: maybe(
      fc.record({
        identificationType: fc.constant('passport'),
        issuingAuthority: fc.constant(null),
        verified: fc.boolean(),
        validTo: maybe(time),
      }),
    ),
    creditProfile: maybe(
      fc.record({
        score: maybe(fc.nat(3)),
        riskRating: fc.constant(null),
        checkedAt: maybe(soon),
        validTo: fc.constant(null),
      }),
    ),
  })
  .map(aContract);

const places = fc.array(fc.tuple(fc.oneof(order, contract), time), { minLength: 1, maxLength: 14, size: 'max' });

/**
 * Each event with an id of its own. In some histories all happens while consents hold, in some there are long times between;
 * in some each decision is later than those before.
 */
export const audienceHistories = fc.tuple(places, fc.boolean(), fc.boolean()).map(([events, isLong, isInOrder]) =>
  events.map(([input, late], i): InputEvent => {
    const said = { eventId: `event-${i}`, occurredAt: isLong ? late : input.event.occurredAt };
    if (input.type === 'OrderFinalized') return { ...input, event: { ...input.event, ...said } };
    const consents = input.event.consents.map((decision) =>
      isInOrder ? { ...decision, decidedAt: START + i } : decision,
    );
    return { ...input, event: { ...input.event, ...said, consents } };
  }),
);
