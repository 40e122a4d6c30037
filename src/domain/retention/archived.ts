/** What is left of customers in online systems once they lie in the archive, and what the archive may show of them. */
import { derive } from '../derive.ts';
import { emptyFacts, type Facts, type OrderFact } from '../facts.ts';
import type { Register } from '../register.ts';
import type { CustomerProfile } from '../generated/CustomerUpdated.ts';
import { compileRules } from '../rules.ts';
import { jurisdictionOf } from './ruling.ts';

/** A profile that says nothing, but that there was one. */
export const ARCHIVED: CustomerProfile = {
  ...derive(emptyFacts, compileRules({ segments: [], completeness: [] })),
  status: 'archived',
};

/**
 * For statistics: of orders, agreements and consents what names nobody, each field by name, so that nothing is let through that
 * was added later. No identifier is among them, not even of an order: it would lead to the person in other systems.
 */
export const pseudonymised = (facts: Facts) => ({
  jurisdiction: jurisdictionOf(facts),
  orders: Object.values(facts.orders).map(({ at, value }) => ({
    ...{ at, state: value.state, category: value.category, channel: value.channel },
    ...{ orderDate: value.orderDate, completionDate: value.completionDate, orderTotalPrice: value.orderTotalPrice },
    items: value.items.map(
      ({ action, state, offeringId, category, quantity, termMonths, recurringPrice, oneOffPrice }) => ({
        ...{ action, state, offeringId, category, quantity, termMonths, recurringPrice, oneOffPrice },
      }),
    ),
  })),
  agreements: Object.values(facts.agreements).map(({ at, value }) => ({
    ...{ at, agreementType: value.agreementType, signedAt: value.signedAt, period: value.period },
    ...{ autoRenews: value.autoRenews, offerings: value.items.map(({ offeringId }) => offeringId) },
  })),
  consents: Object.values(facts.consents).map(({ at, value: { purpose, channel, granted } }) => ({
    ...{ at, purpose, channel, granted },
  })),
});

/** Those entries of `before` that are gone or less in `after`, as facts of their own; `moved`: and these orders. */
export const entriesGone = (before: Facts, after: Facts, moved: readonly Register<OrderFact>[]): Facts => ({
  ...emptyFacts,
  orders: {
    ...Object.fromEntries(moved.map((register) => [register.value.orderId, register])),
    ...gone(before.orders, after.orders),
  },
  agreements: gone(before.agreements, after.agreements),
});

const gone = <T extends object>(before: T, after: T): T =>
  Object.fromEntries(
    Object.entries(before).filter(([id, entry]) => (after as Record<string, unknown>)[id] !== entry),
  ) as T;
