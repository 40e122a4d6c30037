import { anItem, anOrder, aContract, profileOf } from '../../helpers/domain.ts';

describe('products', () => {
  it('of a completed order are held; of a partial one only the completed items', () => {
    const items = [anItem({ productId: 'a' }), anItem({ productId: 'b', state: 'failed' })];
    expect(profileOf(anOrder({ state: 'partial', items })).products.map(({ productId }) => productId)).toEqual(['a']);
    expect(profileOf(anOrder({ state: 'completed', items: [anItem({ state: 'unknown' })] })).status).toBe('active');
    expect(profileOf(anOrder({ state: 'partial', items: [anItem({ state: 'unknown' })] })).status).toBe('prospect');
    expect(profileOf(anOrder({ state: 'cancelled', items })).products).toEqual([]);
  });

  it('go away when a correction says that the order never came about', () => {
    const held = anOrder({ items: [anItem()] });
    const corrected = anOrder({ eventId: 'event-9', orderVersion: 2, occurredAt: 1, state: 'cancelled' });
    expect(profileOf(held).products).toHaveLength(1);
    expect(profileOf(held, corrected).products).toEqual([]);
  });

  it('change by what a later order says and keep what it leaves unsaid', () => {
    const added = anOrder({ items: [anItem({ offeringName: 'Gold', category: 'tv', characteristics: { a: '1' } })] });
    const modified = anOrder({
      orderId: 'order-2',
      occurredAt: 2000,
      items: [anItem({ action: 'modify', category: 'mobile', quantity: 2, characteristics: { b: '2' } })],
    });
    expect(profileOf(modified, added).products).toMatchObject([
      {
        offeringName: 'Gold',
        category: 'mobile',
        quantity: 2,
        characteristics: { a: '1', b: '2' },
        orderId: 'order-2',
      },
    ]);
  });

  it('that are deleted are terminated at completion, stay so when modified, and return when added again', () => {
    const added = anOrder({ items: [anItem({ quantity: 4 })] });
    const deleted = anOrder({ orderId: 'o2', completionDate: 2000, items: [anItem({ action: 'delete' })] });
    const modified = anOrder({ orderId: 'o3', occurredAt: 3000, items: [anItem({ action: 'modify' })] });
    const again = anOrder({ orderId: 'o4', occurredAt: 4000, items: [anItem()] });
    const terminated = { status: 'terminated', terminationDate: 2000 };
    expect(profileOf(added, deleted)).toMatchObject({ status: 'inactive', products: [{ ...terminated, quantity: 4 }] });
    expect(profileOf(added, deleted, modified).products).toMatchObject([terminated]);
    expect(profileOf(added, deleted, modified, again).products).toMatchObject([
      { status: 'active', terminationDate: null },
    ]);
  });

  it('take effect when orders were completed, not when they were heard of', () => {
    const late = anOrder({ orderId: 'o1', occurredAt: 9000, completionDate: 1, items: [anItem({ category: 'old' })] });
    const early = anOrder({ orderId: 'o2', occurredAt: 10, completionDate: 2, items: [anItem({ category: 'new' })] });
    expect(profileOf(early, late).products).toMatchObject([{ category: 'new' }]);
  });

  it('completed at the same time follow the order heard of last', () => {
    const one = anOrder({ eventId: 'z', completionDate: 1, occurredAt: 1, items: [anItem({ category: 'old' })] });
    const other = { eventId: 'a', orderId: 'o2', completionDate: 1, occurredAt: 2 };
    const two = anOrder({ ...other, items: [anItem({ category: 'new' })] });
    expect(profileOf(two, one).products).toMatchObject([{ category: 'new' }]);
  });

  it('without an identifier are known by order and item', () => {
    expect(profileOf(anOrder({ items: [anItem({ productId: null })] })).products[0]?.productId).toBe('order-1/item-1');
  });

  it('name the agreement that names them, before one that names their offering', () => {
    const order = anOrder({ items: [anItem({ offeringId: 'gold' })] });
    const byOffering = aContract({ agreementId: 'a1', signedAt: 9, items: [{ offeringId: 'gold', productId: null }] });
    const byProduct = aContract({ agreementId: 'a2', items: [{ offeringId: 'x', productId: 'product-1' }] });
    const other = aContract({ agreementId: 'a3', items: [{ offeringId: 'gold', productId: 'another' }] });
    expect(profileOf(order, other).products[0]?.agreementId).toBeNull();
    expect(profileOf(order, byOffering, other).products[0]?.agreementId).toBe('a1');
    expect(profileOf(order, byOffering, byProduct, other).products[0]?.agreementId).toBe('a2');
  });
});
