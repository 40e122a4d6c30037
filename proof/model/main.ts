/** `npm run model`: the protocol as written and without each guard. `--long`: large bounds. `--traces`: how each mutant fails. */
import { exploreAll, LARGE_WORLDS, SMALL_WORLDS } from './campaigns.ts';
import type { Counterexample } from './explore.ts';
import { MUTANTS, SPARE } from './mutants.ts';
import { type Rules, without, WRITTEN } from './rules.ts';
import type { World } from './world.ts';

type Expected = 'clean' | 'caught';

const long = process.argv.includes('--long');
const traces = process.argv.includes('--traces');
const total = { states: 0, seconds: 0, failures: 0 };

const row = (name: string, logs: string, states: string, seconds: string, verdict: string): void => {
  console.log(`${name.padEnd(74)} ${logs.padStart(5)} ${states.padStart(9)} ${seconds.padStart(8)}  ${verdict}`);
};

const run = (name: string, worlds: readonly World[], rules: Rules, expected: Expected): void => {
  const start = performance.now();
  const { states, counterexample } = exploreAll(worlds, rules);
  const logs = worlds.reduce((sum, world) => sum + world.logs.length, 0);
  const seconds = (performance.now() - start) / 1000;
  const found: Expected = counterexample === null ? 'clean' : 'caught';
  const verdict =
    counterexample === null ? 'clean' : `caught in ${counterexample.trace.length} steps: ${counterexample.violation}`;
  row(name, String(logs), String(states), seconds.toFixed(2), found === expected ? verdict : `WRONG: ${verdict}`);
  if (counterexample !== null && (traces || found !== expected)) print(counterexample);
  total.states += states;
  total.seconds += seconds;
  if (found !== expected) total.failures += 1;
};

const print = ({ logs, trace }: Counterexample): void => {
  console.log(`    A and B: ${JSON.stringify(logs)}`);
  for (const line of trace) console.log(`    ${line}`);
};

const heading = (text: string): void => {
  console.log(`\n${text}`);
  row('', 'logs', 'states', 'seconds', 'verdict');
};

heading('The rules as written');
for (const world of long ? LARGE_WORLDS : SMALL_WORLDS) run(world.name, [world], WRITTEN, 'clean');

heading('Without one guard: must be caught');
for (const { name, guard, world } of MUTANTS) run(name, [world], without(guard), 'caught');

heading('Without one guard that makes no difference to the model, in all small worlds');
for (const { name, guard } of SPARE) run(name, SMALL_WORLDS, without(guard), 'clean');

const { states, seconds, failures } = total;
console.log(`\n${states} states in ${seconds.toFixed(1)} s, ${Math.round(states / seconds)} a second`);
console.log(failures === 0 ? 'as expected' : `${failures} not as expected`);
process.exitCode = failures === 0 ? 0 : 1;
