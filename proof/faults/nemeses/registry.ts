/** A registry that refuses or hangs, just when a schema is met that nobody knows yet. */
import { landed, missed, type Nemesis } from '../nemesis.ts';
import { during, type Outage, wasMet } from './outage.ts';

const WAYS: Readonly<Record<string, Outage>> = { refusing: 'killed', hung: 'hung' };
/** Longer than a member waits for an answer. */
const HUNG_MS = 9_000;

export const registry: Nemesis = {
  kind: 'registry',
  holds: () => 'registry',
  variants: () => Object.keys(WAYS),
  strike: async (world, what, random) => {
    const how = WAYS[what];
    if (how === undefined) return missed(what);
    const record = await world.newlyWritten();
    const ms = how === 'hung' ? HUNG_MS : random.int(1_000, 4_000);
    const met = await wasMet(world, ['REGISTRY_UNAVAILABLE'], () =>
      during(world.servers.registry, how, ms, () => world.scenario.publish([record])),
    );
    return met ? landed(what) : missed(what);
  },
};
