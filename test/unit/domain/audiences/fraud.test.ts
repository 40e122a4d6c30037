import { fraud } from '../../../../src/domain/audiences/fraud.ts';
import type { PaymentMethod } from '../../../../src/domain/generated/OrderFinalized.ts';
import { aContract, anEmail, anOrder, aPhone } from '../../../helpers/domain.ts';
import { customerOf } from './customer.ts';

type Inputs = Parameters<typeof customerOf>;

const viewOf = (...inputs: Inputs): NonNullable<ReturnType<typeof fraud.view>> => {
  const view = fraud.view(customerOf(...inputs));
  if (view === null) throw new Error('the fraud view is never null');
  return view;
};

describe('the fraud view', () => {
  it('of a customer without anything is complete and empty', () => {
    expect(viewOf()).toEqual({
      latestOrderAt: null,
      latestOrderId: null,
      velocity: [],
      devices: [],
      deviceCount: 0,
      paymentInstrumentCount: 0,
      sharedWith: [],
      latestOrderOnNewDevice: null,
      contactMediums: [],
      deliveryDiffersFromBilling: null,
      identification: null,
      creditProfile: null,
    });
  });

  it('is as of the order placed last, of several the first by its id', () => {
    const late = anOrder({ orderId: 'o1', orderDate: 5, completionDate: 900 });
    const last = ['o3', 'o2'].map((orderId) => anOrder({ orderId, orderDate: 7, state: 'rejected' }));
    expect(viewOf(late, ...last)).toMatchObject({ latestOrderAt: 7, latestOrderId: 'o2' });
  });

  it('counts distinct payment instruments, whatever became of the order', () => {
    const paidBy = (fingerprint: string | null): PaymentMethod => ({ methodType: 'creditCard', fingerprint });
    const orders = ['x', 'y', 'x', null].map((fingerprint, i) =>
      anOrder({ orderId: `o${i}`, state: 'failed', paymentMethod: paidBy(fingerprint) }),
    );
    expect(viewOf(...orders, anOrder({ orderId: 'cash' })).paymentInstrumentCount).toBe(2);
  });

  it('knows how old contacts were when the latest order was placed', () => {
    const contactMediums = [anEmail('a@example.com')];
    const mentioned = aContract({ occurredAt: 100, contactMediums });
    const again = aContract({ agreementId: 'a2', eventId: 'e2', occurredAt: 300, contactMediums });
    const order = anOrder({ occurredAt: 5000, orderDate: 1100, contactMediums: [aPhone('+4930901820')] });
    const ages = viewOf(mentioned, again, order).contactMediums;
    expect(ages).toMatchObject([
      { mediumType: 'email', validation: 'unverified', firstSeenAt: 100, ageAtLatestOrderMs: 1000 },
      { mediumType: 'phone', validation: 'unverified', firstSeenAt: 5000, ageAtLatestOrderMs: 0 },
    ]);
    expect(viewOf(mentioned).contactMediums).toMatchObject([{ firstSeenAt: 100, ageAtLatestOrderMs: null }]);
  });

  it('carries no contact data, not even as the id of a contact', () => {
    expect(JSON.stringify(viewOf(anOrder({ contactMediums: [anEmail('ada@example.com')] })))).not.toContain('ada');
  });

  it('knows how identity and credit were established, complete with nulls', () => {
    const nothing = { issuingAuthority: null, validTo: null };
    const assessed = aContract({
      identification: { identificationType: 'passport', verified: true, ...nothing },
      creditProfile: { score: 600, riskRating: null, checkedAt: 900, validTo: null },
    });
    expect(viewOf(assessed)).toMatchObject({
      identification: { identificationType: 'passport', issuingAuthority: null, verified: true, validTo: null },
      creditProfile: { score: 600, riskRating: null, checkedAt: 900, validTo: null },
    });
  });
});
