/** One life of a member: the real processor and its tasks, with ports into the simulated world. */
import { ProfileError } from '../../src/errors.ts';
import { createProfileCache } from '../../src/pipeline/cache.ts';
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import type { TaskContext } from '../../src/pipeline/context.ts';
import type { PipelineEvent } from '../../src/pipeline/observer.ts';
import type { Clock } from '../../src/pipeline/ports.ts';
import { Processor } from '../../src/pipeline/processor.ts';
import { createTurns } from '../../src/pipeline/turns.ts';
import { audienceOutput } from './audience.ts';
import { createDecoder } from './decoder.ts';
import { RULES } from './rules.ts';
import { FUTURE_TOLERANCE_MS, OUTPUT_TOPIC, partitionOfCustomer } from './inputs.ts';
import { createProducer } from './kafka.ts';
import { createEpochStore, createProfileStore } from './stores.ts';
import type { Caller } from './call.ts';
import { GroupClient } from './client.ts';
import type { World } from './world.ts';
import { noHistory } from '../../test/helpers/no-history.ts';
import { noLinks } from '../../test/helpers/no-links.ts';
import { noSweeps } from '../../test/helpers/no-sweeps.ts';

export const GROUP = 'group';

/** Longer than anybody waits: durations are not simulated, since the backoff is drawn from outside the seed. */
const TICK_MS = 5_000;
const TIMER = 0.3;

export class Member implements Caller {
  readonly name: string;
  state: 'running' | 'paused' | 'dead' = 'running';
  /** The step at which a paused one goes on, and a dead one is replaced. */
  notBefore = 0;
  readonly #world: World;
  readonly #processor: Processor;
  readonly client: GroupClient;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    this.#processor = new Processor(world.mutant.context?.(this.#context(), world, this) ?? this.#context());
    this.client = new GroupClient(world, this, this.#processor);
  }

  crash(): void {
    this.state = 'dead';
    this.notBefore = this.#world.scheduler.later();
    this.#world.scheduler.note(this.name, 'dies');
    this.#world.scheduler.abandon(this);
  }

  pause(): void {
    this.state = 'paused';
    this.notBefore = this.#world.scheduler.later();
    this.#world.scheduler.note(this.name, 'pauses');
  }

  resume(): void {
    this.state = 'running';
    this.#world.scheduler.note(this.name, 'goes on');
  }

  /** As on SIGTERM: leaves the group at once, finishes what is under way, and ends. */
  leave(): void {
    this.#world.scheduler.note(this.name, 'leaves');
    this.client.leave();
    void this.#processor.stop().then(() => this.crash());
  }

  #context(): TaskContext {
    const { world, call } = { world: this.#world, call: this.#world.call };
    const { kafka, mongo } = world;
    return {
      group: GROUP,
      outputTopic: OUTPUT_TOPIC,
      futureToleranceMs: FUTURE_TOLERANCE_MS,
      epochs: createEpochStore(mongo, this, call),
      profiles: createProfileStore(mongo, this, call),
      erased: { among: () => Promise.resolve(new Map()) },
      decisions: { record: () => Promise.reject(new Error('nothing is asked of retention here')) },
      ...noHistory,
      producers: (partition) => createProducer(kafka, this, call, `${GROUP}-${partition}`, partition),
      offsets: {
        read: (partition) => {
          let position = {};
          const effects = [() => void (position = kafka.committed(partition))];
          return call(this, { name: 'offsets.read', server: 'kafka', effects, answer: () => position });
        },
      },
      decoder: createDecoder(world, this),
      encoder: { encode: (event) => world.invariants.encoded(event) },
      rules: RULES,
      audiences: [audienceOutput((event) => world.invariants.encoded(event))],
      links: noLinks,
      router: {
        routes: new Map(),
        partitionOf: (customerId) => partitionOfCustomer(customerId, world.schedule.partitions),
      },
      sweeping: noSweeps,
      membership: { confirmed: (signal) => this.client.confirmed(signal) },
      // Keeps whatever it is given: a stale document in it would be found.
      cache: createProfileCache(1024 * 1024, () => true),
      inTurn: createTurns(1_000),
      clock: this.#clock(),
      observe: (event) => this.#observe(event),
      passed: (checkpoint, partition) => this.#passed(checkpoint, partition),
    };
  }

  #clock(): Clock {
    const { scheduler } = this.#world;
    return {
      now: () => this.#world.now,
      sleep: (_ms, signal) =>
        new Promise((resolve, reject) => {
          const closed = (): void => reject(new ProfileError('CLOSED', 'closed while waiting'));
          if (signal?.aborted) {
            closed();
            return;
          }
          signal?.addEventListener('abort', closed, { once: true });
          void scheduler
            .call(this, {
              name: 'clock.sleep',
              server: 'process',
              effects: [],
              answer: () => void (this.#world.now += TICK_MS),
              weight: () => TIMER,
              cancelled: () => signal?.aborted === true,
            })
            .then(() => {
              signal?.removeEventListener('abort', closed);
              resolve();
            });
        }),
    };
  }

  #passed(checkpoint: Checkpoint, partition: number): void | Promise<void> {
    const { scheduler, faults } = this.#world;
    if (this.state === 'dead') return new Promise(() => undefined);
    scheduler.note(this.name, checkpoint, `p${partition}`);
    const fault = faults.ofCheckpoint(checkpoint);
    if (fault === null) return undefined;
    faults.landed(checkpoint, fault);
    if (fault === 'error') throw new Error(`failed at ${checkpoint}`);
    if (fault === 'pause') this.pause();
    else this.crash();
    return scheduler.call(this, { name: checkpoint, server: 'process', effects: [], answer: () => undefined });
  }

  #observe(event: PipelineEvent): void {
    if (event.type !== 'task-state' || this.state === 'dead') return;
    const { partition, state, reason } = event;
    this.#world.scheduler.note(this.name, `task ${state}`, `p${partition} ${reason ?? ''}`);
    if (state === 'waiting') this.#world.invariants.waits(this, partition);
    if (state === 'opening' && reason !== undefined) this.#world.invariants.opensAgain(this, partition);
  }
}
