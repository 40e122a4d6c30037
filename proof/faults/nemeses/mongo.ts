/** A MongoDB that is killed, steps down, or hangs. */
import { landed, missed, type Nemesis } from '../nemesis.ts';
import { during, type Outage, wasMet } from './outage.ts';

const STEP_DOWN = 'steps down';

export const mongo: Nemesis = {
  kind: 'mongo',
  holds: () => 'mongodb',
  variants: () => ['killed', STEP_DOWN, 'hung'],
  strike: async (world, what, random) => {
    const { mongods } = world.servers;
    const server = mongods[random.int(0, mongods.length - 1)];
    if (server === undefined) return missed(what);
    const ms = what === 'hung' ? random.int(8_000, 12_000) : random.int(500, 4_000);
    const met = await wasMet(world, ['MONGODB_UNAVAILABLE', 'CONFLICT'], () =>
      what === STEP_DOWN ? world.servers.stepDown() : during(server, what as Outage, ms),
    );
    await world.servers.whole();
    return met ? landed(what) : missed(what);
  },
};
