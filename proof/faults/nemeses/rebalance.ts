/** A member joins and another leaves in good order, under load. */
import { landed, missed, type Nemesis } from '../nemesis.ts';
import { came } from '../world.ts';

const SETTLED_WITHIN_MS = 30_000;

export const rebalance: Nemesis = {
  kind: 'rebalance',
  holds: () => null,
  variants: () => ['join and leave'],
  strike: async (world, what, random) => {
    const newcomer = world.join();
    const works = await came(() => newcomer.eventsOf('batch').length > 0, SETTLED_WITHIN_MS);
    const left = await world.withPrey(
      (free) => free.filter((member) => member !== newcomer)[random.int(0, Math.max(free.length - 2, 0))],
      async (prey) => {
        const wasAtWork = prey.isAtWork();
        await prey.stop();
        return wasAtWork || works;
      },
    );
    return works && left === true ? landed(what) : missed(what);
  },
};
