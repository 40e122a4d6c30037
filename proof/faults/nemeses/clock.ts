/** A member whose clock is wrong, and messages dated so close to the limit that a wrong clock would judge them wrongly. */
import { recordType } from '../../../src/adapters/registry/schemas.ts';
import { frame } from '../../../src/adapters/registry/wire.ts';
import { order } from '../../../test/helpers/events.ts';
import { landed, missed, type Nemesis } from '../nemesis.ts';
import { came, type World } from '../world.ts';

const MINUTE_MS = 60_000;
/** Further ahead than an hour, and brokers refuse what the member publishes (`message.timestamp.after.max.ms`). */
const SKEWS = {
  'a year slow': -365 * 24 * 60 * MINUTE_MS,
  'an hour slow': -60 * MINUTE_MS,
  'fifty minutes fast': 50 * MINUTE_MS,
} as const;
/** Of the product's default, which the members here run with. */
const TOLERANCE_MS = 300_000;
const MESSAGES = 24;
const WORKS_WITHIN_MS = 30_000;

export const clock: Nemesis = {
  kind: 'clock',
  holds: () => null,
  variants: () => Object.keys(SKEWS),
  strike: async (world, what, random) => {
    const skewMs = SKEWS[what as keyof typeof SKEWS];
    const skewed = world.join({ CLOCK_SKEW_MS: String(skewMs) });
    if (!(await came(() => skewed.eventsOf('batch').length > 0, WORKS_WITHIN_MS))) return missed(what);
    const before = skewed.eventsOf('batch').length;
    await world.scenario.publish(closeToTheLimit(world, random.int(0, 1e9)));
    const judged = await came(() => skewed.eventsOf('batch').length > before, WORKS_WITHIN_MS);
    await world.withPrey(
      (free) => free.find((member) => member === skewed),
      (prey) => prey.stop(),
    );
    return judged ? landed(what) : missed(what);
  },
};

/** Half a minute to either side of the latest date that is allowed, and all from one device. */
const closeToTheLimit = ({ scenario }: World, number: number): Parameters<World['scenario']['publish']>[0] =>
  Array.from({ length: MESSAGES }, (_, index) => {
    const customerId = `dated-${number}-${index}`;
    const occurredAt = Date.now() + TOLERANCE_MS + (index % 2 === 0 ? -MINUTE_MS : MINUTE_MS) / 2;
    const said = { customerId, orderId: `dated-${number}-${index}`, occurredAt, deviceFingerprint: 'of-the-dated' };
    const { event } = order(said);
    const value = frame(scenario.schemaIds.OrderFinalized, recordType('OrderFinalized').toBuffer(event));
    return { topic: scenario.inputs[0], key: customerId, value, headers: {} };
  });
