import avro from 'avsc';
import { aConsent, aContract, anItem, anOrder, aParty, profileOf } from '../../helpers/domain.ts';

const eur = (minorUnits: number): { currency: string; minorUnits: number } => ({ currency: 'EUR', minorUnits });

describe('the order summary', () => {
  it('counts what completed orders cost, and of partial ones the one-off prices of completed items', () => {
    const items = [
      anItem({ oneOffPrice: eur(5), quantity: 3 }),
      anItem({ oneOffPrice: eur(100), state: 'failed' }),
      anItem({ oneOffPrice: { currency: 'CHF', minorUnits: 2 } }),
    ];
    const { orderSummary } = profileOf(
      anOrder({ orderId: 'o1', orderTotalPrice: eur(1000), items }),
      anOrder({ orderId: 'o2', orderTotalPrice: eur(7000), state: 'partial', items }),
      anOrder({ orderId: 'o3', orderTotalPrice: eur(9000), state: 'failed', items }),
    );
    expect(orderSummary).toMatchObject({
      totalCount: 3,
      countsByState: { completed: 1, partial: 1, failed: 1 },
      lifetimeValue: [{ currency: 'CHF', minorUnits: 2 }, eur(1015)],
    });
  });

  it('is exact, however large amounts are that cancel each other', () => {
    const quantity = 2 ** 31 - 1;
    const items = [1e12, 1, -1e12].map((price, index) =>
      anItem({ itemId: String(index), oneOffPrice: eur(price), quantity }),
    );
    expect(profileOf(anOrder({ state: 'partial', items })).orderSummary.lifetimeValue).toEqual([eur(quantity)]);
  });

  it.each([1, -1])('stays a number that can be encoded and read, however absurd the prices are (%d)', (sign) => {
    const items = [anItem({ oneOffPrice: eur(sign * 1e12), quantity: 2 ** 31 - 1 })];
    const { orderSummary } = profileOf(anOrder({ state: 'partial', items }));
    const [{ minorUnits } = eur(0)] = orderSummary.lifetimeValue;
    expect(minorUnits).toBe(sign * 2 ** 52);
    const long = avro.Type.forSchema('long');
    expect(long.fromBuffer(long.toBuffer(minorUnits))).toBe(minorUnits);
  });

  it('shows the latest five by the day they were placed, newest first', () => {
    const orders = [1, 2, 3, 4, 5, 6, 7].map((n) =>
      anOrder({ orderId: `o${n}`, orderDate: n === 7 ? null : 10 * n, occurredAt: 25 }),
    );
    const { recent, firstOrderDate, lastOrderDate } = profileOf(...orders).orderSummary;
    expect(recent.map(({ orderId }) => orderId)).toEqual(['o6', 'o5', 'o4', 'o3', 'o7']);
    expect([firstOrderDate, lastOrderDate]).toEqual([10, 60]);
  });
});

describe('consents', () => {
  it('in force are those whose latest decision grants them, with their end as data', () => {
    const { consents } = profileOf(
      aContract({ agreementId: 'a1', occurredAt: 9, consents: [aConsent({ decidedAt: 5, validTo: 6 })] }),
      aContract({ agreementId: 'a2', occurredAt: 7, consents: [aConsent({ decidedAt: 4, granted: false })] }),
      aContract({ agreementId: 'a3', consents: [aConsent({ channel: 'email', granted: false })] }),
    );
    expect(consents).toEqual([
      { purpose: 'marketing', channel: 'any', granted: true, decidedAt: 5, validTo: 6, evidence: null },
    ]);
  });
});

describe('the party', () => {
  it('takes each field from the latest event that states it', () => {
    const { party } = profileOf(
      anOrder({ occurredAt: 2, party: aParty({ givenName: 'Ada', familyName: '' }) }),
      aContract({ occurredAt: 1, party: aParty({ givenName: 'Adele', familyName: 'King' }) }),
      aContract({ occurredAt: 3, party: aParty({ partyType: 'unknown' }) }),
    );
    expect(party).toEqual(aParty({ givenName: 'Ada', familyName: 'King' }));
  });
});

describe('preferences', () => {
  it('keep the languages and the parts of billing last stated, and how an order was last paid', () => {
    const paid = (methodType: 'wallet' | 'cash'): { methodType: 'wallet' | 'cash'; fingerprint: null } => ({
      methodType,
      fingerprint: null,
    });
    const { preferences } = profileOf(
      aContract({ agreementId: 'a1', languages: ['de'], billing: { format: 'summary', cycle: null, media: 'paper' } }),
      aContract({ agreementId: 'a2', occurredAt: 2000, billing: { format: null, cycle: null, media: 'email' } }),
      anOrder({ orderId: 'o1', paymentMethod: paid('wallet') }),
      anOrder({ orderId: 'o2', occurredAt: 2000, state: 'rejected', paymentMethod: paid('cash') }),
    );
    expect(preferences).toEqual({
      languages: ['de'],
      billing: { format: 'summary', cycle: null, media: 'email' },
      paymentMethodType: 'wallet',
      provenance: expect.any(Array) as unknown,
    });
  });
});

describe('agreements', () => {
  it('stand in their highest version, not their latest arrival', () => {
    const first = aContract({ agreementVersion: 2, name: 'Second' });
    const corrected = aContract({ agreementVersion: 1, name: 'First', occurredAt: 9000 });
    expect(profileOf(first, corrected).agreements).toMatchObject([{ agreementVersion: 2, name: 'Second' }]);
  });
});
