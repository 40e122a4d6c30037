/** Fetched batches of one task that are not committed yet: of each topic at most one in work and one waiting. */
import { ProfileError } from '../errors.ts';
import type { FetchedBatch, Position } from './ports.ts';

/** taken: it is kept until it is committed. full: offer it again. gap: records before it are missing. */
export type Reception = 'taken' | 'full' | 'gap';

export class Inbox {
  #inWork: readonly FetchedBatch[] = [];
  #waiting: FetchedBatch[] = [];
  /** Behind the last batch taken, by topic; null until the task has opened, and after a gap until it has opened again. */
  #received: Position | null = null;
  #gap = false;
  #changed = Promise.withResolvers<undefined>();

  /** Resolves when something was taken or rewound since the call, or when somebody is to look up. */
  changed(): Promise<undefined> {
    return this.#changed.promise;
  }

  offer(batch: FetchedBatch): Reception {
    const { topic, fetchedOffset, nextOffset } = batch;
    if (this.#received === null) return 'full';
    const next = this.#received[topic] ?? 0;
    if (fetchedOffset > next) {
      this.#received = null;
      this.#gap = true;
      this.wake();
      return 'gap';
    }
    if (nextOffset <= next) return 'taken';
    if (this.#waiting.some((other) => other.topic === topic)) return 'full';
    this.#waiting.push(batch);
    this.#received = { ...this.#received, [topic]: nextOffset };
    this.wake();
    return 'taken';
  }

  /**
   * The next batch of every topic, for one round; null when there is none. They stay here until `committed` or `rewind`.
   * Never more than one a topic, or rounds that keep failing, each with one batch more, would fill the memory.
   * Throws POSITION_LOST after a gap: only the committed offsets tell where to go on.
   */
  take(): readonly FetchedBatch[] | null {
    if (this.#gap) throw new ProfileError('POSITION_LOST', 'records were fetched from beyond the position');
    if (this.#waiting.length === 0) return null;
    const next = [...Map.groupBy(this.#waiting, ({ topic }) => topic).values()].flatMap((batches) =>
      batches.slice(0, 1),
    );
    this.#inWork = next;
    this.#waiting = this.#waiting.filter((batch) => !next.includes(batch));
    this.wake();
    return this.#inWork;
  }

  committed(): void {
    this.#inWork = [];
  }

  /**
   * After a fence the task goes on exactly at the committed offsets: what lies below is dropped, what follows without a gap
   * is worked on again, and anything else is left to the client to fetch anew.
   */
  rewind(position: Position): void {
    const kept: FetchedBatch[] = [];
    let received = position;
    for (const batch of [...this.#inWork, ...this.#waiting]) {
      const next = received[batch.topic] ?? 0;
      if (batch.fetchedOffset > next || batch.nextOffset <= next) continue;
      kept.push(batch);
      received = { ...received, [batch.topic]: batch.nextOffset };
    }
    this.#inWork = [];
    this.#waiting = kept;
    this.#received = received;
    this.#gap = false;
    this.wake();
  }

  wake(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}
