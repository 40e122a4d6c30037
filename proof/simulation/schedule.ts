/** What a seed stands for: the size of a world, and which faults befall it, where and how often. */
import type { Random } from '../../src/traffic/random.ts';
import { CHECKPOINTS, type Checkpoint } from '../../src/pipeline/checkpoints.ts';
import type { InputShape } from './inputs.ts';

/**
 * failed: nothing arrived. lost-reply: it took effect, and the caller hears of an outage. late: the caller hears of an outage,
 * and it takes effect afterwards. slow: it arrives late, and the caller waits. half: a part took effect, then an outage.
 */
export const CALL_FAULTS = ['crash', 'pause', 'failed', 'lost-reply', 'late', 'slow', 'half'] as const;
export const CHECKPOINT_FAULTS = ['crash', 'pause', 'error'] as const;
/** At any moment. rewind, skip: the client fetches from elsewhere than where it was. */
export const WORLD_FAULTS = [
  ...['crash', 'pause', 'failover', 'kick', 'leave', 'rewind', 'skip', 'transaction-timeout'],
] as const;

export const CALLS = [
  'epochs.take',
  'producer.fence',
  'epochs.confirm',
  'offsets.read',
  'registry.learn',
  'profiles.load',
  'profiles.save',
  'transaction.send',
  'transaction.addOffsets',
  'transaction.commit',
  'producer.close',
] as const;

export type CallFault = (typeof CALL_FAULTS)[number];
export type CheckpointFault = (typeof CHECKPOINT_FAULTS)[number];
export type WorldFault = 'crash' | 'pause' | 'failover' | 'kick' | 'leave' | 'rewind' | 'skip' | 'transaction-timeout';

export interface Schedule extends InputShape {
  readonly members: number;
  /** Steps until everything is healed. */
  readonly steps: number;
  /** Faults at the most. */
  readonly faults: number;
  /** In [0, 1), for each call, checkpoint and step. */
  readonly callRate: number;
  readonly checkpointRate: number;
  readonly stepRate: number;
  /** The kinds that this world knows: few at a time go deeper than all at once. */
  readonly kinds: ReadonlySet<string>;
  /** Calls and checkpoints that faults are after. */
  readonly focus: ReadonlySet<string>;
  /** How readily MongoDB replicates, and members hear of the group, in (0, 1]. */
  readonly replicationRate: number;
  readonly heartbeatRate: number;
}

export const createSchedule = (random: Random): Schedule => (random.chance(0.7) ? duel(random) : anything(random));

const anything = (random: Random): Schedule => {
  const partitions = random.pick([1, 2, 3]);
  return {
    partitions,
    customers: random.int(partitions, 3),
    events: random.int(6, 12),
    ...common(random),
    callRate: random.pick([0.01, 0.04, 0.1]),
    checkpointRate: random.pick([0.01, 0.03, 0.08]),
    kinds: new Set(ALL_FAULTS.filter(() => random.chance(0.6))),
    focus: new Set([random.pick(CALLS), random.pick(CHECKPOINTS)]),
  };
};

/** One customer, over whom members that are late, dead or thrown out quarrel: most of what the protocol is for. */
const duel = (random: Random): Schedule => ({
  partitions: 1,
  customers: 1,
  events: random.int(4, 8),
  ...common(random),
  callRate: 0.01,
  checkpointRate: 0.01,
  kinds: new Set(ALL_FAULTS.filter((kind) => random.chance(DUELLING.has(kind) ? 0.9 : 0.3))),
  focus: new Set([
    random.pick(['loaded', 'merged', 'profiles.save']),
    random.pick(['saved', 'sent', 'transaction.commit', 'profiles.save']),
    random.pick(['none', 'none', 'epoch-taken', 'producer.fence']),
  ]),
});

const common = (random: Random) => ({
  unknownSchemas: random.chance(0.35),
  members: random.pick([2, 2, 3]),
  steps: random.int(150, 500),
  faults: random.int(3, 14),
  stepRate: random.pick([0.002, 0.01, 0.03]),
  replicationRate: random.pick([0.5, 0.5, 0.05]),
  heartbeatRate: random.pick([1, 0.1, 0.03]),
});

const ALL_FAULTS = [...new Set<string>([...CALL_FAULTS, ...CHECKPOINT_FAULTS, ...WORLD_FAULTS])];
const DUELLING = new Set(['crash', 'pause', 'slow', 'late', 'failover', 'half']);
const FOCUS_RATE = 0.3;

/** How often a fault of each kind landed in the middle of work, by `<where> × <kind>`. */
export type Coverage = Map<string, number>;

/** Decides what goes wrong, and counts it. */
export class Faults {
  readonly #random: Random;
  readonly #schedule: Schedule;
  readonly #coverage: Coverage;
  #left: number;

  constructor(random: Random, schedule: Schedule, coverage: Coverage) {
    this.#random = random;
    this.#schedule = schedule;
    this.#coverage = coverage;
    this.#left = schedule.faults;
  }

  heal(): void {
    this.#left = 0;
  }

  ofCall(name: string): CallFault | null {
    const kind = this.#draw(CALL_FAULTS, this.#rate(name, this.#schedule.callRate));
    return name === 'producer.close' && kind !== 'crash' && kind !== 'pause' ? null : kind;
  }

  ofCheckpoint(checkpoint: Checkpoint): CheckpointFault | null {
    return this.#draw(CHECKPOINT_FAULTS, this.#rate(checkpoint, this.#schedule.checkpointRate));
  }

  ofStep(): WorldFault | null {
    return this.#draw(WORLD_FAULTS, this.#schedule.stepRate);
  }

  landed(where: string, kind: string): void {
    this.#left -= 1;
    const key = `${where} × ${kind}`;
    this.#coverage.set(key, (this.#coverage.get(key) ?? 0) + 1);
  }

  #rate(where: string, rate: number): number {
    return this.#schedule.focus.has(where) ? FOCUS_RATE : rate;
  }

  #draw<T extends string>(kinds: readonly T[], rate: number): T | null {
    if (this.#left <= 0 || !this.#random.chance(rate)) return null;
    const kind = kinds[this.#random.int(0, kinds.length - 1)];
    return kind !== undefined && this.#schedule.kinds.has(kind) ? kind : null;
  }
}
