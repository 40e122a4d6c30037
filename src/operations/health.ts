/** What the probes answer, from the pipeline's events. */
import type { ErrorCode } from '../errors.ts';
import type { Observer, Step, TaskState } from '../pipeline/observer.ts';

interface TaskHealth {
  state: TaskState;
  step: Step | 'idle';
  /** When state or step last moved, ms. */
  movedAt: number;
  /** Why it is not running, and since when, ms; kept over the attempts of one outage. */
  reason: ErrorCode | null;
  troubledSince: number;
  /** Has run at least once in the hands of this member. */
  opened: boolean;
}

export interface Liveness {
  readonly status: 'alive' | 'stuck';
  readonly stuck: readonly { readonly partition: number; readonly step: string; readonly forMs: number }[];
}

export interface Readiness {
  /** degraded: a member in working order that waits for something outside, and says for what. */
  readonly status: 'ready' | 'degraded' | 'not-ready';
  readonly reasons: readonly string[];
  readonly tasks: readonly {
    readonly partition: number;
    readonly state: TaskState;
    readonly reason?: ErrorCode;
    readonly since?: string;
  }[];
}

export interface Health {
  readonly observe: Observer;
  /** Fails for a batch or an opening that makes no step; an outage, however long, is none of its business. */
  readonly live: () => Liveness;
  /** Ready: in the group, and every task has been open. A member without tasks is ready. */
  readonly ready: () => Readiness;
}

export const createHealth = (stallLimitMs: number, now: () => number = Date.now): Health => {
  const tasks = new Map<number, TaskHealth>();
  let joined = false;
  let left: ErrorCode | undefined;

  const fresh = (): TaskHealth => {
    const movedAt = now();
    return { state: 'opening', step: 'idle', movedAt, reason: null, troubledSince: 0, opened: false };
  };

  const assigned = (partitions: readonly number[]) => {
    joined = true;
    for (const partition of tasks.keys()) if (!partitions.includes(partition)) tasks.delete(partition);
    for (const partition of partitions) if (!tasks.has(partition)) tasks.set(partition, fresh());
  };

  const stateChanged = (partition: number, state: TaskState, reason: ErrorCode | null) => {
    if (state === 'closed') return void tasks.delete(partition);
    const task = tasks.get(partition) ?? fresh();
    tasks.set(partition, task);
    if (reason !== null && task.reason === null) task.troubledSince = now();
    Object.assign(task, { state, reason, step: 'idle', movedAt: now(), opened: task.opened || state === 'running' });
  };

  const stepped = (partition: number, step: Step | 'idle') => {
    const task = tasks.get(partition);
    if (task) Object.assign(task, { step, movedAt: now() });
  };

  const observe: Observer = (event) => {
    if (event.type === 'assigned') assigned(event.partitions);
    else if (event.type === 'unassigned') [joined, left] = [false, event.reason];
    else if (event.type === 'task-state') stateChanged(event.partition, event.state, event.reason ?? null);
    else if (event.type === 'step') stepped(event.partition, event.step);
  };

  const live = (): Liveness => {
    const stuck = sorted(tasks)
      .filter(([, { state, step }]) => state === 'opening' || step !== 'idle')
      .map(([partition, { state, step, movedAt }]) => ({
        partition,
        step: step === 'idle' ? state : step,
        forMs: now() - movedAt,
      }))
      .filter(({ forMs }) => forMs > stallLimitMs);
    return { status: stuck.length > 0 ? 'stuck' : 'alive', stuck };
  };

  const ready = (): Readiness => {
    const all = [...tasks.values()];
    const troubles = new Set(all.flatMap(({ reason }) => reason ?? []));
    const opening = all.some(({ opened }) => !opened);
    const reasons = [
      ...(joined ? [] : [left ?? 'not in the group']),
      ...troubles,
      ...(opening && troubles.size === 0 ? ['tasks are opening'] : []),
    ];
    const degraded = reasons.length > 0 ? 'degraded' : 'ready';
    return { status: !joined || opening ? 'not-ready' : degraded, reasons, tasks: sorted(tasks).map(described) };
  };

  return { observe, live, ready };
};

const sorted = (tasks: ReadonlyMap<number, TaskHealth>) => [...tasks].sort(([a], [b]) => a - b);

const described = ([partition, { state, reason, troubledSince }]: [number, TaskHealth]) => ({
  partition,
  state,
  ...(reason && { reason, since: new Date(troubledSince).toISOString() }),
});
