interface EndedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batchSize: number;
  /** Null, whatever the client's types say, when everything in the batch lies before the offset that was asked for. */
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Stretches of a log that hold nothing but aborted messages and control records. The client moves over them without a
 * word to its handlers, to whom it looks as if records were missing. A log never changes, so these outlast a membership;
 * one a partition is enough, since only the one right before a batch counts.
 */
export class InvisibleStretches {
  readonly #latest = new Map<string, Stretch>();

  /** Hears of every batch that the client has ended. */
  ended({ topic, partition, batchSize, firstOffset, lastOffset }: EndedBatch): void {
    if (batchSize > 0 || firstOffset === null) return;
    const place = `${topic}:${partition}`;
    const from = this.startOf(topic, partition, Number(firstOffset));
    this.#latest.set(place, { from, to: Number(lastOffset) + 1 });
  }

  /** Where a fetch from `offset` would have begun, had the client not moved over what is invisible. */
  startOf(topic: string, partition: number, offset: number): number {
    const latest = this.#latest.get(`${topic}:${partition}`);
    return latest?.to === offset ? latest.from : offset;
  }
}
