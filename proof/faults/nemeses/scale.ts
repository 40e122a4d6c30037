/** The group shrinks and grows, several members at a time. */
import { GROUP_SIZE, landed, missed, type Nemesis } from '../nemesis.ts';
import { came, type World } from '../world.ts';
import type { Member } from '../../../test/helpers/member.ts';

const SIZES = { 'to one': 1, 'to two more': Infinity, 'to nobody for a moment': 0 } as const;
const SETTLED_WITHIN_MS = 30_000;

export const scale: Nemesis = {
  kind: 'scale',
  holds: () => GROUP_SIZE,
  variants: () => Object.keys(SIZES),
  strike: async (world, what, random) => {
    const size = SIZES[what as keyof typeof SIZES];
    const newcomers = size === Infinity ? [world.join(), world.join()] : [];
    const leaving = size === Infinity ? [] : world.free().slice(size);
    if (newcomers.length + leaving.length === 0) return missed(what);
    const wereAtWork = world.alive().some((member) => member.isAtWork() || hasWorked(member));
    await Promise.all(leaving.map((member) => endsInOrder(world, member)));
    await new Promise((resolve) => setTimeout(resolve, random.int(500, 2_000)));
    world.refill();
    const works = await came(() => world.alive().every(hasWorked), SETTLED_WITHIN_MS);
    await Promise.all(newcomers.map((member) => endsInOrder(world, member)));
    return wereAtWork && works ? landed(what) : missed(what);
  },
};

const hasWorked = (member: Member): boolean => member.eventsOf('batch').length > 0;

/** Unless another fault has it. */
const endsInOrder = (world: World, member: Member): Promise<unknown> =>
  world.withPrey(
    (free) => free.find((each) => each === member),
    (prey) => prey.stop(),
  );
