/** What Prometheus reads, from the pipeline's events. Labels are closed lists, topics and partitions: no customer, no key. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { INCIDENTS, type Observer } from '../pipeline/observer.ts';
import { createBatchMetrics } from './metrics-of-batches.ts';
import { createTaskMetrics } from './metrics-of-tasks.ts';
import { createLagGauges, type Lag } from './lag.ts';

export interface Metrics {
  readonly observe: Observer;
  /** Takes the lag of the group; only what is of this member's tasks counts. */
  readonly lagging: (lags: readonly Lag[]) => void;
  readonly contentType: string;
  /** In the text format of Prometheus. */
  readonly text: () => Promise<string>;
}

/** Makes a counter: `name` without prefix and suffix. One that is counted by something begins at 0 for each value that is known. */
export type MakeCounter = <L extends string = never>(
  name: string,
  help: string,
  by?: Readonly<Record<L, readonly string[]>>,
) => Counter<L>;

export const createMetrics = (version: string): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'customer_profile_build_info',
    help: 'Always 1; what runs is in the labels.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.versions.node }, 1);
  const counter = <L extends string>(name: string, help: string, by?: Readonly<Record<L, readonly string[]>>) => {
    const labelNames = Object.keys(by ?? {}) as L[];
    const made = new Counter({ name: `customer_profile_${name}_total`, help, labelNames, registers });
    // Prometheus sees no increase where a series begins with its first event.
    for (const label of labelNames) for (const value of by?.[label] ?? []) made.inc({ [label]: value } as never, 0);
    return made;
  };

  const batches = createBatchMetrics(registers, counter);
  const tasks = createTaskMetrics(registers, counter);
  const lag = createLagGauges(registers, tasks.owns);
  const swept = counter('dead_letters_erased', 'Dead letters of erased customers that were removed.');
  const incidents = counter('incidents', 'What should not happen in a healthy installation.', { kind: INCIDENTS });

  const observe: Observer = (event) => {
    tasks.observe(event);
    if (event.type === 'batch') {
      batches.committed(event);
      lag.processed(event.partition, event.sentAt?.latest ?? {});
    } else if (event.type === 'swept') swept.inc(event.erased);
    else if (event.type === 'incident') incidents.inc({ kind: event.kind });
    else if (event.type === 'task-state' && event.state === 'closed') lag.closed(event.partition);
  };

  return { observe, lagging: lag.lagging, contentType: registry.contentType, text: () => registry.metrics() };
};
