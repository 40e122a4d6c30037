/** Publishes traffic: as fast as it can, or at a steady rate. */
import { setTimeout as sleep } from 'node:timers/promises';
import { take } from '../../bench/workload.ts';
import type { Publisher } from '../../src/adapters/kafka/publisher.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';

export interface Load {
  /** Messages so far. */
  readonly published: number;
  /** Publishes the next `count`, or fewer once `signal` aborts. */
  publish(count: number, signal: AbortSignal): Promise<void>;
  /** Publishes `rate` messages a second until `signal` aborts; what an obstacle held up is made up for. */
  steadily(rate: number, signal: AbortSignal): Promise<void>;
}

const AT_ONCE = 500;
const TICK_MS = 100;

export const createLoad = (publisher: Publisher, records: Iterator<OutboundRecord>): Load => {
  let published = 0;
  const publish: Load['publish'] = async (count, signal) => {
    for (let left = count; left > 0 && !signal.aborted; left -= AT_ONCE) {
      const batch = take(records, Math.min(left, AT_ONCE));
      await publisher.send(batch);
      published += batch.length;
    }
  };
  return {
    get published() {
      return published;
    },
    publish,
    steadily: async (rate, signal) => {
      const [before, startedAt] = [published, performance.now()];
      while (!signal.aborted) {
        const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
        await publish(due - (published - before), signal);
        await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
};
