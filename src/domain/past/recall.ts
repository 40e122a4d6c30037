/** What has gone to the history, back where events find it. */
import type { Facts, OrderFact } from '../facts.ts';
import { type Keyed, lookup, put } from '../keyed.ts';
import type { LedgerRecord } from '../ledger/record.ts';
import { count, unlistedOf, unlistedRecord } from '../ledger/unlisted.ts';
import type { Register } from '../register.ts';
import { type Chunk, kindOf, type PastKey } from './chunk.ts';
import type { Past } from './past.ts';

/** Whether it is one of those that the past consists of, and not what a crash or a zombie has left. */
export const isCounted = ({ lineage, next }: Past, { number, epoch }: Pick<Chunk, 'number' | 'epoch'>): boolean =>
  number < next && lineage.findLast(({ from }) => from <= number)?.epoch === epoch;

/** Those of the keys that only chunks know more of. */
export const unknownOf = ({ ledger }: Past, keys: Iterable<PastKey>): Set<PastKey> => {
  const { unlisted, unlistedDevices, unlistedInstruments } = ledger;
  const leftOut = {
    order: true,
    product: unlisted.active + unlisted.terminated > 0,
    device: unlistedDevices > 0,
    instrument: unlistedInstruments > 0,
  };
  const named = new Set<PastKey>([
    ...ledger.products.map(({ product }) => `product:${product.productId}` as const),
    ...ledger.devices.map(({ deviceFingerprint }) => `device:${deviceFingerprint}` as const),
    ...ledger.instruments.map((instrument) => `instrument:${instrument}` as const),
  ]);
  return new Set([...keys].filter((key) => leftOut[kindOf(key)] && !named.has(key)));
};

export interface Recalled {
  readonly facts: Facts;
  /** Orders that have been moved out and count among the facts again, for as long as it takes to see what becomes of them. */
  readonly orders: Keyed<Register<OrderFact>>;
}

/** `chunks`: those that hold any of what is asked for; also such as do not count. */
export const recall = (facts: Facts, chunks: readonly Chunk[], keys: ReadonlySet<PastKey>): Recalled => {
  const { past } = facts;
  const found = past === undefined ? [] : inOrder(chunks.filter((chunk) => isCounted(past, chunk)));
  if (past === undefined || found.length === 0) return { facts, orders: {} };
  let orders: Keyed<Register<OrderFact>> = {};
  for (const { orders: moved } of found) {
    for (const register of moved) {
      const { orderId } = register.value;
      if (keys.has(`order:${orderId}`) && lookup(facts.orders, orderId) === undefined)
        orders = put(orders, orderId, register);
    }
  }
  const ledger = known(past.ledger, found, keys);
  const isSame = ledger === past.ledger;
  return {
    facts: { ...facts, orders: { ...facts.orders, ...orders }, past: isSame ? past : { ...past, ledger } },
    orders,
  };
};

const inOrder = (chunks: readonly Chunk[]): Chunk[] => chunks.toSorted((a, b) => a.number - b.number);

/** Of what has been left out more than once the last counts. */
const known = (ledger: LedgerRecord, chunks: readonly Chunk[], keys: ReadonlySet<PastKey>): LedgerRecord => {
  const products = missing(
    chunks.flatMap((chunk) => chunk.products),
    ledger.products,
    keys,
    (held) => `product:${held.product.productId}`,
  );
  const devices = missing(
    chunks.flatMap((chunk) => chunk.devices),
    ledger.devices,
    keys,
    ({ deviceFingerprint }) => `device:${deviceFingerprint}`,
  );
  const instruments = missing(
    chunks.flatMap((chunk) => chunk.instruments),
    ledger.instruments,
    keys,
    (each) => `instrument:${each}`,
  );
  if (products.length + devices.length + instruments.length === 0) return ledger;
  const unlisted = unlistedOf(ledger.unlisted);
  for (const { product } of products) count(unlisted, product, -1);
  return {
    ...ledger,
    products: [...ledger.products, ...products],
    devices: [...ledger.devices, ...devices],
    instruments: [...instruments, ...ledger.instruments],
    unlisted: unlistedRecord(unlisted),
    unlistedDevices: ledger.unlistedDevices - devices.length,
    unlistedInstruments: ledger.unlistedInstruments - instruments.length,
  };
};

const missing = <T>(
  leftOut: readonly T[],
  here: readonly T[],
  keys: ReadonlySet<PastKey>,
  keyOf: (each: T) => PastKey,
): T[] => {
  const have = new Set(here.map(keyOf));
  const last = new Map(leftOut.map((each) => [keyOf(each), each]));
  return [...last].flatMap(([key, each]) => (keys.has(key) && !have.has(key) ? [each] : []));
};
