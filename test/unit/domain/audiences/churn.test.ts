import { churn } from '../../../../src/domain/audiences/churn.ts';
import { aContract, anItem, anOrder } from '../../../helpers/domain.ts';
import { customerOf, DAY, eur } from './customer.ts';

type Inputs = Parameters<typeof customerOf>;

const viewOf = (...inputs: Inputs): NonNullable<ReturnType<typeof churn.view>> => {
  const view = churn.view(customerOf(...inputs));
  if (view === null) throw new Error('the churn view is never null');
  return view;
};

describe('the churn view', () => {
  it('of a customer without anything is complete and empty', () => {
    expect(viewOf()).toEqual({
      status: 'prospect',
      tenureStart: null,
      agreements: [],
      productsByCategory: [],
      monthlyRecurringValue: [],
      paymentMethodType: null,
      paperlessBilling: null,
      orders: { placed: 0, completed: 0, cancelled: 0, failed: 0, rejected: 0 },
      months: [],
    });
  });

  it('takes status and payment from the profile', () => {
    const paid = anOrder({ items: [anItem()], paymentMethod: { methodType: 'wallet', fingerprint: null } });
    expect(viewOf(paid)).toMatchObject({ status: 'active', paymentMethodType: 'wallet' });
  });

  it('starts tenure with the first order, signature or period, whichever came first', () => {
    const order = anOrder({ orderDate: 50, state: 'cancelled' });
    const begun = { startDateTime: 30, endDateTime: null };
    expect(viewOf(order).tenureStart).toBe(50);
    expect(viewOf(order, aContract({ signedAt: 40 })).tenureStart).toBe(40);
    expect(viewOf(order, aContract({ signedAt: 40, period: begun })).tenureStart).toBe(30);
    expect(viewOf(order, aContract({ signedAt: 20, period: begun })).tenureStart).toBe(20);
    expect(viewOf(aContract({ signedAt: -5 })).tenureStart).toBe(-5);
  });

  it('dates agreements from their period, or from the signature', () => {
    const period = { startDateTime: 10 * DAY, endDateTime: 40 * DAY };
    const signed = aContract({ agreementId: 'b', signedAt: 5, period, noticeDays: 30, autoRenews: true });
    const open = aContract({ agreementId: 'a', signedAt: 7, agreementType: 'frame', noticeDays: 30 });
    expect(viewOf(signed, open).agreements).toEqual([
      { agreementId: 'a', agreementType: 'frame', startDate: 7, endDate: null, noticeDate: null, autoRenews: false },
      {
        agreementId: 'b',
        agreementType: 'subscription',
        startDate: 10 * DAY,
        endDate: 40 * DAY,
        noticeDate: 10 * DAY,
        autoRenews: true,
      },
    ]);
  });

  it('counts active products by category, those without one under the empty name', () => {
    const items = [
      anItem({ productId: 'a', category: 'tv', quantity: 2 }),
      anItem({ productId: 'b', category: 'mobile' }),
      anItem({ productId: 'c', category: 'tv', quantity: 3 }),
      anItem({ productId: 'd', quantity: 4 }),
      anItem({ productId: 'e', category: 'broadband' }),
    ];
    const ended = anOrder({ orderId: 'o2', occurredAt: 2000, items: [anItem({ productId: 'e', action: 'delete' })] });
    expect(viewOf(anOrder({ items }), ended).productsByCategory).toEqual([
      { category: '', products: 1, quantity: 4 },
      { category: 'mobile', products: 1, quantity: 1 },
      { category: 'tv', products: 2, quantity: 5 },
    ]);
  });

  it('sums what active products cost a month, by currency', () => {
    const items = [
      anItem({ productId: 'a', recurringPrice: eur(1000), quantity: 2 }),
      anItem({ productId: 'b', recurringPrice: eur(-300) }),
      anItem({ productId: 'c', recurringPrice: { currency: 'CHF', minorUnits: 5 }, quantity: 0 }),
      anItem({ productId: 'd' }),
      anItem({ productId: 'e', recurringPrice: eur(9999) }),
    ];
    const ended = anOrder({ orderId: 'o2', occurredAt: 2000, items: [anItem({ productId: 'e', action: 'delete' })] });
    expect(viewOf(anOrder({ items }), ended).monthlyRecurringValue).toEqual([
      { currency: 'CHF', minorUnits: 0 },
      eur(1700),
    ]);
  });

  it.each([1, -1])('sums to a number that can be encoded, however absurd prices are (%d)', (sign) => {
    const item = anItem({ recurringPrice: eur(sign * 1e12), quantity: 2 ** 31 - 1 });
    expect(viewOf(anOrder({ items: [item] })).monthlyRecurringValue).toEqual([eur(sign * 2 ** 52)]);
  });

  it.each([
    ['paper', false],
    ['Post', false],
    ['MAIL', false],
    [' letter ', false],
    ['email', true],
    ['app', true],
    [' ', null],
    [null, null],
  ])('takes bills by %j as paperless: %j', (media, paperless) => {
    const billing = { format: 'summary', cycle: null, media };
    expect(viewOf(aContract({ billing })).paperlessBilling).toBe(paperless);
  });

  it('counts orders by what became of them, partial ones as completed', () => {
    const states = [
      'completed',
      'partial',
      'partial',
      'cancelled',
      'failed',
      'rejected',
      'rejected',
      'unknown',
    ] as const;
    const orders = states.map((state, i) => anOrder({ orderId: `o${i}`, state }));
    expect(viewOf(...orders).orders).toEqual({ placed: 8, completed: 3, cancelled: 1, failed: 1, rejected: 2 });
  });

  it('counts a corrected order as what it is now', () => {
    const corrected = anOrder({ eventId: 'event-9', orderVersion: 2, occurredAt: 1, state: 'cancelled' });
    const orders = { placed: 1, completed: 0, cancelled: 1 };
    expect(viewOf(anOrder({ items: [anItem()] }), corrected)).toMatchObject({ status: 'prospect', orders });
  });
});
