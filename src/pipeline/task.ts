/** The owner's side of one partition: opens it, works through rounds, and recovers in one way from every failure. */
import { type ErrorCode, isProfileError } from '../errors.ts';
import { backoff } from './backoff.ts';
import type { TaskContext } from './context.ts';
import { Inbox, type Reception } from './inbox.ts';
import type { TaskState } from './observer.ts';
import { type OpenTask, openTask } from './open.ts';
import type { FetchedBatch, Position } from './ports.ts';
import { processRound } from './round.ts';
import { Sweeper } from './sweeper.ts';

/** How long an offer waits for room before the client is to fetch again, so that other tasks are not held up, ms. */
const PATIENCE_MS = 1_000;

export class Task {
  readonly partition: number;
  readonly #context: TaskContext;
  readonly #inbox = new Inbox();
  readonly #closing = new AbortController();
  readonly #worked: Promise<void>;
  /** Since the last commit, so that rounds that keep failing are tried less and less often, however well the task opens. */
  #failures = 0;
  /** Of the task as it is open now. */
  #sweeper: Sweeper | null = null;

  constructor(context: TaskContext, partition: number) {
    this.#context = context;
    this.partition = partition;
    this.#worked = this.#work();
  }

  /** Takes a batch once there is room: the next one is fetched while this one is in work. */
  async offer(batch: FetchedBatch): Promise<Reception> {
    const reception = this.#receive(batch);
    return reception === 'full' ? this.#receiveLater(batch) : reception;
  }

  /** Lets go: once resolved, this task touches nothing any more. A newer owner may have fenced it long before. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#inbox.wake();
    this.#context.cache.drop(this.partition);
    this.#report('closed');
    await this.#worked;
    // A round that still committed has filled it again: stale by the time the partition comes back.
    this.#context.cache.drop(this.partition);
  }

  #receive(batch: FetchedBatch): Reception {
    if (this.#closing.signal.aborted) return 'full';
    const reception = this.#inbox.offer(batch);
    if (reception === 'gap') {
      const { topic, partition } = batch;
      this.#context.observe({ type: 'incident', kind: 'position-lost', topic, partition });
    }
    return reception;
  }

  /** Waits for room as long as patience lasts; once the task is closed there is none any more. */
  async #receiveLater(batch: FetchedBatch): Promise<Reception> {
    const { clock } = this.#context;
    const received = new AbortController();
    const patience = clock.sleep(PATIENCE_MS, received.signal).catch(() => undefined);
    const deadline = clock.now() + PATIENCE_MS;
    let reception: Reception = 'full';
    while (reception === 'full' && !this.#closing.signal.aborted && clock.now() < deadline) {
      await Promise.race([this.#inbox.changed(), patience]);
      reception = this.#receive(batch);
    }
    received.abort();
    return reception;
  }

  /** One round after the other: the task's mutex over all its topics, from load to the commit's result (rule 5). */
  async #work(): Promise<void> {
    const { signal } = this.#closing;
    let task = await this.#opened();
    while (task !== null) {
      try {
        const batches = await this.#taken();
        if (batches === null) break;
        task = await this.#processed(task, batches);
        this.#inbox.committed();
        this.#failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        task = await this.#recovered(task, error);
      } finally {
        this.#context.observe({ type: 'step', partition: this.partition, step: 'idle' });
      }
    }
    await this.#sweeper?.stop();
    await task?.producer.close();
  }

  /** The next round's batches; null once the task is to close. */
  async #taken(): Promise<readonly FetchedBatch[] | null> {
    while (!this.#closing.signal.aborted) {
      this.#sweeper?.check();
      const changed = this.#inbox.changed();
      const batches = this.#inbox.take();
      if (batches !== null) return batches;
      await changed;
    }
    return null;
  }

  async #processed(task: OpenTask, batches: readonly FetchedBatch[]): Promise<OpenTask> {
    const records = batches.reduce((sum, batch) => sum + batch.records.length, 0);
    const round = (): Promise<Position> =>
      this.#context.inTurn(records, () => {
        this.#closing.signal.throwIfAborted();
        return processRound(this.#context, task, batches);
      });
    const position = await (this.#sweeper?.round(round) ?? round());
    return { ...task, position };
  }

  /** The one recovery path: drop producer and cache, ask the group, fence again, read the offsets, go on. */
  async #recovered(task: OpenTask, error: unknown): Promise<OpenTask | null> {
    const cause = codeOf(error);
    this.#context.observe({ type: 'recovery', partition: this.partition, cause, error });
    this.#context.cache.drop(this.partition);
    // What it still does, it does with a producer that is given up: nobody has to wait for it.
    void this.#sweeper?.stop();
    await task.producer.close();
    return this.#opened(cause);
  }

  /** Takes the task, for as long as it takes; null once it is to close. */
  async #opened(failure?: ErrorCode): Promise<OpenTask | null> {
    const { clock, membership } = this.#context;
    const { signal } = this.#closing;
    let cause = failure;
    while (!signal.aborted) {
      try {
        if (cause !== undefined) {
          this.#report('waiting', cause);
          await clock.sleep(backoff(this.#failures), signal);
          this.#failures += 1;
          // Rule 10: a member that lost its partition must not fence its successor.
          await membership.confirmed(signal);
        }
        this.#report('opening', cause);
        const task = await openTask(this.#context, this.partition);
        this.#inbox.rewind(task.position);
        this.#report('running');
        const sweeper = new Sweeper(this.#context, task, () => this.#inbox.wake());
        this.#sweeper = sweeper;
        return { ...task, onErased: () => sweeper.erased() };
      } catch (error) {
        cause = codeOf(error);
      }
    }
    return null;
  }

  /** A closed task says no more, whatever is still under way. */
  #report(state: TaskState, reason?: ErrorCode): void {
    if (this.#closing.signal.aborted && state !== 'closed') return;
    const { partition } = this;
    this.#context.observe({ type: 'task-state', partition, state, ...(reason === undefined ? {} : { reason }) });
  }
}

const codeOf = (error: unknown): ErrorCode => (isProfileError(error) ? error.code : 'UNEXPECTED');
