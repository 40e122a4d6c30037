import { compact } from '../compact.ts';
import { cutUpTo } from '../cuts.ts';
import { ENVELOPE, type Facts } from '../facts.ts';
import type { OrderFinalized, OrderItem, PaymentMethod } from '../generated/OrderFinalized.ts';
import { type Input, stampOf } from '../input.ts';
import { amend, lookup, put } from '../keyed.ts';
import { mergePerson } from '../person.ts';
import { mergeRegister, register } from '../register.ts';
import { listOf, mapOf, nullable, record } from '../validation/check.ts';
import { address, contactMedium, envelope, money, party } from '../validation/records.ts';
import { count, id, instant, integer, optionName, symbol, text, version } from '../validation/values.ts';

const item = record<OrderItem>({
  itemId: id,
  action: symbol,
  state: symbol,
  productId: nullable(id),
  offeringId: nullable(id),
  offeringName: nullable(text),
  category: nullable(text),
  quantity: count,
  startDate: nullable(instant),
  terminationDate: nullable(instant),
  termMonths: nullable(integer),
  recurringPrice: nullable(money),
  oneOffPrice: nullable(money),
  characteristics: mapOf(optionName, text, 100),
});

const validate = record<OrderFinalized>({
  ...envelope,
  orderId: id,
  orderVersion: version,
  state: symbol,
  category: nullable(text),
  channel: nullable(text),
  orderDate: nullable(instant),
  completionDate: nullable(instant),
  billingAccountId: nullable(id),
  orderTotalPrice: nullable(money),
  items: listOf(item, 1000),
  party: nullable(party),
  contactMediums: listOf(contactMedium, 100),
  paymentMethod: nullable(record<PaymentMethod>({ methodType: symbol, fingerprint: nullable(id) })),
  deviceFingerprint: nullable(id),
  deliveryAddress: nullable(address),
});

/** The order stays whole, as later features may ask for any of it; without what goes to other facts. */
const KEPT_ELSEWHERE = [...ENVELOPE, 'orderVersion', 'party', 'contactMediums'] as const;

const merge = (facts: Facts, event: OrderFinalized): Facts => {
  const candidate = register(stampOf(event, event.orderVersion), compact(event, KEPT_ELSEWHERE));
  const order = mergeRegister(lookup(facts.orders, event.orderId), candidate);
  const isKept = event.occurredAt > cutUpTo(facts, 'orders', event.orderId);
  return amend(facts, {
    ...(isKept && { orders: put(facts.orders, event.orderId, order) }),
    ...mergePerson(facts, event, stampOf(event)),
  });
};

export const orderFinalized: Input<'OrderFinalized', OrderFinalized> = {
  topic: 'order-finalized',
  type: 'OrderFinalized',
  validate,
  merge,
};
