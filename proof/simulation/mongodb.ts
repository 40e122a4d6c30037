/** A replica set: a primary whose writes reach the majority later, or never. */
import type { ProfileDocument } from '../../src/pipeline/document.ts';

interface Data {
  readonly profiles: Map<string, ProfileDocument>;
  readonly tasks: Map<string, number>;
}

/** How to apply a write to the data of a node, and how to take it back. */
interface Write {
  apply(data: Data): void;
  undo(data: Data): void;
}

const emptyData = (): Data => ({ profiles: new Map(), tasks: new Map() });

/** Hears of every change of a profile at the primary. */
export type Saved = (before: ProfileDocument | null, after: ProfileDocument) => void;

export class SimulatedMongo {
  readonly primary = emptyData();
  /** What a majority holds, which no failover takes away. */
  readonly majority = emptyData();
  readonly #oplog: Write[] = [];
  #replicated = 0;
  readonly #saved: Saved;

  constructor(saved: Saved) {
    this.#saved = saved;
  }

  /** The write concern's mark: acknowledged once so much is replicated. */
  get end(): number {
    return this.#oplog.length;
  }

  get lag(): number {
    return this.#oplog.length - this.#replicated;
  }

  isReplicated(end: number): boolean {
    return this.#replicated >= end;
  }

  setProfile(document: ProfileDocument): void {
    const before = this.primary.profiles.get(document._id);
    this.#write(put(({ profiles }) => profiles, document._id, document, before));
    this.#saved(before ?? null, document);
  }

  setEpoch(task: string, epoch: number): void {
    this.#write(put(({ tasks }) => tasks, task, epoch, this.primary.tasks.get(task)));
  }

  replicate(count: number): void {
    const end = Math.min(this.#replicated + count, this.#oplog.length);
    for (; this.#replicated < end; this.#replicated += 1) this.#oplog[this.#replicated]?.apply(this.majority);
  }

  /** Another node becomes primary, with everything that is replicated and `kept` of what is not. Returns what is lost. */
  failover(kept: number): number {
    const lost = this.#oplog.splice(this.#replicated + kept);
    for (const write of lost.toReversed()) write.undo(this.primary);
    return lost.length;
  }

  #write(write: Write): void {
    this.#oplog.push(write);
    write.apply(this.primary);
  }
}

const put = <T>(of: (data: Data) => Map<string, T>, id: string, after: T, before: T | undefined): Write => ({
  apply: (data) => void of(data).set(id, after),
  undo: (data) => {
    if (before === undefined) of(data).delete(id);
    else of(data).set(id, before);
  },
});
