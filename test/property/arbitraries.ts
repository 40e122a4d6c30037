/** Events of one customer from small id spaces, so that identifiers, times and versions collide. */
import fc from 'fast-check';
import type { InputEvent } from '../../src/domain/events.ts';
import { NEVER } from '../../src/domain/cuts.ts';
import type { Cut, CutSection } from '../../src/domain/facts.ts';
import type { Consent, ContactMedium, ContractSigned, Party } from '../../src/domain/generated/ContractSigned.ts';
import type { OrderFinalized, OrderItem } from '../../src/domain/generated/OrderFinalized.ts';
import type { PrivacyRequested } from '../../src/domain/generated/PrivacyRequested.ts';
import {
  aConsent,
  aContract,
  anAddress,
  anEmail,
  anItem,
  anOrder,
  aParty,
  aPhone,
  aRequest,
} from '../helpers/domain.ts';

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const id = (kind: string): fc.Arbitrary<string> =>
  fc.constantFrom(`${kind}-1`, `${kind}-2`, '__proto__', 'constructor', 'a.b', '$x', '10', '9');
const time = fc.constantFrom(-1, 0, 1, 1000, 1001);
const version = fc.integer({ min: 0, max: 2 });
const money = fc.record({ currency: fc.constantFrom('EUR', 'USD'), minorUnits: fc.integer({ min: -5, max: 5 }) });
const name = fc.constantFrom('', 'Ada', 'Bob');

const party: fc.Arbitrary<Party> = fc
  .record({
    partyType: fc.constantFrom('unknown', 'individual', 'organization'),
    givenName: maybe(name),
    familyName: maybe(name),
    organizationName: maybe(name),
  })
  .map(aParty);

const medium: fc.Arbitrary<ContactMedium> = fc
  .record({
    contact: fc.constantFrom(
      anEmail('ada@example.com'),
      anEmail(' ADA@example.com'),
      anEmail('ada@example'),
      aPhone('+49 30 901820'),
      aPhone('030 901820', { countryCode: 'DE' }),
      aPhone('- +49 30 901820'),
      aPhone('030 901820'),
      anAddress('1 Main St', 'Berlin'),
      anAddress('1  MAIN st', 'berlin'),
      { ...anEmail('x@example.com'), mediumType: 'unknown' as const },
    ),
    preferred: fc.boolean(),
    validation: fc.constantFrom('unknown', 'unverified', 'verified', 'invalid'),
    validTo: maybe(time),
  })
  .map(({ contact, ...said }) => ({ ...contact, ...said }));

const consent: fc.Arbitrary<Consent> = fc
  .record({
    purpose: fc.constantFrom('unknown', 'marketing', 'profiling', 'archiving'),
    channel: fc.constantFrom('any', 'email'),
    granted: fc.boolean(),
    decidedAt: time,
    validTo: maybe(time),
  })
  .map(aConsent);

const item: fc.Arbitrary<OrderItem> = fc
  .record({
    itemId: id('item'),
    action: fc.constantFrom('unknown', 'add', 'modify', 'delete', 'noChange'),
    state: fc.constantFrom('unknown', 'completed', 'failed'),
    productId: maybe(id('product')),
    offeringId: maybe(id('offering')),
    category: maybe(fc.constantFrom('mobile', 'broadband')),
    quantity: fc.integer({ min: 0, max: 3 }),
    terminationDate: maybe(time),
    recurringPrice: maybe(money),
    oneOffPrice: maybe(money),
    characteristics: fc.dictionary(fc.constantFrom('colour', 'constructor', 'a.b'), name, { maxKeys: 2 }),
  })
  .map(anItem);

const envelope = {
  eventId: id('event'),
  occurredAt: time,
  sourceSystem: fc.constantFrom('a', 'b'),
  party: maybe(party),
  contactMediums: fc.array(medium, { maxLength: 3 }),
};

const order = fc
  .record({
    ...envelope,
    orderId: id('order'),
    orderVersion: version,
    state: fc.constantFrom('unknown', 'completed', 'partial', 'failed'),
    orderDate: maybe(time),
    completionDate: maybe(time),
    orderTotalPrice: maybe(money),
    items: fc.array(item, { maxLength: 3 }),
    paymentMethod: maybe(
      fc.record({ methodType: fc.constantFrom('unknown', 'wallet', 'cash'), fingerprint: maybe(name) }),
    ),
    deviceFingerprint: maybe(name),
  })
  .map((said) => anOrder(said satisfies Partial<OrderFinalized>));

const contract = fc
  .record({
    ...envelope,
    agreementId: id('agreement'),
    agreementVersion: version,
    signedAt: time,
    period: maybe(fc.record({ startDateTime: maybe(time), endDateTime: maybe(time) })),
    items: fc.array(fc.record({ offeringId: id('offering'), productId: maybe(id('product')) }), { maxLength: 2 }),
    consents: fc.array(consent, { maxLength: 3 }),
    languages: fc.array(fc.constantFrom('de', 'en'), { maxLength: 2 }),
    billing: maybe(
      fc.record({ format: maybe(name), cycle: maybe(name), media: maybe(fc.constantFrom('', 'email', 'paper')) }),
    ),
    identification: maybe(
      fc.record({
        identificationType: name,
        issuingAuthority: maybe(name),
        verified: fc.boolean(),
        validTo: maybe(time),
      }),
    ),
    creditProfile: maybe(
      fc.record({ score: maybe(version), riskRating: maybe(name), checkedAt: maybe(time), validTo: maybe(time) }),
    ),
  })
  .map((said) => aContract(said satisfies Partial<ContractSigned>));

const request = fc
  .record({
    eventId: envelope.eventId,
    occurredAt: envelope.occurredAt,
    sourceSystem: envelope.sourceSystem,
    kind: fc.constantFrom('consentChanged', 'restrict', 'liftRestriction', 'erase', 'legalHold', 'releaseHold'),
    consents: fc.array(consent, { maxLength: 2 }),
    reason: maybe(name),
    caseReference: id('case'),
    evidence: maybe(name),
  })
  .map((said) => aRequest(said satisfies Partial<PrivacyRequested>));

/** A part that is forgotten up to a time, but for some entries. */
export interface CutOff {
  readonly section: CutSection;
  readonly said: Cut;
}

const exception = fc.tuple(fc.oneof(id('order'), id('agreement')), fc.constantFrom(NEVER, -1, 0, 1000));

export const cutOff: fc.Arbitrary<CutOff> = fc.record({
  section: fc.constantFrom('person', 'orders', 'agreements'),
  said: fc.record({
    at: fc.constantFrom(-1, 0, 1, 999, 1000, 1001),
    policy: fc.constantFrom('retention:a', 'retention:b'),
    except: fc.uniqueArray(exception, { maxLength: 3, selector: ([name]) => name }),
  }),
});

export const inputEvent: fc.Arbitrary<InputEvent> = fc.oneof(order, contract, request);

export const inputEvents = fc.array(inputEvent, { maxLength: 8 });
