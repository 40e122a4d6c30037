/** `npm run bench`: our rate of versions written and published, as a share of what the same mongod takes from a bare loop. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startBackingServices } from '../src/backing/index.ts';
import { loadConfig } from '../src/config.ts';
import type { BareResult } from './bare.ts';
import { prepare } from './installation.ts';
import { type Measured, type Member, startMember } from './member.ts';
import { eventsOf, eventsOfStretch, publish, type Workload } from './workload.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    customers: { type: 'string', default: '36000' },
    history: { type: 'string', default: '36000' },
    events: { type: 'string', default: '36000' },
    stretches: { type: 'string', default: '4' },
    partitions: { type: 'string', default: '6' },
    profile: { type: 'boolean', default: false },
  },
});
const workload: Workload = {
  seed: Number(options.seed),
  customers: Number(options.customers),
  history: Number(options.history),
  events: Number(options.events),
  stretches: Number(options.stretches),
};
/** A loop writes one bulk after the other; how much mongod would take with more under way is measured too. */
const CONCURRENCY = [1, 2, 4];

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const bareRate = ({ writes, seconds }: BareResult): number => writes / seconds;
const rateOf = ({ versions, seconds }: Measured): number => versions / seconds;

const services = await startBackingServices({ onProgress: say });
const bare = new Map<number, ChildProcess>();
const members: Member[] = [];
const start = async (...said: Parameters<typeof startMember>): Promise<Member> => {
  const member = await startMember(...said);
  members.push(member);
  return member;
};
try {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    KAFKA_BROKERS: services.kafkaBrokers.join(),
    MONGODB_URI: services.mongodbUri,
    SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
  };
  const config = loadConfig(env);
  const { schemaIds, copyProfiles, profileSizes, lag } = await prepare(config, Number(options.partitions));
  const events = eventsOf(workload);

  say(`history: ${workload.history} events of ${workload.customers} customers`);
  await publish(config, schemaIds, events, workload.history);
  const builder = await start(env, { profile: false });
  const history = await builder.measure(workload.history);
  await builder.stop();

  say('planning the writes of the bare loop');
  const before = await profileSizes();
  for (const concurrency of CONCURRENCY) {
    const database = `bare-${concurrency}`;
    await copyProfiles(database);
    const child = fork(new URL('bare.ts', import.meta.url), {
      env: {
        ...env,
        MONGODB_DATABASE: database,
        BENCH_WORKLOAD: JSON.stringify(workload),
        BENCH_BATCH: String(Math.round(history.events / history.batches)),
      },
    });
    await once(child, 'message');
    bare.set(concurrency, child);
  }

  const runBare = async (concurrency: number, child: ChildProcess): Promise<BareResult> => {
    child.send(concurrency);
    const [result] = (await once(child, 'message')) as [BareResult];
    return result;
  };

  const member = await start(env, { profile: options.profile });
  const stretches: { ours: Measured; bare: ReadonlyMap<number, BareResult> }[] = [];
  for (let stretch = 0; stretch < workload.stretches; stretch += 1) {
    // So that all of it waits when the member goes on.
    await member.paused(() => publish(config, schemaIds, events, eventsOfStretch(workload)));
    const ours = await member.measure(eventsOfStretch(workload));
    const results = new Map<number, BareResult>();
    for (const [concurrency, child] of bare) results.set(concurrency, await runBare(concurrency, child));
    const told = [...results].map(([concurrency, result]) => `${round(bareRate(result))} (${concurrency})`).join(', ');
    say(
      `${stretch === 0 ? 'warm-up' : `stretch ${stretch}`}: ${round(rateOf(ours))} versions/s; bare ${told} writes/s`,
    );
    if (stretch > 0) stretches.push({ ours, bare: results });
  }
  const { recoveries, peakRssMiB } = await member.totals();
  await member.stop();

  const ours = stretches.map((stretch) => stretch.ours);
  const total = (of: (measured: (typeof ours)[number]) => number): number => sum(ours.map(of));
  const versions = total((each) => each.versions);
  const bareOf = (concurrency: number): BareResult => {
    const results = stretches.flatMap((stretch) => stretch.bare.get(concurrency) ?? []);
    return { writes: sum(results.map(({ writes }) => writes)), seconds: sum(results.map(({ seconds }) => seconds)) };
  };
  const rateWith = (concurrency: number): number => bareRate(bareOf(concurrency));
  const versionsPerSecond = versions / total((each) => each.seconds);
  const report = {
    ratio: round(versionsPerSecond / rateWith(1), 2),
    ratioToSeveralUnderWay: Object.fromEntries(
      CONCURRENCY.filter((concurrency) => concurrency > 1).map((concurrency) => [
        concurrency,
        round(versionsPerSecond / rateWith(concurrency), 2),
      ]),
    ),
    versionsPerSecond: round(versionsPerSecond),
    eventsPerSecond: round(total((each) => each.events) / total((each) => each.seconds)),
    bareWritesPerSecond: Object.fromEntries(
      CONCURRENCY.map((concurrency) => [concurrency, round(rateWith(concurrency))]),
    ),
    peakRssMiB: round(peakRssMiB),
    cpuMsPerVersion: round((total((each) => each.cpuSeconds) * 1000) / versions, 2),
    eventsPerBatch: round(total((each) => each.events) / total((each) => each.batches)),
    msPerBatch: Object.fromEntries(
      Object.keys(ours[0]?.msPerBatch ?? {}).map((stage) => [
        stage,
        round(median(ours.map(({ msPerBatch }) => msPerBatch[stage] ?? 0)), 1),
      ]),
    ),
    bytes: { before, after: await profileSizes() },
    recoveries,
    notConsumed: await lag(),
    workload,
    node: process.version,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  for (const child of bare.values()) child.disconnect();
  await Promise.all(members.map((each) => each.stop()));
  await services.stop();
}
