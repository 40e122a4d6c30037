/** Faults one after the other, several lanes of them at the same time, chosen by the seed and by what has landed so far. */
import { createRandom, type Random } from '../../src/traffic/random.ts';
import { GROUP_SIZE, type Strike } from './nemesis.ts';
import { NEMESES } from './nemeses/index.ts';
import type { Kind, Options } from './options.ts';
import type { FaultTally } from './tally.ts';
import { came, type World } from './world.ts';

export interface Lane {
  readonly lane: number;
  readonly variants: ReadonlyMap<Kind, readonly string[]>;
  readonly tally: FaultTally;
  /** What faults of other lanes hold. */
  readonly held: Set<string>;
  goesOn(): boolean;
  struck(kind: Kind, strike: Strike): void;
}

const LONGEST_PAUSE_MS = 1_500;
const AT_WORK_WITHIN_MS = 10_000;
const STRIKE_WITHIN_MS = 240_000;
/** Of the faults, so many wait until the group has recovered from the last ones; the others meet it as it is. */
const PATIENT = 0.75;

/** One fault after the other, each chosen by the seed and by what has landed so far. */
export const strikeOn = async (world: World, on: Lane): Promise<void> => {
  const { lane, variants, tally, held } = on;
  const random = createRandom(world.options.seed, lane);
  while (on.goesOn()) {
    const before = world.batches();
    // Members go in more ways than faults know of: two that leave at once, or one that leaves late.
    if (!held.has(GROUP_SIZE)) world.refill();
    if (random.chance(PATIENT)) await came(() => world.batches() > before, AT_WORK_WITHIN_MS);
    const kind = nextKind(world.options, variants, tally, random);
    const ofKind = variants.get(kind) ?? [];
    const what = tally.next(kind, ofKind, random);
    const resource = NEMESES[kind].holds(what);
    if (resource !== null && held.has(resource)) {
      tally.gaveUp(kind, what);
    } else {
      if (resource !== null) held.add(resource);
      try {
        on.struck(kind, await inTime(`${kind}: ${what}`, NEMESES[kind].strike(world, what, random)));
      } finally {
        if (resource !== null) held.delete(resource);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, random.int(100, LONGEST_PAUSE_MS)));
  }
};

/** A fault that does not end is a defect of the run, and must not be taken for a quiet time. */
const inTime = async <T>(what: string, strike: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the fault did not end: ${what}`)), STRIKE_WITHIN_MS);
  });
  return Promise.race([strike, late]).finally(() => clearTimeout(timer));
};

/** Kinds that have not landed often enough come first. */
const nextKind = (
  { faults, least }: Options,
  variants: ReadonlyMap<Kind, readonly string[]>,
  tally: FaultTally,
  random: Random,
): Kind => {
  const possible = faults.filter((kind) => (variants.get(kind)?.length ?? 0) > 0);
  const owed = possible.filter((kind) => tally.landedOf(kind) < least);
  const [first, ...others] = owed.length > 0 ? owed : possible;
  if (first === undefined) throw new TypeError('this topology knows none of the faults asked for');
  return random.pick([first, ...others]);
};
