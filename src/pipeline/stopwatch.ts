import type { TaskContext } from './context.ts';
import type { Step } from './observer.ts';

/** Runs the steps of a round, tells observers where the task is, and keeps what each step took, ms. */
export interface Stopwatch {
  <T>(step: Step, work: () => T | Promise<T>): Promise<T>;
  readonly stages: Partial<Record<Step, number>>;
}

export const stopwatch = ({ clock, observe }: TaskContext, partition: number): Stopwatch => {
  const stages: Partial<Record<Step, number>> = {};
  const timed = async <T>(step: Step, work: () => T | Promise<T>): Promise<T> => {
    observe({ type: 'step', partition, step });
    const start = clock.now();
    const result = await work();
    stages[step] = clock.now() - start;
    return result;
  };
  return Object.assign(timed, { stages });
};
