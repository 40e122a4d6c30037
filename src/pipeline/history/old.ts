/** Orders of the past that retention asks for. */
import type { Facts } from '../../domain/facts.ts';
import type { ProfileCommand } from '../../domain/generated/ProfileCommand.ts';
import type { Chunk } from '../../domain/past/chunk.ts';
import type { Past } from '../../domain/past/past.ts';
import { orderLimitOf } from '../../domain/retention/carry-out.ts';
import { type MovedOrders, oldOrders } from '../../domain/retention/moved.ts';

/** Beyond so many the others are left to the next run. */
const MOST = 1_000;

/** Undefined where none is as old as the commands ask for. */
export const oldOrdersFor = async (
  facts: Facts,
  commands: readonly ProfileCommand[],
  read: (past: Past) => AsyncIterable<Chunk>,
): Promise<MovedOrders | undefined> => {
  const { past } = facts;
  if (past === undefined || commands.length === 0) return undefined;
  const upTo = Math.max(...commands.map((command) => orderLimitOf(command) ?? -Infinity));
  return past.earliestAt > upTo ? undefined : oldOrders(read(past), { upTo, most: MOST });
};
