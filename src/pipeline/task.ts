/** The owner's side of one partition: opens it, works through rounds, and recovers in one way from every failure. */
import { type ErrorCode, isProfileError } from '../errors.ts';
import { backoff } from './backoff.ts';
import type { TaskContext } from './context.ts';
import { type OpenTask, openTask } from './open.ts';
import type { TaskState } from './observer.ts';
import type { FetchedBatch } from './ports.ts';
import { processRound } from './round.ts';

/** done: committed. again: deliver the same records again. reread: make the client read the committed offsets again. */
export type RoundOutcome = 'done' | 'again' | 'reread';

/** How long a delivery waits for a task that is opening before it hands the records back, ms. */
const PATIENCE_MS = 1_000;

export class Task {
  readonly partition: number;
  readonly #context: TaskContext;
  readonly #closing = new AbortController();
  #open: Promise<OpenTask>;
  /** One mutex over all topics of the task, from load to the commit's result (rule 5). */
  #mutex: Promise<unknown> = Promise.resolve();

  constructor(context: TaskContext, partition: number) {
    this.#context = context;
    this.partition = partition;
    this.#open = settled(this.#opening());
  }

  process(batches: readonly FetchedBatch[]): Promise<RoundOutcome> {
    const outcome = this.#mutex.then(() => this.#round(batches));
    this.#mutex = outcome;
    return outcome;
  }

  /** Lets go: nothing is saved or published after the steps under way, and a newer owner may already have fenced us. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#context.cache.drop(this.partition);
    this.#report('closed');
    await this.#mutex;
    const open = await this.#open.catch(() => null);
    await open?.producer.close();
  }

  async #round(batches: readonly FetchedBatch[]): Promise<RoundOutcome> {
    const task = await this.#whenOpen();
    if (task === null) return 'again';
    try {
      const position = await processRound(this.#context, task, batches);
      this.#open = Promise.resolve({ ...task, position });
      return 'done';
    } catch (error) {
      if (this.#closing.signal.aborted) return 'again';
      this.#recover(task, error);
      return isProfileError(error, 'POSITION_LOST') ? 'reread' : 'again';
    } finally {
      this.#context.observe({ type: 'step', partition: this.partition, step: 'idle' });
    }
  }

  /** The open task; null when it does not open soon, so that the fetch loop goes round and other tasks are not held up. */
  async #whenOpen(): Promise<OpenTask | null> {
    const { signal } = this.#closing;
    if (signal.aborted) return null;
    const patience = this.#context.clock.sleep(PATIENCE_MS, signal).catch(() => undefined);
    return Promise.race([this.#open.catch(() => null), patience.then(() => null)]);
  }

  /** The one recovery path: drop producer and cache, ask the group, fence again, read the offsets, go on. */
  #recover(task: OpenTask, error: unknown): void {
    const cause = codeOf(error);
    this.#context.observe({ type: 'recovery', partition: this.partition, cause });
    this.#context.cache.drop(this.partition);
    this.#open = settled(this.#opening({ cause, dropped: task }));
  }

  /** Rejects only once the task is closed. */
  async #opening(failed?: { cause: ErrorCode; dropped: OpenTask }): Promise<OpenTask> {
    const { clock, membership } = this.#context;
    const { signal } = this.#closing;
    let cause = failed?.cause;
    await failed?.dropped.producer.close();
    for (let attempt = 0; ; attempt += 1) {
      if (cause !== undefined) {
        this.#report('waiting', cause);
        await clock.sleep(backoff(attempt), signal);
        // Rule 10: a member that lost its partition must not fence its successor.
        await membership.confirmed(signal);
      }
      this.#report('opening', cause);
      try {
        const task = await openTask(this.#context, this.partition);
        this.#report('running');
        return task;
      } catch (error) {
        cause = codeOf(error);
      }
      signal.throwIfAborted();
    }
  }

  /** A closed task says no more, whatever is still under way. */
  #report(state: TaskState, reason?: ErrorCode): void {
    const { partition } = this;
    if (this.#closing.signal.aborted && state !== 'closed') return;
    this.#context.observe({ type: 'task-state', partition, state, ...(reason === undefined ? {} : { reason }) });
  }
}

const codeOf = (error: unknown): ErrorCode => (isProfileError(error) ? error.code : 'UNEXPECTED');

/** A closed task rejects its opening, and nobody may be waiting for it. */
const settled = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};
