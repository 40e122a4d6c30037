/** The tasks of one member, following its assignment. */
import type { TaskContext } from './context.ts';
import type { Reception } from './inbox.ts';
import type { FetchedBatch } from './ports.ts';
import { Task } from './task.ts';

/** Keeps the fetch loop from spinning on records that nobody here may process, ms. */
const UNASSIGNED_PAUSE_MS = 50;

export class Processor {
  readonly #context: TaskContext;
  readonly #tasks = new Map<number, Task>();
  /** Tasks that were let go and are still finishing the steps under way. */
  readonly #closing = new Set<Promise<void>>();

  constructor(context: TaskContext) {
    this.#context = context;
  }

  /**
   * Follows a new assignment, synchronously, before the first fetch. Tasks that stay go on at their own position;
   * `kept` is false when the member was kicked and joined anew: then somebody else may have had every one of them.
   */
  assigned(partitions: readonly number[], kept: boolean): void {
    for (const [partition, task] of this.#tasks) if (!kept || !partitions.includes(partition)) this.#release(task);
    for (const partition of partitions) {
      if (!this.#tasks.has(partition)) this.#tasks.set(partition, new Task(this.#context, partition));
    }
    this.#context.observe({ type: 'assigned', partitions });
  }

  async offer(batch: FetchedBatch): Promise<Reception> {
    const task = this.#tasks.get(batch.partition);
    if (task !== undefined) return task.offer(batch);
    // Batches that were queued before a rebalance, or during a stop.
    await this.#context.clock.sleep(UNASSIGNED_PAUSE_MS);
    return 'full';
  }

  /** Lets every task go and waits until none touches anything any more. */
  async stop(): Promise<void> {
    for (const task of this.#tasks.values()) this.#release(task);
    await Promise.all(this.#closing);
  }

  #release(task: Task): void {
    this.#tasks.delete(task.partition);
    const closed = task.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}
