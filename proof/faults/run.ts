/** A run: servers, traffic, members, faults; then heal, drain and judge. */
import { judge } from '../judge/judge.ts';
import type { Judgement } from '../judge/types.ts';
import { withEvidence } from './evidence.ts';
import { strikeOn } from './lanes.ts';
import type { Strike } from './nemesis.ts';
import { NEMESES } from './nemeses/index.ts';
import type { Kind, Options } from './options.ts';
import { startRetentionDesk } from './retained.ts';
import { startServers } from './servers.ts';
import { FaultTally, type Tally } from './tally.ts';
import { came, createWorld, startTraffic, type World } from './world.ts';

export interface Run {
  readonly options: Options;
  readonly seconds: number;
  readonly published: number;
  readonly faults: Tally;
  /** Members started, the first ones included. */
  readonly members: number;
  readonly judgement: Judgement;
  /** Why the run has failed; empty when it has not. */
  readonly failures: readonly string[];
}

/** Of customers as a whole, each of which the retention desk brings about. */
const OUTCOMES = ['held', 'minimised', 'archived', 'erased'];
const READY_WITHIN_MS = 60_000;
const DRAINED_WITHIN_MS = 600_000;
/** A run that has not seen by then what it was asked for says so instead. */
const LONGEST = 4;

export const runFaults = async (options: Options, tell: (line: string) => void): Promise<Run> => {
  const servers = await startServers(options, tell);
  try {
    const world = await createWorld(options, servers);
    try {
      return await runIn(world, tell);
    } finally {
      await world.close();
    }
  } finally {
    await servers.stop();
  }
};

const runIn = async (world: World, tell: (line: string) => void): Promise<Run> => {
  const { options, scenario } = world;
  const startedAt = performance.now();
  world.refill();
  const traffic = startTraffic(world);
  const desk = startRetentionDesk(scenario);
  const works = (): boolean => world.alive().every((member) => member.eventsOf('batch').length > 0);
  if (!(await came(works, READY_WITHIN_MS))) throw new Error('the members did not begin to work');
  const variants = new Map(options.faults.map((kind) => [kind, NEMESES[kind].variants(world)]));
  const tally = new FaultTally(variants);
  const failures: string[] = [];

  const deadline = startedAt + LONGEST * options.minutes * 60_000;
  const isEnough = (): boolean =>
    performance.now() >= startedAt + options.minutes * 60_000 &&
    traffic.count() >= options.events &&
    options.faults.every((kind) => tally.landedOf(kind) >= options.least || variants.get(kind)?.length === 0);
  const goesOn = (): boolean => !isEnough() && performance.now() < deadline;

  const struck = (kind: Kind, strike: Strike): void => {
    tally.struck(kind, strike);
    const at = ((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5);
    tell(`${at} s  ${kind}: ${strike.what}${strike.landed ? '' : ', missed'}`);
    if (strike.violation !== undefined) failures.push(`${kind} ${strike.what}: ${strike.violation}`);
  };
  const held = new Set<string>();
  await Promise.all(
    Array.from({ length: options.lanes }, (_, lane) =>
      strikeOn(world, { lane: lane + 1, variants, tally, held, goesOn, struck }),
    ),
  );

  tell('healed');
  world.refill();
  await traffic.stop();
  await desk.stop();
  tell('the group reads what is left');
  await scenario.drained(DRAINED_WITHIN_MS).catch((error: unknown) => failures.push(String(error)));
  tell('drained; the judge reads everything');
  const { addresses } = world.servers;
  const { partitions } = options;
  const judgement = await withEvidence({ scenario, addresses, partitions, members: world.everybody() }, judge);

  for (const [kind, ofKind] of variants) {
    if (ofKind.length > 0 && tally.landedOf(kind) < options.least) {
      failures.push(`${kind} landed ${tally.landedOf(kind)} times and not ${options.least}`);
    }
  }
  const lost = traffic.count() + desk.count() - judgement.totals.inputs;
  if (lost > 0)
    failures.push(`${lost} messages were acknowledged to traffic and retention desk and are not in the log of inputs`);
  for (const outcome of OUTCOMES) {
    if (judgement.totals.decided[outcome] === undefined) failures.push(`of nobody retention decided ${outcome}`);
  }
  if (traffic.count() < options.events) failures.push(`${traffic.count()} messages and not ${options.events}`);
  if (!judgement.ok) failures.push(`${judgement.violations.length} violations`);
  return {
    options,
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    published: traffic.count(),
    faults: tally.all(),
    members: world.everybody().length,
    judgement,
    failures,
  };
};
