/** What outages of servers have in common. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerControl } from '../../../src/backing/index.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import type { World } from '../world.ts';

interface Way {
  /** Takes the server away. */
  readonly begin: (server: ServerControl) => Promise<void> | void;
  /** Gives it back; resolves once it is ready. */
  readonly end: (server: ServerControl) => Promise<void> | void;
}

export const OUTAGES = {
  killed: { begin: (server) => server.kill(), end: (server) => server.restart() },
  restarted: { begin: (server) => server.stop(), end: (server) => server.restart() },
  hung: { begin: (server) => server.pause(), end: (server) => server.resume() },
} as const satisfies Record<string, Way>;
export type Outage = keyof typeof OUTAGES;

/** Counts what members have had to recover from, so that a fault knows whether anybody met it. */
const troubles = (world: World, causes: readonly ErrorCode[]): number =>
  world
    .everybody()
    .flatMap((member) => member.events)
    .filter(
      (event) =>
        (event.type === 'recovery' && causes.includes(event.cause)) ||
        ((event.type === 'unassigned' || event.type === 'task-state') &&
          event.reason !== undefined &&
          causes.includes(event.reason)),
    ).length;

/** Whether a member met an outage with one of these causes while `work` lasted, or shortly after. */
export const wasMet = async (
  world: World,
  causes: readonly ErrorCode[],
  work: () => Promise<void>,
  afterwardsMs = 3_000,
): Promise<boolean> => {
  const before = troubles(world, causes);
  await work();
  const deadline = performance.now() + afterwardsMs;
  while (troubles(world, causes) === before && performance.now() < deadline) await pause(100);
  return troubles(world, causes) > before;
};

/** The server is away for so long, whatever happens meanwhile. */
export const during = async (
  server: ServerControl,
  how: Outage,
  ms: number,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> => {
  const { begin, end }: Way = OUTAGES[how];
  await begin(server);
  try {
    await Promise.all([pause(ms), meanwhile()]);
  } finally {
    await end(server);
  }
};
