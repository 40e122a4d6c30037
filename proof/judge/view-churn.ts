/** What a churn model learns from. */
import { endOf, noticeDateOf } from './agreements.ts';
import { order } from './canonical.ts';
import { totalsOf } from './money.ts';
import { pseudonymOf } from './names.ts';
import { type OrderInEffect, ordersInEffect } from './orders.ts';
import { productsOf, type Step, stepsOf } from './products.ts';
import { isTree, listOf, numberOf, textOf, treeOf, type Tree } from './read.ts';

export const churnView = (facts: Tree, profile: Tree, key: string | null): Tree => {
  const orders = ordersInEffect(facts);
  const agreements = listOf(profile, 'agreements').filter(isTree);
  const held = productsOf(orders, agreements).filter(({ status }) => status === 'active');
  const preferences = treeOf(profile, 'preferences');
  return {
    status: profile['status'],
    tenureStart: earliest([
      ...orders.map(({ placedAt }) => placedAt),
      ...agreements.flatMap((agreement) => [numberOf(agreement, 'signedAt'), beginningOf(agreement)]),
    ]),
    agreements: agreements
      .map((agreement) => {
        const { agreementType, signedAt, autoRenews } = agreement;
        const agreementId = textOf(agreement, 'agreementId') ?? '';
        return {
          agreementId: key === null ? agreementId : pseudonymOf(key, 'agreement', agreementId),
          agreementType,
          startDate: beginningOf(agreement) ?? signedAt,
          endDate: endOf(agreement),
          noticeDate: noticeDateOf(agreement),
          autoRenews,
        };
      })
      .sort((a, b) => order(a.agreementId, b.agreementId)),
    productsByCategory: categoriesOf(held),
    monthlyRecurringValue: totalsOf(
      held.map((product) => [treeOf(product, 'recurringPrice'), numberOf(product, 'quantity') ?? 0]),
    ),
    paymentMethodType: preferences['paymentMethodType'],
    paperlessBilling: isPaperless(textOf(preferences['billing'], 'media')),
    orders: {
      placed: orders.length,
      completed: countIn(orders, 'completed', 'partial'),
      cancelled: countIn(orders, 'cancelled'),
      failed: countIn(orders, 'failed'),
      rejected: countIn(orders, 'rejected'),
    },
    months: monthsOf(orders),
  };
};

const beginningOf = (agreement: Tree): number | null => numberOf(treeOf(agreement, 'period'), 'startDateTime');

const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b));
};

const categoriesOf = (held: readonly Tree[]): Tree[] =>
  [...Map.groupBy(held, (product) => textOf(product, 'category') ?? '')]
    .map(([category, those]) => ({
      category,
      products: those.length,
      quantity: those.reduce((sum, product) => sum + (numberOf(product, 'quantity') ?? 0), 0),
    }))
    .sort((a, b) => order(a.category, b.category));

const ON_PAPER = ['paper', 'post', 'mail', 'letter'];

/** A blank medium says nothing. */
const isPaperless = (media: string | null): boolean | null => {
  const said = media?.trim().toLowerCase() ?? '';
  return said === '' ? null : !ON_PAPER.includes(said);
};

const countIn = (orders: readonly OrderInEffect[], ...states: readonly string[]): number =>
  orders.filter(({ value }) => states.includes(textOf(value, 'state') ?? '')).length;

const MONTHS = 36;

const monthOf = ({ placedAt }: Pick<OrderInEffect, 'placedAt'>): string =>
  new Date(placedAt).toISOString().slice(0, 'YYYY-MM'.length);

/** An item counts in the month in which its order was placed, whenever it took effect. */
const monthsOf = (orders: readonly OrderInEffect[]): Tree[] => {
  const turns = [...stepsOf(orders).values()].flatMap(turnsOf);
  const countOf = (kind: Turn['kind'], month: string): number =>
    turns.filter(({ step, kind: other }) => other === kind && monthOf(step) === month).length;
  return [...Map.groupBy(orders, monthOf)]
    .sort(([a], [b]) => order(a, b))
    .slice(-MONTHS)
    .map(([month, those]) => ({
      month,
      placed: those.length,
      cancelled: countIn(those, 'cancelled'),
      failed: countIn(those, 'failed', 'rejected'),
      downgrades: countOf('downgrade', month),
      terminations: countOf('termination', month),
    }));
};

interface Turn {
  readonly kind: 'downgrade' | 'termination';
  readonly step: Step;
}

/** What became worse for us, of one product. */
const turnsOf = (steps: readonly Step[]): Turn[] => {
  const turns: Turn[] = [];
  let isActive: boolean | null = null;
  let price: Tree = {};
  for (const step of steps) {
    const { action } = step.item;
    const next = treeOf(step.item, 'recurringPrice');
    if (isActive === true && action === 'delete') turns.push({ kind: 'termination', step });
    if (isActive === true && action === 'modify' && isCheaper(next, price)) turns.push({ kind: 'downgrade', step });
    // Modifying brings nothing back, but what is modified and was never added is held.
    isActive = action === 'modify' ? (isActive ?? true) : action === 'add';
    if (textOf(next, 'currency') !== null) price = next;
  }
  return turns;
};

const isCheaper = (next: Tree, before: Tree): boolean =>
  textOf(next, 'currency') !== null &&
  textOf(next, 'currency') === textOf(before, 'currency') &&
  (numberOf(next, 'minorUnits') ?? 0) < (numberOf(before, 'minorUnits') ?? 0);
