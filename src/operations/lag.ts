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
  const records = new Gauge({
    name: 'customer_profile_lag_records',
    help: 'Records of a topic partition that are not processed yet.',
    labelNames: ['topic', 'partition'],
    registers,
  });
  const seconds = new Gauge({
    name: 'customer_profile_lag_seconds',
    help: 'How long ago the latest record that a task has processed was sent, while others wait; 0 when none does.',
    labelNames: ['partition'],
    registers,
  });
  /** When the latest processed record was sent, ms. */
  const reached = new Map<number, number>();
  return {
    processed: (partition: number, sentAt: number): void => {
      reached.set(partition, Math.max(sentAt, reached.get(partition) ?? 0));
    },
    closed: (partition: number): void => void reached.delete(partition),
    lagging: (lags: readonly Lag[]): void => {
      records.reset();
      seconds.reset();
      const own = lags.filter(({ partition }) => owns(partition));
      for (const { topic, partition, records: waiting } of own) records.set({ topic, partition }, waiting);
      for (const partition of new Set(own.map((lag) => lag.partition))) {
        const sentAt = reached.get(partition);
        const waits = own.some((lag) => lag.partition === partition && lag.records > 0);
        // Nothing processed yet, and something waits: nobody knows since when.
        if (waits && sentAt === undefined) continue;
        seconds.set({ partition }, waits && sentAt !== undefined ? Math.max(0, Date.now() - sentAt) / 1_000 : 0);
      }
    },
  };
};
