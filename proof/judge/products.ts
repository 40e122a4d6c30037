/** Which products the orders amount to: of each product, the statements of all the items that took effect, read backwards. */
import { order } from './canonical.ts';
import type { OrderInEffect } from './orders.ts';
import { isTree, listOf, numberOf, textOf, type Tree } from './read.ts';

/** An item that took effect. */
export interface Step {
  readonly item: Tree;
  readonly orderId: string;
  readonly placedAt: number;
  readonly effectiveAt: number;
  /** Its place among all items of the customer that took effect. */
  readonly nth: number;
}

/** Of a completed order what is not said to have failed; of a partial one only what is said to be completed. */
const tookEffect = (state: string | null, item: Tree): boolean => {
  const { action, state: itemState } = item;
  if (action !== 'add' && action !== 'modify' && action !== 'delete') return false;
  return itemState === 'completed'
    ? state === 'completed' || state === 'partial'
    : state === 'completed' && itemState === 'unknown';
};

/** By product, in the order in which they took effect. */
export const stepsOf = (orders: readonly OrderInEffect[]): Map<string, Step[]> => {
  const steps = orders.flatMap(({ value, placedAt, effectiveAt }) =>
    listOf(value, 'items')
      .filter(isTree)
      .filter((item) => tookEffect(textOf(value, 'state'), item))
      .map((item) => ({ item, orderId: textOf(value, 'orderId') ?? '', placedAt, effectiveAt })),
  );
  const numbered = steps.map((step, nth): Step => ({ ...step, nth }));
  return Map.groupBy(numbered, ({ item, orderId }) => {
    return textOf(item, 'productId') ?? `${orderId}/${textOf(item, 'itemId') ?? ''}`;
  });
};

/** A profile lists so many, those that changed last. */
const LISTED = 200;

export const listedOf = (orders: readonly OrderInEffect[], products: readonly Tree[]): Tree[] => {
  const lastOf = ([, steps]: [string, Step[]]): number => steps.at(-1)?.nth ?? 0;
  const last = [...stepsOf(orders)].sort((a, b) => lastOf(b) - lastOf(a)).slice(0, LISTED);
  const ids = new Set(last.map(([productId]) => productId));
  return products.filter((product) => ids.has(textOf(product, 'productId') ?? ''));
};

/** All of them, by id. */
export const productsOf = (orders: readonly OrderInEffect[], agreements: readonly Tree[]): Tree[] =>
  [...stepsOf(orders)]
    .map(([productId, all]) => productOf(productId, all.toReversed(), agreements))
    .sort((a, b) => order(textOf(a, 'productId') ?? '', textOf(b, 'productId') ?? ''));

/** `steps`: the latest first. What an item leaves unsaid was said by an earlier one, if at all. */
const productOf = (productId: string, steps: readonly Step[], agreements: readonly Tree[]): Tree => {
  const items = steps.map(({ item }) => item);
  const said = (name: string): unknown => items.map((item) => item[name]).find((value) => value != null) ?? null;
  const offeringId = said('offeringId');
  return {
    productId,
    // Modifying brings nothing back: only adding and deleting decide.
    status: items.find(({ action }) => action !== 'modify')?.['action'] === 'delete' ? 'terminated' : 'active',
    offeringId,
    offeringName: said('offeringName'),
    category: said('category'),
    quantity: (items.find(({ action }) => action !== 'delete') ?? items.at(-1))?.['quantity'],
    startDate: said('startDate'),
    terminationDate: terminationOf(steps),
    termMonths: said('termMonths'),
    recurringPrice: said('recurringPrice'),
    orderId: steps[0]?.orderId,
    agreementId: agreementOf(productId, offeringId, agreements),
    characteristics: Object.assign({}, ...items.toReversed().map(({ characteristics }) => characteristics)) as Tree,
  };
};

/** Adding forgets an earlier end; deleting without a date ends when the order took effect. */
const terminationOf = (steps: readonly Step[]): unknown => {
  const deciding = steps.find(({ item }) => item['terminationDate'] != null || item['action'] !== 'modify');
  if (deciding === undefined) return null;
  return deciding.item['terminationDate'] ?? (deciding.item['action'] === 'delete' ? deciding.effectiveAt : null);
};

/** The latest signed that names the product; else the latest that names its offering, and for it no product. */
const agreementOf = (productId: string, offeringId: unknown, agreements: readonly Tree[]): string | null => {
  const latestFirst = agreements.toSorted(
    (a, b) =>
      (numberOf(b, 'signedAt') ?? 0) - (numberOf(a, 'signedAt') ?? 0) ||
      order(textOf(b, 'agreementId') ?? '', textOf(a, 'agreementId') ?? ''),
  );
  const naming = (names: (item: unknown) => boolean): string | null =>
    textOf(
      latestFirst.find((agreement) => listOf(agreement, 'items').some(names)),
      'agreementId',
    );
  return (
    naming((item) => textOf(item, 'productId') === productId) ??
    naming((item) => textOf(item, 'productId') === null && textOf(item, 'offeringId') === offeringId)
  );
};
