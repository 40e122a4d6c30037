/** Removes one guard after the other and asks the test that must notice. */
import { type Guard, projectOf, sabotage } from './guard.ts';
import type { RunTests, TestResult } from './jest.ts';
import type { Workplace } from './workplace.ts';

export interface Outcome {
  readonly guard: Guard;
  readonly caught: boolean;
  /** Full names of the named tests that went red. */
  readonly red: readonly string[];
  /** Why it was not caught, when that is not just a test that stayed green. */
  readonly why?: string;
  readonly seconds: number;
}

/**
 * Says the outcome of every guard, in order, as soon as there is one. The named tests are green before and after: servers
 * that went down in between would have made them red without any sabotage. Throws when they are not, and before
 * anything is run when a guard is not where its sabotage looks for it.
 */
export const sweep = async (
  guards: readonly Guard[],
  workplace: Pick<Workplace, 'read' | 'write'>,
  runTests: RunTests,
  onOutcome: (outcome: Outcome) => void = () => undefined,
): Promise<Outcome[]> => {
  for (const guard of guards) sabotage(guard, (file) => workplace.read(file));
  await assertGreen(guards, runTests, 'before any sabotage');
  const outcomes: Outcome[] = [];
  for (const guard of guards) {
    const outcome = await withoutGuard(guard, workplace, runTests);
    outcomes.push(outcome);
    onOutcome(outcome);
  }
  await assertGreen(guards, runTests, 'after the sweep, with all guards in place again');
  return outcomes;
};

const withoutGuard = async (
  guard: Guard,
  workplace: Pick<Workplace, 'read' | 'write'>,
  runTests: RunTests,
): Promise<Outcome> => {
  const files = sabotage(guard, (file) => workplace.read(file));
  const began = performance.now();
  const outcome = (red: readonly string[], why?: string): Outcome => ({
    guard,
    caught: red.length > 0,
    red,
    ...(why === undefined ? {} : { why }),
    seconds: (performance.now() - began) / 1000,
  });
  for (const { file, after } of files) workplace.write(file, after);
  try {
    const { file, test } = guard.caughtBy;
    const results = named(guard, await runTests({ files: [file], names: [test] }));
    if (results.length === 0) return outcome([], 'the test did not run: the sabotage broke more than a guard');
    return outcome(results.filter(({ passed }) => !passed).map(({ name }) => name));
  } catch (error) {
    if (error instanceof Error && error.name !== 'AbortError') return outcome([], error.message);
    throw error;
  } finally {
    for (const { file, before } of files) workplace.write(file, before);
  }
};

const named = ({ caughtBy: { file, test } }: Guard, results: readonly TestResult[]): TestResult[] =>
  results.filter((result) => result.file === file && result.name.includes(test));

const assertGreen = async (guards: readonly Guard[], runTests: RunTests, when: string): Promise<void> => {
  const byProject = Map.groupBy(guards, ({ caughtBy: { file } }) => projectOf(file));
  for (const concerned of byProject.values()) {
    const results = await runTests({
      files: [...new Set(concerned.map(({ caughtBy: { file } }) => file))],
      names: [...new Set(concerned.map(({ caughtBy: { test } }) => test))],
    });
    for (const guard of concerned) {
      const { file, test } = guard.caughtBy;
      const own = named(guard, results);
      if (own.length === 0) throw new Error(`${file} has no test "${test}", ${when}`);
      if (own.some(({ passed }) => !passed)) throw new Error(`${file}: "${test}" is red ${when}`);
    }
  }
};
