/** What a fault is to the runner. One file a kind in nemeses/, and a line in nemeses/index.ts. */
import type { Random } from '../../src/traffic/random.ts';
import type { Kind } from './options.ts';
import type { World } from './world.ts';

export interface Strike {
  /** What was done, from a short list of the nemesis: faults are counted by it. */
  readonly what: string;
  /** Whether it met work under way. One that missed is no evidence. */
  readonly landed: boolean;
  /** What the fault itself saw go wrong; the judge sees the rest. */
  readonly violation?: string;
}

export interface Nemesis {
  readonly kind: Kind;
  /** What it can do. Of these, what has landed least often is asked for next. */
  variants(world: World): readonly string[];
  /** What no other fault may strike at the same time; null where that does not matter. Members are given out one by one. */
  holds(what: string): string | null;
  /** Does it, waits, and heals it again. */
  strike(world: World, what: string, random: Random): Promise<Strike>;
}

/** Held by who makes the group smaller on purpose; otherwise members that are gone are replaced before the next strike. */
export const GROUP_SIZE = 'size of the group';

export const missed = (what: string): Strike => ({ what, landed: false });
export const landed = (what: string): Strike => ({ what, landed: true });
