import { compare } from '../canonical.ts';
import { moneyOf, safe } from '../derive/money.ts';
import type {
  CategoryHoldings,
  ChurnAgreement,
  ChurnProfileUpdated,
  OrderCounts,
} from '../generated/ChurnProfileUpdated.ts';
import type { CustomerProfile, ProfileAgreement } from '../generated/CustomerUpdated.ts';
import type { OrderState } from '../generated/OrderFinalized.ts';
import type { Customer } from '../derive.ts';
import { type Envelope, permitted, type PseudonymOf } from './audience.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { latestMonths } from '../ledger/months.ts';
import { copyOf, count, type Unlisted } from '../ledger/unlisted.ts';
import { noticeDateOf } from './notice-date.ts';

type View = Omit<ChurnProfileUpdated, Envelope>;

const view = ({ profile, ledger, unlisted }: Customer, pseudonymOf?: PseudonymOf): View => {
  const held = copyOf(unlisted);
  for (const product of profile.products) count(held, product, 1);
  return {
    status: profile.status,
    tenureStart: tenureStart(profile),
    agreements: agreementsOf(profile, pseudonymOf),
    productsByCategory: productsByCategory(held),
    monthlyRecurringValue: moneyOf(held.monthly),
    paymentMethodType: profile.preferences.paymentMethodType,
    paperlessBilling: paperlessBilling(profile),
    orders: countsOf(ledger),
    months: latestMonths(ledger.months, ledger.limits.months),
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

const productsByCategory = ({ categories }: Unlisted): CategoryHoldings[] =>
  [...categories]
    .map(([category, { products, quantity }]) => ({ category, products, quantity: safe(quantity) }))
    .sort((a, b) => compare(a.category, b.category));

const ON_PAPER = new Set(['paper', 'post', 'mail', 'letter']);

const paperlessBilling = ({ preferences }: CustomerProfile): boolean | null => {
  const media = preferences.billing?.media?.trim().toLowerCase() ?? '';
  return media === '' ? null : !ON_PAPER.has(media);
};

/** Orders in a state that this version does not know are among those placed. */
const countsOf = ({ orders, states }: Ledger): OrderCounts => {
  const of = (state: OrderState): number => states.get(state) ?? 0;
  return {
    placed: orders,
    completed: of('completed') + of('partial'),
    cancelled: of('cancelled'),
    failed: of('failed'),
    rejected: of('rejected'),
  };
};
