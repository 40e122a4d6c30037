import type { InputEvent } from '../../src/domain/events.ts';
import type { ContractSigned } from '../../src/domain/generated/ContractSigned.ts';
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

/** A contract with nothing in it, unless said otherwise. */
export const contract = (said: Partial<ContractSigned> = {}): Extract<InputEvent, { type: 'ContractSigned' }> => {
  const { agreementId = 'agreement-1', occurredAt = 1_700_000_000_000 } = said;
  return {
    type: 'ContractSigned',
    event: {
      eventId: `event-${agreementId}-${occurredAt}`,
      occurredAt,
      sourceSystem: 'contracts',
      customerId: 'customer-1',
      correlationId: null,
      agreementId,
      agreementVersion: occurredAt,
      agreementType: 'subscription',
      name: null,
      signedAt: occurredAt,
      period: null,
      autoRenews: false,
      noticeDays: null,
      items: [],
      party: null,
      contactMediums: [],
      consents: [],
      languages: [],
      billing: null,
      identification: null,
      creditProfile: null,
      ...said,
    },
  };
};
