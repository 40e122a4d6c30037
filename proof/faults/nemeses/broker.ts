/** A broker that is killed, restarted, or hangs. */
import { landed, missed, type Nemesis } from '../nemesis.ts';
import { during, type Outage, OUTAGES, wasMet } from './outage.ts';

export const broker: Nemesis = {
  kind: 'broker',
  holds: () => 'kafka',
  variants: () => Object.keys(OUTAGES),
  strike: async (world, what, random) => {
    const { brokers } = world.servers;
    const server = brokers[random.int(0, brokers.length - 1)];
    if (server === undefined) return missed(what);
    // Hanging is noticed by silence only, which takes as long as a request may: 15 s.
    const ms = what === 'hung' ? random.int(16_000, 20_000) : random.int(500, 4_000);
    const met = await wasMet(world, ['KAFKA_UNAVAILABLE', 'FENCED'], () => during(server, what as Outage, ms));
    await world.servers.whole();
    return met ? landed(what) : missed(what);
  },
};
