/** Forgetting for good, whatever arrives when. */
import { erase, isBare } from '../../../src/domain/erasure.ts';
import { emptyFacts, type Facts } from '../../../src/domain/facts.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import { judgeAgainst } from '../../../src/domain/refusal.ts';
import { aConsent, aContract, anEmail, anOrder, aParty, aRefresh, aRequest, factsOf } from '../../helpers/domain.ts';

const T = 2_000;
const erasure = (occurredAt = T): InputEvent => aRequest({ kind: 'erase', eventId: 'erasure', occurredAt });

const before = [
  anOrder({
    ...{ occurredAt: T, orderId: 'old', party: aParty({ givenName: 'Ada' }), contactMediums: [anEmail('ada@b.de')] },
    ...{ deviceFingerprint: 'device' },
  }),
  aContract({
    ...{ occurredAt: 1_500, agreementId: 'old', consents: [aConsent({ decidedAt: 1_400 })], languages: ['de'] },
    ...{ creditProfile: { score: 3, riskRating: 'low', checkedAt: 1_300, validTo: null } },
  }),
  aRequest({ kind: 'restrict', occurredAt: 1_600, reason: 'said by the customer' }),
];

/** In every place that `event` may have among the others. */
const placesOf = (event: InputEvent, others: readonly InputEvent[]): Facts[] =>
  [...others, event].map((_, place) => factsOf([...others.slice(0, place), event, ...others.slice(place)]));

describe('an erasure', () => {
  it('leaves nothing that was stated up to then, whenever it arrives', () => {
    for (const facts of placesOf(erasure(), before)) {
      expect(facts).toEqual({ ...emptyFacts, erased: { at: T, policy: 'request' } });
      expect(isBare(facts)).toBe(true);
    }
  });

  it('leaves what was stated since, whenever it arrives', () => {
    const since = [
      anOrder({ occurredAt: T + 1, orderId: 'new', contactMediums: [anEmail('ada@b.de')] }),
      aContract({ occurredAt: T + 2, agreementId: 'new' }),
    ];
    for (const facts of placesOf(erasure(), [...before, ...since])) {
      expect(facts).toEqual(factsOf([erasure(), ...since]));
      expect(Object.keys(facts.orders)).toEqual(['new']);
      expect(facts.contactMediums['email:ada@b.de']).toMatchObject({ firstSeenAt: T + 1, seen: [T + 1] });
    }
  });

  it('leaves a contact as old as the earliest of the last five times it was seen, whenever it arrives', () => {
    const seen = [1, 2, 3, 4, 5, 6, 7].map((n) =>
      anOrder({ occurredAt: T + n, orderId: `order-${n}`, contactMediums: [anEmail('ada@b.de')] }),
    );
    for (const facts of placesOf(erasure(), [...before, ...seen])) {
      expect(facts.contactMediums['email:ada@b.de']).toMatchObject({
        firstSeenAt: T + 3,
        seen: [7, 6, 5, 4, 3].map((n) => T + n),
      });
    }
  });

  it('does not leave the earlier version of an order that was corrected before it', () => {
    const corrected = [
      anOrder({ occurredAt: 1_900, orderVersion: 2, state: 'cancelled' }),
      anOrder({ occurredAt: T + 5, orderVersion: 1, state: 'completed' }),
    ];
    for (const facts of placesOf(erasure(), corrected)) {
      expect(facts.orders['order-1']).toMatchObject({ version: 1, value: { state: 'completed' } });
    }
  });

  it('takes decisions and checks with it that a later event repeats', () => {
    const repeated = aContract({
      ...{ occurredAt: T + 1, consents: [aConsent({ decidedAt: T })] },
      ...{ creditProfile: { score: 3, riskRating: 'low', checkedAt: T, validTo: null } },
    });
    for (const facts of placesOf(erasure(), [repeated])) {
      expect([facts.consents, facts.assessments]).toEqual([{}, {}]);
      expect(Object.keys(facts.agreements)).toEqual(['agreement-1']);
    }
  });

  it('takes decisions with it that a careless clock has dated after the event that tells of them', () => {
    const careless = aContract({ occurredAt: T, consents: [aConsent({ decidedAt: T + 50 })] });
    for (const facts of placesOf(erasure(), [careless])) expect(isBare(facts)).toBe(true);
  });

  it('is the same whether it comes once or twice, or an earlier one after it', () => {
    const erased = factsOf([...before, erasure()]);
    expect(factsOf([erasure()], erased)).toBe(erased);
    expect(factsOf([erasure(T - 1)], erased)).toBe(erased);
  });

  it('takes everything that is known of others, such as who shares a value', () => {
    const linked: Facts = {
      ...factsOf(before),
      links: { 'phone:x': { version: 1, at: T + 9, by: 'a', source: 's', value: {} } },
    };
    expect(isBare(erase(linked, { at: T, policy: 'request' }))).toBe(true);
  });
});

describe('an event of an erased customer', () => {
  const facts = factsOf([...before, erasure()]);

  it.each(before)('from before is refused: $type', (input) => {
    expect(judgeAgainst(facts, input)).toMatchObject({ reason: 'before-erasure' });
  });

  it('from after is not, nor the request itself, nor what the system says to itself', () => {
    expect(judgeAgainst(facts, anOrder({ occurredAt: T + 1 }))).toBeNull();
    expect(judgeAgainst(facts, erasure())).toBeNull();
    expect(judgeAgainst(facts, aRefresh({ occurredAt: T }))).toBeNull();
  });
});

describe('a legal hold', () => {
  const hold = aRequest({ kind: 'legalHold', caseReference: 'case', occurredAt: 1_000 });
  const release = aRequest({ kind: 'releaseHold', caseReference: 'case', occurredAt: 1_001 });

  it('has an erasure refused until it is released', () => {
    expect(judgeAgainst(factsOf([hold]), erasure())).toMatchObject({ reason: 'legal-hold' });
    expect(judgeAgainst(factsOf([hold, release]), erasure())).toBeNull();
    expect(
      judgeAgainst(factsOf([hold, release, aRequest({ kind: 'legalHold', caseReference: 'other' })]), erasure()),
    ).toMatchObject({
      reason: 'legal-hold',
    });
  });

  it('that was released refuses what was asked before its release, whenever that is read', () => {
    const released = factsOf([hold, release]);
    for (const at of [999, 1_000, 1_001]) {
      expect(judgeAgainst(released, erasure(at))).toMatchObject({ reason: 'legal-hold' });
    }
    expect(judgeAgainst(released, erasure(1_002))).toBeNull();
  });

  it('of somebody who has come back does not refuse again the request by which the customer was erased', () => {
    const held = factsOf([erasure(), aRequest({ kind: 'legalHold', caseReference: 'case', occurredAt: T + 1 })]);
    expect(judgeAgainst(held, erasure())).toBeNull();
    expect(judgeAgainst(held, erasure(T + 2))).toMatchObject({ reason: 'legal-hold' });
  });
});
