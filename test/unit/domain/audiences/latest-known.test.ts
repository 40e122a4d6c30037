import { latestKnown } from '../../../../src/domain/audiences/latest-known.ts';
import { aConsent, aContract, anEmail, anOrder, aParty, factsOf } from '../../../helpers/domain.ts';

describe('the latest time known of a customer', () => {
  const contractAt = (occurredAt: number): ReturnType<typeof aContract> =>
    aContract({ agreementId: `a${occurredAt}`, occurredAt });

  it('is that of the latest event, whatever the event is about', () => {
    expect(latestKnown(factsOf([anOrder({ occurredAt: 7 }), contractAt(5)]))).toBe(7);
    expect(latestKnown(factsOf([anOrder({ occurredAt: 7 }), contractAt(9)]))).toBe(9);
  });

  it('counts statements that an event of an older version still makes', () => {
    const current = aContract({ agreementVersion: 2, occurredAt: 5 });
    const superseded = { agreementVersion: 1, occurredAt: 8 };
    const latestWith = (said: Parameters<typeof aContract>[0]): number =>
      latestKnown(factsOf([current, aContract({ ...superseded, ...said })]));
    expect(latestWith({})).toBe(5);
    expect(latestWith({ party: aParty() })).toBe(8);
    expect(latestWith({ contactMediums: [anEmail('a@example.com')] })).toBe(8);
    expect(latestWith({ languages: ['de'] })).toBe(8);
    expect(latestWith({ consents: [aConsent({ decidedAt: 6 })] })).toBe(6);
    const checked = { score: 1, riskRating: null, checkedAt: 7, validTo: null };
    expect(latestWith({ creditProfile: checked })).toBe(7);
  });

  it('is before any time when nothing is known', () => {
    expect(latestKnown(factsOf([]))).toBe(-Infinity);
  });
});
