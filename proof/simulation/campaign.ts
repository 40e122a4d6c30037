/** Many schedules in a row. */
import type { Mutant } from './mutants.ts';
import type { Coverage } from './schedule.ts';
import { type Outcome, simulate } from './world.ts';

export interface Campaign {
  /** The schedules that were run; a violation ends the row. */
  readonly schedules: number;
  readonly steps: number;
  /** Of processor time: how long it took by the clock says more about who else was busy. */
  readonly seconds: number;
  readonly violated: Outcome | null;
}

/** Runs the schedules of seeds `seed`, `seed + 1`, … until one shows a violation. Coverage is added to what there is. */
export const runSchedules = async (
  seed: number,
  count: number,
  { mutant, coverage }: { mutant?: Mutant; coverage?: Coverage } = {},
): Promise<Campaign> => {
  const { stackTraceLimit } = Error;
  // Most of what a failure costs is the story of where it happened, which nobody reads here.
  Error.stackTraceLimit = 0;
  const start = process.cpuUsage();
  const seconds = (): number => process.cpuUsage(start).user / 1e6;
  let steps = 0;
  try {
    for (let index = 0; index < count; index += 1) {
      const outcome = await simulate(seed + index, { ...(mutant && { mutant }), ...(coverage && { coverage }) });
      steps += outcome.steps;
      if (outcome.violation !== null) return { schedules: index + 1, steps, seconds: seconds(), violated: outcome };
    }
    return { schedules: count, steps, seconds: seconds(), violated: null };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};
