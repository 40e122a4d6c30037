/** The client hands over one batch a topic; a task wants those of one fetch together, so that it needs one transaction. */
import type { FetchedBatch } from '../../pipeline/ports.ts';
import type { RoundOutcome } from '../../pipeline/task.ts';

type Process = (partition: number, batches: readonly FetchedBatch[]) => Promise<RoundOutcome>;

export type Deliver = (batch: FetchedBatch) => Promise<RoundOutcome>;

/** The handlers of one fetch all start within the same turn of the event loop: what it brings belongs together. */
export const collectRounds = (process: Process): Deliver => {
  const collecting = new Map<number, { batches: FetchedBatch[]; outcome: Promise<RoundOutcome> }>();
  return (batch) => {
    const { partition } = batch;
    const round = collecting.get(partition);
    if (round !== undefined) {
      round.batches.push(batch);
      return round.outcome;
    }
    const batches = [batch];
    const outcome = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      collecting.delete(partition);
      return process(partition, batches);
    });
    collecting.set(partition, { batches, outcome });
    return outcome;
  };
};
