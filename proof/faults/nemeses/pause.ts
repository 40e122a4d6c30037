/** SIGSTOP until somebody else works on the partition, then SIGCONT: a zombie that wakes. */
import type { Checkpoint } from '../../../src/pipeline/checkpoints.ts';
import type { Member } from '../../../test/helpers/member.ts';
import { landed, missed, type Nemesis, type Strike } from '../nemesis.ts';
import { came, within, type World } from '../world.ts';

/** From where a member that wakes goes on to save or to publish. */
const POINTS: readonly Checkpoint[] = ['loaded', 'merged', 'saved', 'transaction-begun', 'sent', 'offsets-added'];
const REACHED_WITHIN_MS = 25_000;
const STOPPED_WITHIN_MS = 5_000;
/** The session time, a rebalance, and something for a busy machine. */
const MOVED_WITHIN_MS = 40_000;
const AWAKE_WITHIN_MS = 20_000;

export const pause: Nemesis = {
  kind: 'pause',
  holds: () => null,
  variants: () => POINTS.map((at) => `at ${at}`),
  strike: async (world, what, random) => {
    const at = POINTS.find((each) => what === `at ${each}`);
    if (at === undefined) return missed(what);
    const strike = await world.withPrey(
      // Somebody has to be at liberty to take the partition over.
      (free) => (free.length > 1 ? free[random.int(0, free.length - 1)] : undefined),
      (prey) => pauseAt(world, prey, at, random.int(1, 3)),
    );
    return strike ?? missed(what);
  },
};

const pauseAt = async (world: World, prey: Member, at: Checkpoint, pass: number): Promise<Strike> => {
  const what = `at ${at}`;
  const struck = prey.break({ action: 'stop', at, pass });
  if (!(await within(struck, REACHED_WITHIN_MS)) || !(await came(() => prey.isStopped(), STOPPED_WITHIN_MS))) {
    // It would still stop when it comes there, with nobody to wake it.
    prey.signal('SIGKILL');
    await prey.ended;
    return missed(what);
  }
  const partition = await struck;
  const others = () => world.alive().filter((member) => member !== prey);
  const counts = new Map(others().map((member) => [member, member.eventsOf('batch').length]));
  const isWorkedOn = () =>
    others().some((member) =>
      member
        .eventsOf('batch')
        .slice(counts.get(member) ?? 0)
        .some((batch) => batch.partition === partition),
    );
  const hasMoved = await came(isWorkedOn, MOVED_WITHIN_MS);
  const before = prey.events.length;
  prey.signal('SIGCONT');
  if (!hasMoved) return missed(what);

  const since = () => prey.events.slice(before);
  const joined = () => since().findIndex(({ type }) => type === 'assigned');
  await came(() => joined() >= 0, AWAKE_WITHIN_MS);
  const asZombie = joined() < 0 ? since() : since().slice(0, joined());
  const committed = asZombie.some((event) => event.type === 'batch' && event.partition === partition);
  return committed
    ? {
        ...landed(what),
        violation: `a member that woke committed a batch of partition ${partition}, which was another's`,
      }
    : landed(what);
};
