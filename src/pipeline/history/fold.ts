/** Folding where older orders have been moved out of the document: what the deliveries are about is looked up before. */
import type { Facts } from '../../domain/facts.ts';
import { lookup } from '../../domain/keyed.ts';
import { keysFor } from '../../domain/past/chunk.ts';
import { recall, unknownOf } from '../../domain/past/recall.ts';
import { isStale, withoutRecalled } from '../../domain/past/stale.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { ProfileCommand } from '../../domain/generated/ProfileCommand.ts';
import type { ProfileDocument } from '../document.ts';
import { type Delivery, fold, type Fold } from '../fold.ts';
import { retentionIn } from '../retention.ts';
import { oldOrdersFor } from './old.ts';
import { type ChunkAccess, type Rebuilding, rebuild } from './rebuild.ts';

export const foldWithHistory = async (
  before: ProfileDocument,
  deliveries: readonly Delivery[],
  chunks: ChunkAccess,
  how: Rebuilding,
): Promise<Fold> => {
  const { past } = before.facts;
  if (past === undefined) return fold(before, deliveries);
  const keys = unknownOf(
    past,
    deliveries.flatMap(({ input }) => (isRefusal(input) ? [] : keysFor(input))),
  );
  const found = keys.size === 0 ? [] : await chunks.find(past, keys);
  const { facts: known, orders: recalled } = recall(before.facts, found, keys);
  const result = fold(
    { ...before, facts: known },
    deliveries,
    await oldOrdersFor(past, commandsIn(deliveries), chunks.read),
  );
  if (result.folded === null) return result;
  const facts = await settle({ known, recalled }, result.folded.facts, chunks, how);
  return { ...result, folded: { ...result.folded, facts } };
};

const commandsIn = (deliveries: readonly Delivery[]): ProfileCommand[] =>
  deliveries.flatMap(({ input }) => (isRefusal(input) ? [] : (retentionIn(input) ?? [])));

/** `known`: what was known, with the orders `recalled` among it; `facts`: what it has become. */
export const settle = async (
  { known, recalled }: { readonly known: Facts; readonly recalled: Facts['orders'] },
  facts: Facts,
  chunks: ChunkAccess,
  how: Rebuilding,
): Promise<Facts> => {
  if (!isStale(known, facts, recalled)) return withoutRecalled(facts, recalled);
  const gone = new Set(Object.keys(recalled).filter((id) => lookup(facts.orders, id) === undefined));
  return rebuild(facts, gone, chunks, how);
};
