import { canonicalJson } from '../../src/domain/canonical.ts';
import { derive } from '../../src/domain/derive.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import { merge } from '../../src/domain/merge.ts';
import { aConsent, aContract, anEmail, anItem, anOrder, aParty, aPhone } from '../helpers/domain.ts';
import { RULES } from '../helpers/rules.ts';

/** Sets of seven events, each about one thing that arrival order could spoil. */
const SETS: Record<string, InputEvent[]> = {
  'corrections of orders': [
    anOrder({ eventId: 'a', orderVersion: 1, items: [anItem()] }),
    anOrder({ eventId: 'b', orderVersion: 2, state: 'cancelled', items: [anItem({ state: 'cancelled' })] }),
    anOrder({ eventId: 'c', orderVersion: 2, occurredAt: 999, items: [anItem({ quantity: 2 })] }),
    anOrder({ eventId: 'd', orderId: 'order-2', items: [anItem({ action: 'modify', quantity: 3 })] }),
    anOrder({ eventId: 'e', orderId: 'order-2', orderVersion: 3, occurredAt: 1, items: [anItem({ itemId: 'x' })] }),
    anOrder({ eventId: 'f', orderId: 'order-3', items: [anItem({ productId: null })] }),
    anOrder({ eventId: 'g', orderId: 'order-3', occurredAt: 2000, items: [] }),
  ],
  'partial orders': [
    anOrder({ eventId: 'a', state: 'partial', items: [anItem(), anItem({ productId: 'p2', state: 'failed' })] }),
    anOrder({ eventId: 'b', orderVersion: 2, items: [anItem(), anItem({ productId: 'p2' })] }),
    anOrder({ eventId: 'c', orderId: 'o2', state: 'partial', items: [anItem({ action: 'modify', quantity: 9 })] }),
    anOrder({ eventId: 'd', orderId: 'o3', state: 'failed', items: [anItem({ productId: 'p3' })] }),
    anOrder({ eventId: 'e', orderId: 'o3', orderVersion: 2, state: 'partial', items: [anItem({ productId: 'p3' })] }),
    anOrder({ eventId: 'f', orderId: 'o4', state: 'rejected', orderTotalPrice: { currency: 'EUR', minorUnits: 5 } }),
    anOrder({ eventId: 'g', orderId: 'o4', orderTotalPrice: { currency: 'EUR', minorUnits: 7 } }),
  ],
  'deletes before adds': [
    anOrder({ eventId: 'a', orderId: 'o1', occurredAt: 3, items: [anItem({ action: 'delete' })] }),
    anOrder({ eventId: 'b', orderId: 'o2', occurredAt: 1, items: [anItem({ offeringId: 'gold', quantity: 4 })] }),
    anOrder({ eventId: 'c', orderId: 'o3', occurredAt: 2, items: [anItem({ action: 'modify', category: 'tv' })] }),
    anOrder({ eventId: 'd', orderId: 'o4', occurredAt: 4, items: [anItem({ action: 'modify', category: 'mobile' })] }),
    anOrder({ eventId: 'e', orderId: 'o5', occurredAt: 5, items: [anItem({ productId: 'p2', action: 'delete' })] }),
    anOrder({ eventId: 'f', orderId: 'o6', occurredAt: 6, items: [anItem({ productId: 'p2' })] }),
    aContract({ eventId: 'g', items: [{ offeringId: 'gold', productId: null }] }),
  ],
  'verified and unverified contacts': [
    anOrder({ eventId: 'a', contactMediums: [anEmail('a@example.com', { preferred: true })] }),
    anOrder({ eventId: 'b', contactMediums: [anEmail('A@example.com', { validation: 'verified' })], occurredAt: 0 }),
    anOrder({ eventId: 'c', contactMediums: [anEmail('b@example.com', { preferred: true })], occurredAt: 2000 }),
    aContract({ eventId: 'd', contactMediums: [anEmail('a@example.com', { validation: 'invalid' })], occurredAt: -5 }),
    aContract({ eventId: 'e', contactMediums: [aPhone('+49 30 901820'), aPhone('1')] }),
    aContract({ eventId: 'f', contactMediums: [aPhone('030901820', { countryCode: 'DE', validation: 'verified' })] }),
    aContract({ eventId: 'g', contactMediums: [aPhone('+4930901820', { preferred: true })], occurredAt: 0 }),
  ],
  'consents given and withdrawn': [
    aContract({ eventId: 'a', agreementId: 'a1', consents: [aConsent()] }),
    aContract({ eventId: 'b', agreementId: 'a2', consents: [aConsent({ granted: false })] }),
    aContract({ eventId: 'c', agreementId: 'a3', consents: [aConsent({ decidedAt: 999, granted: false })] }),
    aContract({ eventId: 'd', agreementId: 'a4', consents: [aConsent({ channel: 'email', decidedAt: 1 })] }),
    aContract({
      eventId: 'e',
      agreementId: 'a5',
      consents: [aConsent({ channel: 'email', decidedAt: 2, validTo: 9 })],
    }),
    aContract({ eventId: 'f', agreementId: 'a6', consents: [aConsent({ purpose: 'profiling', granted: false })] }),
    aContract({ eventId: 'g', agreementId: 'a7', consents: [aConsent({ purpose: 'profiling' }), aConsent()] }),
  ],
  'one event id, one time, different content': [
    anOrder({ party: aParty({ givenName: 'Ada' }), items: [anItem({ quantity: 1 })] }),
    anOrder({ party: aParty({ givenName: 'Bob' }), items: [anItem({ quantity: 2 })] }),
    anOrder({ party: aParty({ givenName: 'Bob' }), sourceSystem: 'shop' }),
    aContract({
      eventId: 'event-1',
      party: aParty({ givenName: 'Cyd', partyType: 'organization' }),
      languages: ['de'],
    }),
    aContract({ eventId: 'event-1', languages: ['en', 'de'], contactMediums: [anEmail('a@example.com')] }),
    aContract({ eventId: 'event-1', contactMediums: [anEmail('a@example.com', { validTo: 5 })], signedAt: 1 }),
    aContract({ eventId: 'event-1', contactMediums: [anEmail('a@example.com', { validTo: 4 })], autoRenews: true }),
  ],
};

const permutations = <T>(values: readonly T[]): T[][] =>
  values.length === 0
    ? [[]]
    : values.flatMap((value, i) => permutations(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));

const bytes = (facts: Facts): string => canonicalJson({ facts, profile: derive(facts, RULES) });

describe('every order of arrival', () => {
  it.each(Object.entries(SETS))('of %s ends in the same facts and profile', (_, events) => {
    const orders = permutations(events);
    expect(orders).toHaveLength(5040);
    const outcomes = new Set(orders.map((arrived) => bytes(arrived.reduce(merge, emptyFacts))));
    expect(outcomes.size).toBe(1);
  });
});
