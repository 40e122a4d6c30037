import type { InputEvent } from '../../src/domain/events.ts';
import type { OrderFinalized } from '../../src/domain/generated/OrderFinalized.ts';

/** An order with nothing in it, unless said otherwise. */
export const order = (said: Partial<OrderFinalized> = {}): Extract<InputEvent, { type: 'OrderFinalized' }> => {
  const { orderId = 'order-1', occurredAt = 1_700_000_000_000 } = said;
  return {
    type: 'OrderFinalized',
    event: {
      eventId: `event-${orderId}-${occurredAt}`,
      occurredAt,
      sourceSystem: 'orders',
      customerId: 'customer-1',
      correlationId: null,
      orderId,
      orderVersion: occurredAt,
      state: 'completed',
      category: null,
      channel: null,
      orderDate: occurredAt,
      completionDate: occurredAt,
      billingAccountId: null,
      orderTotalPrice: { currency: 'EUR', minorUnits: 1000 },
      items: [],
      party: null,
      contactMediums: [],
      paymentMethod: null,
      deviceFingerprint: null,
      deliveryAddress: null,
      ...said,
    },
  };
};
