/** Orders that have left the documents: put back to where they came from, each of them once, or missed. */
import type { Find } from './findings.ts';
import { keyedHash, stubIdOf } from './keyed.ts';
import { isTree, listOf, member, numberOf, textOf, treeOf, type Tree } from './read.ts';
import { openedBy } from './sealed.ts';
import type { Evidence, JudgeSettings, StoredChunk } from './types.ts';

export interface History {
  /** Facts as they are kept, with all that has been moved out of them. */
  whole(customerId: string, facts: Tree, isArchived?: boolean): Tree;
  /** Everybody has been asked for. */
  done(): void;
}

const MEMBERS: ReadonlySet<string> = new Set(['_id', 'customer', 'number', 'epoch', 'keys', 'checksum', 'sealed']);
const [HASH, SUM] = [/^[\w-]{22}$/, /^[0-9a-f]{64}$/];

export const readHistory = async (
  chunks: Evidence['history'],
  { erasureKeys, mostOrders }: Pick<JudgeSettings, 'erasureKeys' | 'mostOrders'>,
  find: Find,
): Promise<History> => {
  const byName = new Map<string, StoredChunk[]>();
  for await (const chunk of chunks) {
    if (!isVeiled(chunk)) find('history-plain', null, String(chunk.number));
    const name = String(chunk.customer);
    byName.set(name, [...(byName.get(name) ?? []), chunk]);
  }

  const takenOf = (customerId: string): StoredChunk[] =>
    erasureKeys.flatMap((key) => {
      const name = stubIdOf(key, customerId);
      const found = byName.get(name) ?? [];
      byName.delete(name);
      return found;
    });

  const ordersIn = (customerId: string, chunk: StoredChunk): Tree[] => {
    const content = openedBy(erasureKeys, 'history', chunk.sealed, chunk.checksum);
    if (content === null || ['number', 'epoch'].some((name) => member(content, name) !== member(chunk, name))) {
      find('history-damaged', customerId, `chunk ${String(chunk.number)}`);
      return [];
    }
    const keys = new Set(listOf(chunk, 'keys'));
    const orders = listOf(content, 'orders').filter(isTree);
    const isFound = (order: Tree): boolean =>
      erasureKeys.some((key) => keys.has(keyedHash(key, `history:${customerId}:order:${orderIdOf(order)}`)));
    if (!orders.every(isFound)) find('history-unindexed', customerId, `chunk ${String(chunk.number)}`);
    return orders;
  };

  return {
    whole: (customerId, kept, isArchived = false) => {
      const { past, ...facts } = kept;
      const left = treeOf(facts, 'orders');
      const count = Object.keys(left).length;
      if (count > mostOrders && !isArchived) find('history-unmoved', customerId, `${count} orders in the document`);
      const counted: StoredChunk[] = [];
      for (const chunk of takenOf(customerId)) {
        if (isCounted(past, chunk)) counted.push(chunk);
        else find('history-left', customerId, `chunk ${String(chunk.number)} of epoch ${String(chunk.epoch)}`);
      }
      const numbers = counted.map(({ number }) => Number(number)).sort((a, b) => a - b);
      const { from, next } = extentOf(past);
      const expected = Array.from({ length: next - from }, (_, at) => from + at);
      if (numbers.join() !== expected.join()) find('history-missing', customerId, `of ${from} to ${next - 1}`);
      const moved = counted.flatMap((chunk) => ordersIn(customerId, chunk));
      const ids = [...moved.map(orderIdOf), ...Object.keys(left)];
      if (new Set(ids).size < ids.length) find('history-doubled', customerId);
      const orders = Object.fromEntries(moved.map((order) => [orderIdOf(order), order]));
      return { ...facts, orders: { ...orders, ...left } };
    },
    done: () => {
      for (const chunks of byName.values()) find('history-left', null, `${chunks.length} chunks of nobody`);
    },
  };
};

const orderIdOf = (order: Tree): string => String(member(member(order, 'value'), 'orderId'));

/** Chunks from each number on are of one owner, up to where the next one begins. */
const stretchesOf = (past: unknown): { from: number; to: number; epoch: number | null }[] => {
  const lineage = listOf(past, 'lineage');
  const fromOf = (at: number): number | null => numberOf(lineage[at], 'from') ?? numberOf(past, 'next');
  return lineage.map((each, at) => ({
    ...{ from: fromOf(at) ?? 0, to: fromOf(at + 1) ?? 0 },
    epoch: numberOf(each, 'epoch'),
  }));
};

const isCounted = (past: unknown, { number, epoch }: StoredChunk): boolean =>
  stretchesOf(past).some((each) => each.epoch === epoch && each.from <= Number(number) && Number(number) < each.to);

const extentOf = (past: unknown): { from: number; next: number } => {
  const [first, last] = [stretchesOf(past)[0], stretchesOf(past).at(-1)];
  return { from: first?.from ?? 0, next: last?.to ?? 0 };
};

/** It says whose and what it is under hashes and seals only. */
const isVeiled = (chunk: StoredChunk): boolean =>
  Object.keys(chunk).every((name) => MEMBERS.has(name)) &&
  [chunk.customer, ...listOf(chunk, 'keys')].every((hash) => typeof hash === 'string' && HASH.test(hash)) &&
  chunk._id === `${String(chunk.customer)}:${String(chunk.number)}:${String(chunk.epoch)}` &&
  [chunk.number, chunk.epoch].every(Number.isInteger) &&
  SUM.test(textOf(chunk, 'checksum') ?? '');
