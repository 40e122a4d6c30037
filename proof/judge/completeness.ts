/** What is still missing of a customer, by a file of rules: who asks for what, and when. */
import { order } from './canonical.ts';
import type { OrderInEffect } from './orders.ts';
import { matches } from './query.ts';
import { isTree, listOf, member, textOf, treeOf, type Tree } from './read.ts';

/** `file`: as parsed JSON. By path, then by who asks. */
export const completenessOf = (
  profile: Tree,
  { orders, products }: { readonly orders: readonly OrderInEffect[]; readonly products: readonly Tree[] },
  file: unknown,
): Tree[] => {
  const open = openItems(orders, products);
  const found = new Map<string, { readonly path: string; readonly requiredBy: string }>();
  for (const rule of listOf(file, 'rules')) {
    const { profile: ofProfile, orderItem } = treeOf(rule, 'when');
    if (ofProfile !== undefined && !matches(profile, ofProfile)) continue;
    if (orderItem !== undefined && !open.some((item) => matches(item, orderItem))) continue;
    const requiredBy = textOf(rule, 'requiredBy') ?? '';
    for (const path of listOf(rule, 'require').map(String)) {
      if (isThere(profile, path)) continue;
      found.set(JSON.stringify([path, requiredBy]), { path, requiredBy });
    }
  }
  return [...found.values()].sort((a, b) => order(a.path, b.path) || order(a.requiredBy, b.requiredBy));
};

const isThere = (profile: Tree, path: string): boolean => {
  const [head, ...below] = path.split('.');
  if (head === 'contactMediums') return listOf(profile, head).some((medium) => reaches(medium, below[0]));
  const value = path.split('.').reduce<unknown>(member, profile);
  if (Array.isArray(value)) return value.length > 0;
  return isTree(value) ? Object.keys(value).length > 0 : value != null;
};

const reaches = (medium: unknown, type: string | undefined): boolean =>
  member(medium, 'validation') !== 'invalid' && (type === undefined || member(medium, 'mediumType') === type);

const SAID = ['offeringId', 'category', 'termMonths'];

/** The orders that took effect last. */
const LISTED = 50;

const isWaiting = ({ action, state }: Tree): boolean =>
  action !== 'noChange' && (state === 'failed' || state === 'unknown');

const isOpen = (value: Tree): boolean =>
  (value['state'] === 'partial' || value['state'] === 'failed') &&
  listOf(value, 'items').filter(isTree).some(isWaiting);

/** Of orders that failed as a whole or in part: what neither came about nor was given up. What is unsaid is as it is held. */
const openItems = (orders: readonly OrderInEffect[], products: readonly unknown[]): Tree[] =>
  orders
    .filter(({ value }) => isOpen(value))
    .slice(-LISTED)
    .flatMap(({ value }) => {
      const { state, category, channel } = value;
      return listOf(value, 'items')
        .filter(isTree)
        .filter(isWaiting)
        .map((item): Tree => {
          const held = products.find((product) => item['productId'] === member(product, 'productId'));
          const { action, quantity } = item;
          return {
            ...{ action, quantity, order: { state, category, channel } },
            ...Object.fromEntries(SAID.map((name) => [name, item[name] ?? member(held, name)])),
            characteristics: { ...treeOf(held, 'characteristics'), ...treeOf(item, 'characteristics') },
          };
        });
    });
