/** `npm run garbage`: pushes mutated messages through the real decode path and holds every verdict against the judge's. */
import { parseArgs } from 'node:util';
import { createRoad } from './road.ts';
import { runGarbage, type Tally, type Told } from './run.ts';

const HELP = `Usage: npm run garbage -- [--messages 50000] [--seed 1] [--json]

Mutates good messages and pushes them through decode, plan and encode, without servers, each among good messages of the
same customer and of others. Exit code 0 only when nothing crashed and the judge agreed with every verdict.`;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const MiB = 1024 * 1024;
const PROGRESS_EVERY_MS = 10_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const hex = (bytes: Buffer | null | undefined): string => (bytes == null ? 'null' : bytes.toString('hex'));

const positive = (name: string, given: string): number => {
  const number = Number(given);
  if (Number.isSafeInteger(number) && number > 0) return number;
  say(`--${name} must be a positive integer`);
  process.exit(2);
};

/** Everything that it takes to look at one finding; the data is generated. */
const described = (seed: number, { kind, detail, member, mutant, cell }: Told): string =>
  [
    `${kind}: ${detail}`,
    `  seed ${seed}, cell ${cell}${mutant ? `, mutant ${mutant.number}: ${mutant.how.join(', ')}` : ''}`,
    ...(member === null
      ? []
      : [
          `  topic ${member.message.topic}, timestamp ${member.message.timestamp}, key ${hex(member.message.key)}`,
          `  value ${hex(member.message.value)}`,
        ]),
  ].join('\n');

if (values.help) {
  process.stdout.write(`${HELP}\n`);
} else {
  const [messages, seed] = [positive('messages', values.messages), positive('seed', values.seed)];
  const started = performance.now();
  let most = 0;
  let due = started + PROGRESS_EVERY_MS;
  const onProgress = (tally: Tally): void => {
    const now = performance.now();
    if (now < due) return;
    due = now + PROGRESS_EVERY_MS;
    const { rss, heapUsed } = process.memoryUsage();
    most = Math.max(most, rss);
    const memory = `${Math.round(rss / MiB)} MB, heap ${Math.round(heapUsed / MiB)} MB`;
    say(
      `${tally.mutants} of ${messages}, ${Object.values(tally.counts).reduce((a, b) => a + b, 0)} findings, ${memory}`,
    );
  };
  const tally = await runGarbage({ messages, seed, road: await createRoad(), onProgress });
  const seconds = (performance.now() - started) / 1_000;
  const report = {
    seed,
    messages: tally.mutants,
    goods: tally.goods,
    outcomes: Object.fromEntries(Object.entries(tally.outcomes).sort(([, a], [, b]) => b - a)),
    mutations: Object.fromEntries(Object.entries(tally.mutations).sort(([, a], [, b]) => b - a)),
    findings: tally.counts,
    seconds: Number(seconds.toFixed(1)),
    messagesPerSecond: Math.round(tally.mutants / seconds),
    peakMegabytes: Math.round(Math.max(most, process.memoryUsage().rss) / MiB),
  };
  for (const finding of tally.findings) say(described(seed, finding));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else for (const [name, value] of Object.entries(report)) console.log(`${name}:`, value);
  process.exitCode = Object.keys(tally.counts).length === 0 ? 0 : 1;
}
