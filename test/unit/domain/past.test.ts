import { LIMITS } from '../../../src/domain/ledger/limits.ts';
import type { Facts } from '../../../src/domain/facts.ts';
import { merge } from '../../../src/domain/merge.ts';
import type { Chunk, PastKey } from '../../../src/domain/past/chunk.ts';
import { moveOut } from '../../../src/domain/past/move-out.ts';
import { recall } from '../../../src/domain/past/recall.ts';
import { anItem, anOrder, factsOf } from '../../helpers/domain.ts';

const about = (number: number, productId: string, quantity: number) =>
  anOrder({
    ...{ eventId: `event-${number}`, orderId: `order-${number}`, occurredAt: number },
    items: [anItem({ productId, quantity, action: quantity === 1 ? 'add' : 'modify' })],
  });

const moved = (facts: Facts) =>
  moveOut(facts, { most: 1, hot: 1, chunk: 1 }, { epoch: 1, limits: { ...LIMITS, products: 1 }, next: 0 });

const held = (facts: Facts, chunks: readonly Chunk[], productId: string): Facts => {
  const keys = new Set<PastKey>([`product:${productId}`]);
  return recall(facts, chunks, keys).facts;
};

it('a product that was left out, changed and left out again is recalled as it was at last', () => {
  const first = moved(factsOf([about(1, 'P', 1), about(2, 'Q', 1), about(3, 'R', 1)]));
  expect(first.chunks.map(({ products }) => products.map(({ product }) => product.productId))).toEqual([[], ['P']]);
  const known = held(first.facts, first.chunks, 'P');
  const second = moved([about(4, 'P', 2), about(5, 'Q', 2), about(6, 'R', 2)].reduce(merge, known));
  const all = [...first.chunks, ...second.chunks];
  for (const chunks of [all, all.toReversed()]) {
    const { past } = held(second.facts, chunks, 'P');
    const product = past?.ledger.products.find((each) => each.product.productId === 'P')?.product;
    expect(product).toMatchObject({ productId: 'P', quantity: 2 });
  }
});
