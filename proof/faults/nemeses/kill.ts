/** SIGKILL, at every named point of a task's work and at any other moment. */
import { type Checkpoint, CHECKPOINTS } from '../../../src/pipeline/checkpoints.ts';
import type { Member } from '../../../test/helpers/member.ts';
import { landed, missed, type Nemesis } from '../nemesis.ts';
import { within, type World } from '../world.ts';
import type { Random } from '../../../src/traffic/random.ts';

const ANY = 'at any moment';
/** Those of taking a task: who has its tasks already passes them no more. */
const OPENING: readonly Checkpoint[] = ['epoch-taken', 'fenced', 'epoch-confirmed', 'offsets-read'];
/** A rebalance waits for the session of whoever was killed before. */
const REACHED_WITHIN_MS = 25_000;

export const kill: Nemesis = {
  kind: 'kill',
  holds: () => null,
  variants: () => [...CHECKPOINTS.map((at) => `at ${at}`), ANY, ANY, ANY],
  strike: async (world, what, random) => {
    const at = CHECKPOINTS.find((each) => what === `at ${each}`);
    const struck = await world.withPrey(
      (free) => free[random.int(0, Math.max(free.length - 1, 0))],
      (prey) => (at === undefined ? killAnywhere(prey, random) : killAt(world, prey, at, random)),
    );
    return struck === true ? landed(what) : missed(what);
  },
};

const killAnywhere = async (prey: Member, random: Random): Promise<boolean> => {
  await new Promise((resolve) => setTimeout(resolve, random.int(0, 2_000)));
  const wasAtWork = prey.isAtWork();
  prey.signal('SIGKILL');
  await prey.ended;
  return wasAtWork;
};

/** Who is to die while it takes a task has to be new; the one whose place it takes dies as well, or it would get none. */
const killAt = async (world: World, prey: Member, at: Checkpoint, random: Random): Promise<boolean> => {
  if (OPENING.includes(at)) {
    const newcomer = world.join({}, { action: 'kill', at });
    prey.signal('SIGTERM');
    return diesOfIt(newcomer, newcomer.struck);
  }
  return diesOfIt(prey, prey.break({ action: 'kill', at, pass: random.int(1, 3) }));
};

const diesOfIt = async (member: Member, struck: Promise<number>): Promise<boolean> => {
  const died = await within(struck, REACHED_WITHIN_MS);
  member.signal('SIGKILL');
  await member.ended;
  return died;
};
