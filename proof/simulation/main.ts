/** `npm run simulate`: many seeded schedules of faults against the pipeline; or one again, step by step; or the mutants. */
import { parseArgs } from 'node:util';
import { runSchedules } from './campaign.ts';
import { type Mutant, MUTANTS, UNNOTICED } from './mutants.ts';
import { coverageTable, landedFaults } from './report.ts';
import type { Coverage } from './schedule.ts';
import { INVARIANTS } from './violation.ts';
import { simulate } from './world.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    schedules: { type: 'string' },
    mutant: { type: 'string' },
    mutants: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seed = Number(options.seed);
const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);

if (options.mutants) await runMutants(Number(options.schedules ?? 20_000));
else if (options.schedules === undefined) await replay(seed);
else await runMany(seed, Number(options.schedules));

async function runMany(first: number, count: number): Promise<void> {
  const coverage: Coverage = new Map();
  const { schedules, steps, seconds, violated } = await runSchedules(first, count, {
    coverage,
    ...(mutant && { mutant }),
  });
  say(coverageTable(coverage));
  const rate = Math.round(schedules / seconds);
  say(
    `${schedules} schedules from seed ${first}, ${steps} steps, ${landedFaults(coverage)} faults landed, ${rate} schedules a second of processor time`,
  );
  if (violated !== null) {
    await replay(violated.seed);
  } else if (landedFaults(coverage) === 0) {
    say('no fault landed: this run has shown nothing');
    process.exitCode = 1;
  } else say('0 violations');
}

async function replay(one: number): Promise<void> {
  const trace: string[] = [];
  const { violation, steps } = await simulate(one, { trace, ...(mutant && { mutant }) });
  for (const line of trace) say(line);
  say(`seed ${one}: ${steps} steps`);
  if (violation === null) {
    say('no violation');
    return;
  }
  say(`VIOLATION ${violation.invariant}: ${violation.detail}\n  (${INVARIANTS[violation.invariant]})`);
  process.exitCode = 1;
}

async function runMutants(count: number): Promise<void> {
  let survivors = 0;
  for (const each of MUTANTS) {
    const { violated, schedules } = await runSchedules(seed, count, { mutant: each });
    const verdict = violated?.violation;
    if (verdict == null) survivors += 1;
    const found =
      verdict == null ? 'NOT CAUGHT' : `seed ${violated?.seed ?? 0} after ${schedules}: ${verdict.invariant}`;
    say(`rule ${String(each.rule).padStart(2)}  ${each.name.padEnd(60)} ${found}`);
  }
  for (const { rule, name, why } of UNNOTICED)
    say(`rule ${String(rule).padStart(2)}  ${name.padEnd(60)} unnoticed: ${why}`);
  if (survivors > 0) process.exitCode = 1;
}

function mutantNamed(name: string): Mutant {
  const found = [...MUTANTS, ...UNNOTICED].find((each) => each.name === name);
  if (found === undefined)
    throw new Error(`no mutant is called ${name}; there are: ${MUTANTS.map((m) => m.name).join(', ')}`);
  return found;
}
