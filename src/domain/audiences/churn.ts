import { compare } from '../canonical.ts';
import { type Amount, safe, totals } from '../derive/money.ts';
import type { OrderInEffect } from '../derive/orders.ts';
import type {
  CategoryHoldings,
  ChurnAgreement,
  ChurnProfileUpdated,
  OrderCounts,
} from '../generated/ChurnProfileUpdated.ts';
import type { CustomerProfile, ProfileAgreement, ProfileProduct } from '../generated/CustomerUpdated.ts';
import type { Customer } from '../derive.ts';
import { type Envelope, permitted, type PseudonymOf } from './audience.ts';
import { monthsOf } from './months.ts';
import { noticeDateOf } from './notice-date.ts';

type View = Omit<ChurnProfileUpdated, Envelope>;

const view = ({ profile, orders, productChanges }: Customer, pseudonymOf?: PseudonymOf): View => {
  const active = profile.products.filter(({ status }) => status === 'active');
  return {
    status: profile.status,
    tenureStart: tenureStart(profile),
    agreements: agreementsOf(profile, pseudonymOf),
    productsByCategory: productsByCategory(active),
    monthlyRecurringValue: totals(active.flatMap(monthlyPrice)),
    paymentMethodType: profile.preferences.paymentMethodType,
    paperlessBilling: paperlessBilling(profile),
    orders: countsOf(orders),
    months: monthsOf(orders, productChanges),
  };
};

export const churn = permitted<ChurnProfileUpdated, 'churn'>({
  name: 'churn',
  record: 'ChurnProfileUpdated',
  seesRestricted: false,
  view,
});

const tenureStart = ({ orderSummary, agreements }: CustomerProfile): number | null => {
  let earliest = orderSummary.firstOrderDate ?? Infinity;
  for (const { signedAt, period } of agreements) {
    earliest = Math.min(earliest, signedAt, period?.startDateTime ?? Infinity);
  }
  return earliest === Infinity ? null : earliest;
};

const agreement = (signed: ProfileAgreement): ChurnAgreement => ({
  agreementId: signed.agreementId,
  agreementType: signed.agreementType,
  startDate: signed.period?.startDateTime ?? signed.signedAt,
  endDate: signed.period?.endDateTime ?? null,
  noticeDate: noticeDateOf(signed),
  autoRenews: signed.autoRenews,
});

/** Also by a pseudonym they are in its order: that of the ids would tell something of them. */
const agreementsOf = ({ agreements }: CustomerProfile, pseudonymOf?: PseudonymOf): ChurnAgreement[] => {
  const all = agreements.map(agreement);
  if (pseudonymOf === undefined) return all;
  return all
    .map((each) => ({ ...each, agreementId: pseudonymOf('agreement', each.agreementId) }))
    .sort((a, b) => compare(a.agreementId, b.agreementId));
};

const productsByCategory = (active: readonly ProfileProduct[]): CategoryHoldings[] => {
  const categories = new Map<string, CategoryHoldings>();
  for (const { category: named, quantity } of active) {
    const category = named ?? '';
    const { products, quantity: sum } = categories.get(category) ?? { products: 0, quantity: 0 };
    categories.set(category, { category, products: products + 1, quantity: safe(sum + quantity) });
  }
  return [...categories.values()].sort((a, b) => compare(a.category, b.category));
};

const monthlyPrice = ({ recurringPrice, quantity }: ProfileProduct): Amount[] =>
  recurringPrice ? [{ ...recurringPrice, times: quantity }] : [];

const ON_PAPER = new Set(['paper', 'post', 'mail', 'letter']);

const paperlessBilling = ({ preferences }: CustomerProfile): boolean | null => {
  const media = preferences.billing?.media?.trim().toLowerCase() ?? '';
  return media === '' ? null : !ON_PAPER.has(media);
};

/** Orders in a state that this version does not know are among those placed. */
const countsOf = (orders: readonly OrderInEffect[]): OrderCounts => {
  const counts: OrderCounts = { placed: orders.length, completed: 0, cancelled: 0, failed: 0, rejected: 0 };
  for (const { order } of orders) {
    const state = order.state === 'partial' ? 'completed' : order.state;
    if (state !== 'unknown') counts[state] += 1;
  }
  return counts;
};
