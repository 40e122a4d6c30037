/**
 * `npm run bench:rebalance`: how long customers wait for their updates while members come and go under load: the longest silence of
 * each partition of `customer-updated`, of tasks that moved and of those that stayed with their member.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type BackingServices, startBackingServices } from '../src/backing/index.ts';
import { contractOf } from '../src/domain/contracts.ts';
import type { Member } from '../test/helpers/member.ts';
import { createScenario, type Scenario } from '../test/helpers/scenario.ts';
import { until } from '../test/helpers/until.ts';

const { values } = parseArgs({
  options: {
    partitions: { type: 'string', default: '8' },
    rate: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '3' },
  },
});
const [PARTITIONS, RATE, ROUNDS] = [Number(values.partitions), Number(values.rate), Number(values.rounds)];
/** Before and after what happens, so that its silences are seen whole, ms. */
const CALM_MS = 4_000;
const SESSION_TIMEOUT_MS = 10_000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

type Owners = ReadonlyMap<number, Member>;

const ownersOf = (members: readonly Member[]): Owners =>
  new Map(members.flatMap((member) => member.partitions().map((partition) => [partition, member] as const)));

/** What happened, when, and whose each partition was before and after. */
interface Happening {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly before: Owners;
  readonly after: Owners;
}

const settled = (members: readonly Member[]): Promise<void> =>
  until('every partition is at work', async () => {
    const sizes = members.map((member) => member.partitions().length);
    if (ownersOf(members).size !== PARTITIONS || sizes.reduce((sum, size) => sum + size, 0) !== PARTITIONS)
      return false;
    if (Math.max(...sizes) - Math.min(...sizes) > 1) return false;
    await Promise.all(members.map((member) => member.running()));
    return true;
  });

const happenings: Happening[] = [];

const observe = async (what: string, members: Member[], change: () => Promise<void>): Promise<void> => {
  await pause(CALM_MS);
  const before = ownersOf(members);
  const from = Date.now();
  await change();
  await settled(members);
  await pause(CALM_MS);
  happenings.push({ what, from, to: Date.now(), before, after: ownersOf(members) });
  say(`${what}: ${((Date.now() - CALM_MS - from) / 1_000).toFixed(1)} s`);
};

const joins = (scenario: Scenario, members: Member[]) =>
  observe('a member joins', members, () => Promise.resolve(void members.push(scenario.member())));

const leaves = (what: string, signal: NodeJS.Signals, members: Member[]) =>
  observe(what, members, async () => {
    const leaving = members.shift();
    leaving?.signal(signal);
    await leaving?.ended;
  });

const restarts = (scenario: Scenario, members: Member[]) =>
  observe('a member is replaced', members, async () => {
    // As the chart has it: one leaves, then its successor joins.
    await members.shift()?.stop();
    members.push(scenario.member());
  });

/** By partition: when its updates were published, ms, in order. */
const publications = async (scenario: Scenario): Promise<ReadonlyMap<number, readonly number[]>> => {
  const { topic } = contractOf('CustomerUpdated', String(scenario.env['TOPIC_PREFIX']));
  const times = new Map<number, number[]>();
  for (const { partition, timestamp } of await scenario.records(topic)) {
    const known = times.get(partition);
    if (known === undefined) times.set(partition, [timestamp]);
    else known.push(timestamp);
  }
  return times;
};

const silenceOf = (times: readonly number[], { from, to }: { from: number; to: number }): number => {
  const within = [from, ...times.filter((time) => time > from && time < to), to];
  return Math.max(...within.slice(1).map((time, at) => time - (within[at] ?? time)));
};

const described = (all: readonly number[]): string => {
  if (all.length === 0) return '-';
  const sorted = all.toSorted((a, b) => a - b);
  const seconds = (ms: number | undefined): string => ((ms ?? NaN) / 1_000).toFixed(2);
  return `${seconds(sorted[Math.floor(sorted.length / 2)])} (${seconds(sorted.at(-1))}), ${all.length}`;
};

const run = async (services: BackingServices): Promise<void> => {
  const scenario = await createScenario({
    services,
    partitions: PARTITIONS,
    env: { SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS) },
  });
  try {
    const members = [scenario.member()];
    await settled(members);
    const traffic = scenario.traffic({ seed: 1, customers: 2_000, events: Infinity, rate: RATE, spread: 'even' });
    await observe('nothing', members, () => Promise.resolve());
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let joining = 0; joining < 3; joining += 1) await joins(scenario, members);
      for (let replaced = 0; replaced < 4; replaced += 1) await restarts(scenario, members);
      await observe('nothing', members, () => Promise.resolve());
      await leaves('a member is told to stop', 'SIGTERM', members);
      await leaves('a member is told to stop', 'SIGTERM', members);
      await leaves('a member is killed', 'SIGKILL', members);
    }
    await traffic.stop();
    await scenario.drained();
    const { ok, violations } = await scenario.verified();
    if (!ok) throw new Error(`${violations.length} violations`);
    const times = await publications(scenario);
    process.stdout.write(
      '| what happens | moved: longest silence, s: median (worst), tasks | stayed |\n| --- | --- | --- |\n',
    );
    for (const [what, ofKind] of Map.groupBy(happenings, (happening) => happening.what)) {
      const silences = { moved: [] as number[], stayed: [] as number[] };
      for (const happening of ofKind) {
        for (const [partition, owner] of happening.after) {
          const kind = happening.before.get(partition) === owner ? 'stayed' : 'moved';
          silences[kind].push(silenceOf(times.get(partition) ?? [], happening));
        }
      }
      process.stdout.write(`| ${what} | ${described(silences.moved)} | ${described(silences.stayed)} |\n`);
    }
  } finally {
    await scenario.close();
  }
};

const services = await startBackingServices({ onProgress: say });
try {
  await run(services);
} finally {
  await services.stop();
}
