import type { TaskContext } from './context.ts';
import type { Step } from './observer.ts';
import type { RoundTrace } from './tracing.ts';

/** Runs the steps of a round, tells observers where the task is, and keeps what each step took, ms. */
export interface Stopwatch {
  <T>(step: Step, work: () => T | Promise<T>): Promise<T>;
  readonly stages: Partial<Record<Step, number>>;
}

/** `stages`: of the steps before. */
export const stopwatch = (
  { clock, observe }: TaskContext,
  partition: number,
  trace?: RoundTrace,
  stages: Partial<Record<Step, number>> = {},
): Stopwatch => {
  const timed = async <T>(step: Step, work: () => T | Promise<T>): Promise<T> => {
    observe({ type: 'step', partition, step });
    const start = clock.now();
    const isOver = trace?.step(step);
    try {
      return await work();
    } finally {
      stages[step] = clock.now() - start;
      isOver?.();
    }
  };
  return Object.assign(timed, { stages });
};
