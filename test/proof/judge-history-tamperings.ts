/** What is left where orders have moved to the history, and ways to tamper with it. */
import type { JudgeSettings, StoredChunk } from '../../proof/judge/judge.ts';
import { stubIdOf } from '../../proof/judge/keyed.ts';
import { createChunkBox } from '../../src/adapters/mongodb/chunk-box.ts';
import { escapeKey } from '../../src/adapters/mongodb/keys.ts';
import type { Chunk } from '../../src/domain/past/chunk.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { ERASURE_KEY } from '../helpers/traffic-world.ts';
import { type Left, leftBehind, SETTINGS } from './judge-evidence.ts';

export const HISTORY_SETTINGS: JudgeSettings = { ...SETTINGS, erasureKeys: [ERASURE_KEY], mostOrders: 2 };

const ROOM = { most: 2, hot: 1, chunk: 1 };
const { close, open, namesOf } = createChunkBox([ERASURE_KEY]);

export const withHistory = (seed = 3): Promise<Left> =>
  leftBehind(
    { seed, customers: 6, events: 200, duplicateRatio: 0.1, lateRatio: 0.1, requestRatio: 0.05, eraseRatio: 0.01 },
    { room: ROOM },
  );

/** Somebody of whom several chunks are kept. */
const somebody = ({ documents, history }: Left): ProfileDocument => {
  const found = documents.find(({ _id }) => of(history, _id).length > 2);
  if (found === undefined) throw new Error('nobody has a long history');
  return found;
};

const of = (history: readonly StoredChunk[], customerId: string): StoredChunk[] =>
  history.filter(({ customer }) => customer === namesOf(customerId)[0]);

/** With the first chunk of somebody changed: none, or several. */
const first = (left: Left, change: (chunk: StoredChunk, customerId: string) => object[]): Left => {
  const { _id } = somebody(left);
  const [chosen] = of(left.history, _id).sort((a, b) => Number(a.number) - Number(b.number));
  const history = left.history.flatMap((chunk) => (chunk === chosen ? change(chunk, _id) : [chunk]));
  return { ...left, history: history as StoredChunk[] };
};

/** The same chunk, as another owner would have written it. */
const byAnother = (chunk: StoredChunk): StoredChunk => ({
  ...{ ...chunk, epoch: 7_000 },
  _id: `${String(chunk.customer)}:${String(chunk.number)}:7000`,
});

/** The chunk holds something else, and is whole. */
const holding = (change: (chunk: Chunk) => Partial<Chunk>) => (left: Left) =>
  first(left, (stored, customerId) => {
    const chunk = open(stored as Parameters<typeof open>[0]);
    return [close(customerId, { ...chunk, ...change(chunk) })];
  });

const documented = (left: Left, change: (known: ProfileDocument) => object): Left => {
  const { _id } = somebody(left);
  return { ...left, documents: left.documents.map((each) => (each._id === _id ? { ...each, ...change(each) } : each)) };
};

const CORRECTED = { source: 'somebody' };

export const HISTORY_TAMPERINGS: [what: string, tamper: (left: Left) => Left, expected: string[]][] = [
  ['a chunk is gone', (left) => first(left, () => []), ['facts-differ', 'history-missing']],
  ['a chunk is there twice', (left) => first(left, (chunk) => [chunk, chunk]), ['history-doubled', 'history-missing']],
  [
    'a chunk is of an owner that does not count',
    (left) => first(left, (chunk) => [byAnother(chunk)]),
    ['facts-differ', 'history-left', 'history-missing'],
  ],
  ['something is left of who is gone', (left) => first(left, (chunk) => [chunk, byAnother(chunk)]), ['history-left']],
  [
    'there is a chunk of nobody',
    (left) => {
      const customer = stubIdOf(ERASURE_KEY, 'nobody');
      return first(left, (chunk) => [
        chunk,
        { ...chunk, customer, _id: `${customer}:${String(chunk.number)}:${String(chunk.epoch)}` },
      ]);
    },
    ['history-left'],
  ],
  [
    'a chunk is not what was put in',
    (left) => first(left, (chunk) => [{ ...chunk, checksum: '0'.repeat(64) }]),
    ['facts-differ', 'history-damaged'],
  ],
  [
    'a chunk holds what another should',
    (left) => {
      const { checksum, sealed } = of(left.history, somebody(left)._id).at(-1) ?? {};
      return first(left, (chunk) => [{ ...chunk, checksum, sealed }]);
    },
    ['facts-differ', 'history-damaged'],
  ],
  [
    'a chunk says whose it is',
    (left) => first(left, (chunk, customerId) => [{ ...chunk, customerId }]),
    ['history-plain'],
  ],
  [
    'a chunk says what it holds',
    (left) => first(left, (chunk) => [{ ...chunk, keys: [...(chunk.keys as string[]), 'order:1'] }]),
    ['history-plain'],
  ],
  [
    'an order would not be found again',
    (left) => first(left, (chunk) => [{ ...chunk, keys: [] }]),
    ['history-unindexed'],
  ],
  [
    'an order of the history is not the last that was stated',
    holding(({ orders }) => ({ orders: orders.map((order) => ({ ...order, ...CORRECTED })) })),
    ['facts-differ'],
  ],
  ['an order of the history is gone', holding(() => ({ orders: [] })), ['facts-differ']],
  [
    'an order is in the history twice',
    holding(({ orders }) => ({ orders: [...orders, ...orders] })),
    ['history-doubled'],
  ],
  [
    'an order is still in the document',
    (left) => {
      const [stored] = of(left.history, somebody(left)._id);
      const [order] = open(stored as Parameters<typeof open>[0]).orders;
      if (order === undefined) throw new Error('the chunk is empty');
      const withOrder = { [escapeKey(order.value.orderId)]: order };
      return documented(left, ({ facts }) => ({ facts: { ...facts, orders: { ...facts.orders, ...withOrder } } }));
    },
    ['history-doubled'],
  ],
  [
    'a document holds more orders than it may',
    (left) => {
      const { _id, facts } = somebody(left);
      const moved = of(left.history, _id);
      const orders = moved.flatMap((chunk) => open(chunk as Parameters<typeof open>[0]).orders);
      const all = Object.fromEntries(orders.map((order) => [escapeKey(order.value.orderId), order]));
      const whole = documented(left, () => ({
        facts: { ...facts, past: undefined, orders: { ...all, ...facts.orders } },
      }));
      return { ...whole, history: left.history.filter((chunk) => !moved.includes(chunk)) };
    },
    ['history-unmoved'],
  ],
];
