/** Sweeps dead letters beside the rounds of an open task: once it has opened, after every erasure, and now and then. */
import { Mutex } from 'async-mutex';
import type { TaskContext } from './context.ts';
import type { OpenTask } from './open.ts';
import { sweep } from './sweep.ts';

/** Of its time a task sweeps a fifth at the most, however many are erased and however many letters there are. */
const REST = 4;

export class Sweeper {
  readonly #context: TaskContext;
  readonly #turn = new Mutex();
  readonly #stopped = new AbortController();
  readonly #worked: Promise<void>;
  #told = Promise.withResolvers<undefined>();
  #failure: { readonly error: unknown } | null = null;

  /** `onFailure`: it sweeps no more, and `check` throws why. */
  constructor(context: TaskContext, task: OpenTask, onFailure: () => void) {
    this.#context = context;
    this.#worked = this.#work(task, onFailure);
  }

  /** Runs a round while no step of a sweep does. */
  round<T>(round: () => Promise<T>): Promise<T> {
    return this.#turn.runExclusive(round);
  }

  /** An erasure was published. */
  erased(): void {
    this.#told.resolve(undefined);
  }

  check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Once resolved it touches nothing any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#worked;
  }

  async #work(task: OpenTask, onFailure: () => void): Promise<void> {
    const context = this.#context;
    const { signal } = this.#stopped;
    const between = <T>(step: () => Promise<T>): Promise<T> =>
      this.#turn.runExclusive(() => {
        signal.throwIfAborted();
        return step();
      });
    try {
      while (!signal.aborted) {
        this.#told = Promise.withResolvers();
        const startedAt = context.clock.now();
        const isSwept = await sweep({ context, task, between, signal });
        if (isSwept) await context.clock.sleep(REST * (context.clock.now() - startedAt), signal);
        await this.#next();
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#failure = { error };
      onFailure();
    }
  }

  /** Waits until it is told of an erasure, or until others may have carried out one. */
  async #next(): Promise<void> {
    const { clock, sweeping } = this.#context;
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    const awake = new AbortController();
    const stopped = Promise.withResolvers<undefined>();
    signal.addEventListener('abort', () => stopped.resolve(undefined), { signal: awake.signal });
    const { everyMs } = sweeping;
    const slept = everyMs === null ? [] : [clock.sleep(everyMs, awake.signal).catch(() => undefined)];
    await Promise.race([this.#told.promise, stopped.promise, ...slept]);
    awake.abort();
  }
}
