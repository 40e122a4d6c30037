/** What Prometheus reads, from the pipeline's events. Labels are closed lists, topics and partitions: no customer, no key. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createLagGauges, type Lag } from './lag.ts';
import type { Observer, PipelineEvent, TaskState } from '../pipeline/observer.ts';

export interface Metrics {
  readonly observe: Observer;
  /** Takes the lag of the group; only what is of this member's tasks counts. */
  readonly lagging: (lags: readonly Lag[]) => void;
  readonly contentType: string;
  /** In the text format of Prometheus. */
  readonly text: () => Promise<string>;
}

const STATES: readonly TaskState[] = ['opening', 'running', 'waiting'];

export const createMetrics = (version: string): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const counter = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `customer_profile_${name}_total`, help, labelNames: [...labelNames], registers });

  const consumed = counter('records_consumed', 'Records taken from the inputs.');
  const applied = counter('events_applied', 'Events that changed a profile.');
  const unchanged = counter('events_unchanged', 'Events that changed nothing: duplicates, late ones, replays.');
  const refused = counter('records_refused', 'Records sent to the dead letters.', ['reason']);
  const routed = counter('events_routed', 'Events of rekeyed inputs sent on by customer.');
  const published = counter('versions_published', 'Versions of customers published.');
  const erased = counter('customers_erased', 'Customers whose erasure was published.');
  const decided = counter('retention_decisions', 'What retention decided.', ['outcome']);
  const swept = counter('dead_letters_erased', 'Dead letters of erased customers that were removed.');
  const recoveries = counter('task_recoveries', 'Tasks that started again from the committed offsets.', ['cause']);
  const incidents = counter('incidents', 'What should not happen in a healthy installation.', ['kind']);
  const stages = new Histogram({
    name: 'customer_profile_batch_stage_seconds',
    help: 'Time a batch spent in a step.',
    labelNames: ['stage'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });

  const states = new Map<number, TaskState>();
  new Gauge({
    name: 'customer_profile_tasks',
    help: 'Tasks of this member by state.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of STATES) this.set({ state }, [...states.values()].filter((other) => other === state).length);
    },
  });

  new Gauge({
    name: 'customer_profile_build_info',
    help: 'Always 1; what runs is in the labels.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.versions.node }, 1);
  const rebalances = counter('rebalances', 'Generations of the group that this member has joined.');
  const age = new Histogram({
    name: 'customer_profile_event_age_seconds',
    help: 'From the timestamp of the oldest record of a batch until what follows from it was published.',
    buckets: [0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 10_000],
    registers,
  });
  const opening = new Histogram({
    name: 'customer_profile_task_opening_seconds',
    help: 'From a task being taken until it goes on: what a rebalance costs those that moved.',
    buckets: [0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const openingSince = new Map<number, number>();
  const { lagging, processed, closed } = createLagGauges(registers, (partition) => states.has(partition));

  const taskState = ({ partition, state }: PipelineEvent & { type: 'task-state' }) => {
    const since = openingSince.get(partition);
    if (state === 'opening') openingSince.set(partition, since ?? performance.now());
    else openingSince.delete(partition);
    if (state === 'running' && since !== undefined) opening.observe((performance.now() - since) / 1_000);
    if (state !== 'closed') states.set(partition, state);
    else {
      states.delete(partition);
      closed(partition);
    }
  };

  const committed = (batch: PipelineEvent & { type: 'batch' }) => {
    consumed.inc(batch.consumed);
    applied.inc(batch.applied);
    unchanged.inc(batch.unchanged);
    routed.inc(batch.routed);
    if (batch.sentAt !== undefined) {
      age.observe(Math.max(0, Date.now() - batch.sentAt.oldest) / 1_000);
      processed(batch.partition, batch.sentAt.latest);
    }
    published.inc(batch.published);
    erased.inc(batch.erased);
    for (const [outcome, count] of Object.entries(batch.decided)) decided.inc({ outcome }, count);
    for (const [reason, count] of Object.entries(batch.refused)) refused.inc({ reason }, count);
    for (const [stage, ms] of Object.entries(batch.stages)) stages.observe({ stage }, ms / 1000);
  };

  const observe: Observer = (event) => {
    if (event.type === 'batch') committed(event);
    else if (event.type === 'swept') swept.inc(event.erased);
    else if (event.type === 'recovery') recoveries.inc({ cause: event.cause });
    else if (event.type === 'incident') incidents.inc({ kind: event.kind });
    else if (event.type === 'assigned') rebalances.inc();
    else if (event.type === 'task-state') taskState(event);
  };

  return { observe, lagging, contentType: registry.contentType, text: () => registry.metrics() };
};
