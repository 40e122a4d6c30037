/** Folding where older orders have been moved out of the document: what the deliveries are about is looked up before. */
import type { Facts } from '../../domain/facts.ts';
import { lookup } from '../../domain/keyed.ts';
import { keysFor } from '../../domain/past/chunk.ts';
import { recall, unknownOf } from '../../domain/past/recall.ts';
import { isStale, withoutRecalled } from '../../domain/past/stale.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { ProfileCommand } from '../../domain/generated/ProfileCommand.ts';
import type { ProfileDocument } from '../document.ts';
import { beginning, type Delivery, type Fold, foldOf, goOn, type SoFar } from '../fold.ts';
import { retentionIn } from '../retention.ts';
import { oldOrdersFor } from './old.ts';
import { type ChunkAccess, type Rebuilding, rebuild } from './rebuild.ts';

export const foldWithHistory = async (
  before: ProfileDocument,
  deliveries: readonly Delivery[],
  chunks: ChunkAccess,
  how: Rebuilding,
): Promise<Fold> => {
  let sofar = beginning(before);
  for (const part of partsOf(deliveries)) sofar = await foldPart(sofar, part, chunks, how);
  return foldOf(sofar);
};

/** Retention decides of what holds: before and after each of its commands all is settled. */
const partsOf = (deliveries: readonly Delivery[]): Delivery[][] => {
  const parts: Delivery[][] = [];
  let wasCommand = true;
  for (const delivery of deliveries) {
    const isCommand = commandsIn([delivery]).length > 0;
    if (isCommand || wasCommand) parts.push([delivery]);
    else parts.at(-1)?.push(delivery);
    wasCommand = isCommand;
  }
  return parts;
};

const foldPart = async (
  sofar: SoFar,
  deliveries: readonly Delivery[],
  chunks: ChunkAccess,
  how: Rebuilding,
): Promise<SoFar> => {
  const { facts: held } = sofar;
  const { past } = held;
  if (past === undefined) return goOn(sofar, deliveries);
  const keys = unknownOf(
    past,
    deliveries.flatMap(({ input }) => (isRefusal(input) ? [] : keysFor(input))),
  );
  const found = keys.size === 0 ? [] : await chunks.find(past, keys);
  const { facts: known, orders: recalled } = recall(held, found, keys);
  const old = await oldOrdersFor(held, commandsIn(deliveries), chunks.read);
  const after = goOn({ ...sofar, facts: known }, deliveries, old);
  if (after.facts === known) return { ...after, facts: held };
  return { ...after, facts: await settle({ known, recalled }, after.facts, chunks, how) };
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
