import type { Facts, OrderFact } from '../facts.ts';
import { compareEffects, type EffectKey } from '../past/past.ts';
import type { Register } from '../register.ts';

/** The version of an order that counts, with the times that place it among the others. */
export interface OrderInEffect {
  readonly order: OrderFact;
  /** When it was placed, or when its event occurred. */
  readonly placedAt: number;
  /** When what it orders took effect. */
  readonly effectiveAt: number;
  /** When its event occurred. */
  readonly at: number;
  readonly by: string;
  readonly source: string;
  readonly orderId: string;
}

/** The latest version of every order that the facts hold, in the order in which they took effect. */
export const ordersInEffect = ({ orders }: Facts): OrderInEffect[] =>
  Object.values(orders).map(inEffect).sort(compareEffects);

export const registersInEffect = ({ orders }: Pick<Facts, 'orders'>): Register<OrderFact>[] =>
  Object.values(orders)
    .map((register) => ({ register, effective: inEffect(register) }))
    .sort((a, b) => compareEffects(a.effective, b.effective))
    .map(({ register }) => register);

export const inEffect = ({ value: order, at, by, source }: Register<OrderFact>): OrderInEffect => ({
  order,
  placedAt: order.orderDate ?? at,
  effectiveAt: order.completionDate ?? order.orderDate ?? at,
  ...{ at, by, source, orderId: order.orderId },
});

export const effectOf = ({ effectiveAt, at, by, orderId }: OrderInEffect): EffectKey => ({
  ...{ effectiveAt, at, by, orderId },
});
