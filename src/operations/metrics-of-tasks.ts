/** The tasks of a member: what they do, what stops them, and what a rebalance costs those that stay and those that move. */
import { Gauge, Histogram, type Registry } from 'prom-client';
import { ERROR_CODES } from '../errors.ts';
import type { Observer, PipelineEvent, TaskState } from '../pipeline/observer.ts';
import type { MakeCounter } from './metrics.ts';

const STATES: readonly TaskState[] = ['opening', 'running', 'waiting'];

/** Of what a rebalance costs, s. */
const BUCKETS = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** What a task waits for until a person has done something. */
const WAITS_FOR_SOMEBODY = ['PERMISSION_MISSING', 'RELEASE_OUTDATED'];

const RECOVERABLE = Object.entries(ERROR_CODES).flatMap(([code, { retriable }]) =>
  retriable || WAITS_FOR_SOMEBODY.includes(code) ? [code] : [],
);

export const createTaskMetrics = (registers: Registry[], counter: MakeCounter) => {
  const recoveries = counter('task_recoveries', 'Tasks that started again from the committed offsets.', {
    cause: RECOVERABLE,
  });
  const waits = counter('task_waits', 'Times a task waited before it tried again, and what for.', {
    reason: RECOVERABLE,
  });
  const rebalances = counter('rebalances', 'Generations of the group that this member has joined.');
  const pause = new Histogram({
    name: 'customer_profile_rebalance_pause_seconds',
    help: 'From being told of a rebalance until the member fetches again: what it costs tasks that stay, at the most.',
    buckets: BUCKETS,
    registers,
  });
  const opening = new Histogram({
    name: 'customer_profile_task_opening_seconds',
    help: 'From a task being taken until it goes on: what a rebalance costs those that moved.',
    buckets: BUCKETS,
    registers,
  });
  // Of a member that has just begun, Prometheus sees no increase.
  const last = new Gauge({
    name: 'customer_profile_last_rebalance_seconds',
    help: 'What the last rebalance cost tasks that stayed with this member, and the slowest that moved to it.',
    labelNames: ['tasks'],
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

  let rebalancingSince: number | undefined;
  let slowest = 0;
  const openingSince = new Map<number, number>();

  const joined = (): void => {
    rebalances.inc();
    const paused = rebalancingSince === undefined ? undefined : secondsSince(rebalancingSince);
    if (paused !== undefined) pause.observe(paused);
    last.set({ tasks: 'stayed' }, paused ?? 0);
    last.set({ tasks: 'moved' }, 0);
    [rebalancingSince, slowest] = [undefined, 0];
  };

  const opened = (seconds: number): void => {
    opening.observe(seconds);
    slowest = Math.max(slowest, seconds);
    last.set({ tasks: 'moved' }, slowest);
  };

  const moved = ({ partition, state, reason }: PipelineEvent & { type: 'task-state' }): void => {
    const since = openingSince.get(partition);
    if (state === 'opening') openingSince.set(partition, since ?? performance.now());
    else openingSince.delete(partition);
    if (state === 'running' && since !== undefined) opened(secondsSince(since));
    if (state === 'waiting') waits.inc({ reason: reason ?? 'UNEXPECTED' });
    if (state === 'closed') states.delete(partition);
    else states.set(partition, state);
  };

  const observe: Observer = (event) => {
    if (event.type === 'task-state') moved(event);
    else if (event.type === 'recovery') recoveries.inc({ cause: event.cause });
    else if (event.type === 'rebalancing') rebalancingSince ??= performance.now();
    else if (event.type === 'unassigned') rebalancingSince = undefined;
    else if (event.type === 'assigned') joined();
  };

  return { observe, owns: (partition: number): boolean => states.has(partition) };
};

const secondsSince = (then: number): number => (performance.now() - then) / 1_000;
