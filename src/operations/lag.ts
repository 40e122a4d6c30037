/** How far a member is behind, in records and in seconds, by topic and partition of its own tasks. */
import { Gauge, type Registry } from 'prom-client';

/** Records of one topic partition that are not processed yet. */
export interface Lag {
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
}

/** `owns`: whether this member has the task; the lag of others is theirs to tell. */
export const createLagGauges = (registers: Registry[], owns: (partition: number) => boolean) => {
  const labelNames = ['topic', 'partition'] as const;
  const records = new Gauge({
    name: 'customer_profile_lag_records',
    help: 'Records of a topic partition that are not processed yet.',
    labelNames,
    registers,
  });
  const seconds = new Gauge({
    name: 'customer_profile_lag_seconds',
    help: 'How long ago the latest processed record of a topic partition was sent, while others wait; 0 when none does.',
    labelNames,
    registers,
  });
  /** By partition and topic: when the latest processed record was sent, ms. */
  const reached = new Map<number, Map<string, number>>();
  return {
    processed: (partition: number, sentAt: Readonly<Record<string, number>>): void => {
      const topics = reached.get(partition) ?? new Map<string, number>();
      for (const [topic, at] of Object.entries(sentAt)) topics.set(topic, Math.max(at, topics.get(topic) ?? 0));
      reached.set(partition, topics);
    },
    closed: (partition: number): void => void reached.delete(partition),
    lagging: (lags: readonly Lag[]): void => {
      records.reset();
      seconds.reset();
      for (const { topic, partition, records: waiting } of lags) {
        if (!owns(partition)) continue;
        records.set({ topic, partition }, waiting);
        const sentAt = reached.get(partition)?.get(topic);
        if (waiting === 0) seconds.set({ topic, partition }, 0);
        // Nothing processed yet: nobody knows since when it waits.
        else if (sentAt !== undefined) seconds.set({ topic, partition }, Math.max(0, Date.now() - sentAt) / 1_000);
      }
    },
  };
};
