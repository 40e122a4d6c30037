/** One simulated world: servers, members, and the faults that befall them, from a seed. */
import { createRandom, type Random } from '../../src/traffic/random.ts';
import { SimulatedGroup } from './group.ts';
import { createInputs, type Inputs } from './inputs.ts';
import { Invariants } from './invariants.ts';
import { SimulatedKafka } from './kafka.ts';
import { Member } from './member.ts';
import { SimulatedMongo } from './mongodb.ts';
import type { Mutant } from './mutants.ts';
import type { Violation } from './violation.ts';
import { type Coverage, createSchedule, Faults, type Schedule } from './schedule.ts';
import type { Call, CallPort } from './call.ts';
import { befall, faultyCalls } from './misfortune.ts';
import { byThemselves } from './nature.ts';
import { Scheduler, settled, type Trace } from './scheduler.ts';

/** Nothing is left out. */
export const SOUND: Omit<Mutant, 'name' | 'rule'> = {};

export interface Outcome {
  readonly seed: number;
  readonly steps: number;
  readonly violation: Violation | null;
}

export interface Options {
  readonly trace?: Trace;
  readonly coverage?: Coverage;
  readonly mutant?: Omit<Mutant, 'name' | 'rule'>;
}

/** Steps after healing within which everything has to be processed. */
const PATIENCE = 5_000;

/** Runs the one schedule of a seed to its end, or to its first violation. */
export const simulate = async (seed: number, options: Options = {}): Promise<Outcome> => {
  const world = new World(seed, options);
  await world.run();
  return { seed, steps: world.scheduler.step, violation: world.invariants.violation };
};

export class World {
  readonly random: Random;
  readonly schedule: Schedule;
  readonly scheduler: Scheduler;
  readonly inputs: Inputs;
  readonly invariants: Invariants;
  readonly kafka: SimulatedKafka;
  readonly mongo: SimulatedMongo;
  readonly group: SimulatedGroup;
  readonly faults: Faults;
  readonly mutant: Omit<Mutant, 'name' | 'rule'>;
  /** The clock of everybody, ms. */
  now = 0;
  /** Whether the registry has learned the schemas that it did not know. */
  schemaKnown = false;
  readonly members: Member[] = [];
  readonly call: CallPort;

  constructor(seed: number, { trace = null, coverage = new Map<string, number>(), mutant = SOUND }: Options) {
    this.random = createRandom(seed);
    this.schedule = createSchedule(this.random);
    this.mutant = mutant;
    this.scheduler = new Scheduler(this.random, trace);
    this.inputs = createInputs(this.random, this.schedule);
    this.invariants = new Invariants(this.inputs);
    this.mongo = new SimulatedMongo((before, after) => this.invariants.saved(before, after));
    this.kafka = new SimulatedKafka(this.inputs, (transaction) => this.invariants.decided(transaction, this.mongo));
    this.group = new SimulatedGroup(this.schedule.partitions);
    this.faults = new Faults(this.random, this.schedule, coverage);
    this.call = faultyCalls(this);
    for (const mover of byThemselves(this)) this.scheduler.add(mover);
    for (let index = 0; index < this.schedule.members; index += 1) this.start(index);
  }

  async run(): Promise<void> {
    const { scheduler, invariants, schedule } = this;
    let healed: number | null = null;
    await settled();
    while (invariants.violation === null) {
      if (healed === null && (scheduler.step >= schedule.steps || this.kafka.processed)) {
        healed = scheduler.step;
        this.faults.heal();
        scheduler.note('world', 'is healed');
      }
      if (healed !== null && this.#quiet()) {
        invariants.end(this.kafka, this.mongo);
        return;
      }
      if (healed !== null && scheduler.step > healed + PATIENCE) {
        invariants.stuck(`after ${PATIENCE} steps`);
        return;
      }
      if (!scheduler.next()) {
        invariants.stuck('nobody can do anything');
        return;
      }
      const fault = this.faults.ofStep();
      if (fault !== null) befall(this, fault);
      await settled();
    }
  }

  /** Starts a member, or another life of one that is dead. */
  start(index: number, life = 1): void {
    this.members[index] = new Member(this, life === 1 ? `m${index + 1}` : `m${index + 1}.${life}`);
    this.scheduler.note(this.members[index].name, 'starts');
  }

  /** Nothing is under way any more that could change anything. */
  #quiet(): boolean {
    const { scheduler, mongo, kafka } = this;
    if (!kafka.processed || mongo.lag > 0 || kafka.unwritten().length > 0) return false;
    if (this.members.some(({ state }) => state === 'paused')) return false;
    return !scheduler.underWay(mayChangeSomething);
  }
}

const HARMLESS = new Set(['group.heartbeat', 'group.join', 'clock.sleep']);

const mayChangeSomething = ({ request, caller }: Call): boolean =>
  !HARMLESS.has(request.name) && (caller.state !== 'dead' || request.server !== 'process');
