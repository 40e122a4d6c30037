/** `npm run bench`: our rate of versions written and published, as a share of what the same mongod takes from a bare loop. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createKafka } from '../src/adapters/kafka/client.ts';
import { createGroupOffsets } from '../src/adapters/kafka/offsets.ts';
import { createTopics } from '../src/adapters/kafka/topics.ts';
import { connectMongo } from '../src/adapters/mongodb/client.ts';
import { PROFILES } from '../src/adapters/mongodb/profiles.ts';
import { createRegistryClient } from '../src/adapters/registry/client.ts';
import { registerSchema } from '../src/adapters/registry/schemas.ts';
import { startBackingServices } from '../src/backing/index.ts';
import { type Config, loadConfig } from '../src/config.ts';
import { contracts, topics } from '../src/domain/contracts.ts';
import type { PipelineEvent } from '../src/pipeline/observer.ts';
import type { SchemaIds } from '../src/traffic/index.ts';
import type { BareResult } from './bare.ts';
import { eventsOf, publish, type Workload } from './workload.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    customers: { type: 'string', default: '10000' },
    history: { type: 'string', default: '20000' },
    events: { type: 'string', default: '40000' },
    partitions: { type: 'string', default: '6' },
    profile: { type: 'boolean', default: false },
  },
});
const workload: Workload = {
  seed: Number(options.seed),
  customers: Number(options.customers),
  history: Number(options.history),
  events: Number(options.events),
};
/** The bare loop has as many bulk writes under way as do best; it is measured with each. */
const CONCURRENCY = [1, 2, 4];
/** As `npm start` and the binary have it: without a bound, V8 lets garbage lie until the machine's memory is full. */
const HEAP = ['--max-old-space-size=200', '--max-semi-space-size=16'];
/** Share of the measured events that only warm up. */
const WARM_UP = 0.2;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

interface Measured {
  readonly events: number;
  readonly versions: number;
  readonly seconds: number;
  readonly batchSize: number;
  readonly peakRssMiB: number;
  readonly recoveries: number;
  readonly stages: Record<string, number>;
}

const environmentOf = (config: Config): NodeJS.ProcessEnv => ({
  ...process.env,
  KAFKA_BROKERS: config.kafka.brokers.join(),
  MONGODB_URI: config.mongodb.uri,
  SCHEMA_REGISTRY_URL: config.registry.url,
  HTTP_PORT: '0',
});

const child = (file: string, env: NodeJS.ProcessEnv, execArgv: string[] = []): ChildProcess =>
  fork(new URL(file, import.meta.url), { env, execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

const peakRssMiB = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** Runs one member until it has consumed `events`; rates are taken behind the warm-up. */
const measureMember = async (config: Config, events: number, warmUp: number): Promise<Measured> => {
  const member = child('member.ts', environmentOf(config), [...HEAP, ...(options.profile ? ['--cpu-prof'] : [])]);
  const total = { events: 0, versions: 0, batches: 0, recoveries: 0, consumed: 0 };
  const stages: Record<string, number> = {};
  let started = 0;
  const drained = Promise.withResolvers<undefined>();
  member.on('exit', () => drained.reject(new Error('the member ended')));
  member.on('message', (event: PipelineEvent) => {
    if (event.type === 'recovery') total.recoveries += 1;
    if (event.type !== 'batch') return;
    total.consumed += event.consumed;
    if (started > 0) {
      total.events += event.consumed;
      total.versions += event.published;
      total.batches += 1;
      for (const [stage, ms] of Object.entries(event.stages)) stages[stage] = (stages[stage] ?? 0) + ms;
    } else if (total.consumed >= warmUp) started = performance.now();
    if (total.consumed >= events) drained.resolve(undefined);
  });
  await drained.promise;
  const seconds = (performance.now() - started) / 1000;
  const rss = peakRssMiB(member.pid ?? 0);
  member.removeAllListeners('exit');
  member.kill('SIGTERM');
  await once(member, 'exit');
  const perBatch = Object.entries(stages).map(([stage, ms]) => [stage, round(ms / total.batches, 1)] as const);
  return {
    ...total,
    seconds,
    batchSize: Math.max(1, Math.round(total.events / Math.max(total.batches, 1))),
    peakRssMiB: rss,
    stages: Object.fromEntries(perBatch),
  };
};

const measureBare = async (
  config: Config,
  database: string,
  batchSize: number,
  concurrency: number,
): Promise<number> => {
  const bare = child('bare.ts', {
    ...environmentOf(config),
    MONGODB_DATABASE: database,
    BENCH_WORKLOAD: JSON.stringify(workload),
    BENCH_BATCH: String(batchSize),
    BENCH_CONCURRENCY: String(concurrency),
  });
  const [{ writes, seconds }] = (await once(bare, 'message')) as [BareResult];
  await once(bare, 'exit');
  return writes / seconds;
};

const services = await startBackingServices({ onProgress: say });
try {
  const config = loadConfig({
    KAFKA_BROKERS: services.kafkaBrokers.join(),
    MONGODB_URI: services.mongodbUri,
    SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
  });
  const partitions = Number(options.partitions);
  const kafka = createKafka(config.kafka, 'bench');
  await createTopics(
    kafka,
    topics().map(({ topic, configs }) => ({ topic, configs, partitions, replicationFactor: 1 })),
  );
  const registry = createRegistryClient(config.registry);
  const ids: Record<string, number> = {};
  for (const contract of contracts()) ids[contract.record] = await registerSchema(registry, contract);
  const schemaIds = ids as SchemaIds;
  const events = eventsOf(workload);

  say(`history: ${workload.history} events of ${workload.customers} customers`);
  await publish(config, schemaIds, events, workload.history);
  await measureMember(config, workload.history, 0);
  const mongo = await connectMongo(config.mongodb);
  const { db } = mongo;
  const keep = (database: string): Promise<unknown> =>
    db
      .collection(PROFILES)
      .aggregate([{ $out: { db: database, coll: PROFILES } }])
      .toArray();
  const [sizes] = await db
    .collection(PROFILES)
    .aggregate<{ profile: number; document: number }>([
      {
        $group: {
          _id: null,
          profile: { $avg: { $bsonSize: '$profile' } },
          document: { $avg: { $bsonSize: '$$ROOT' } },
        },
      },
    ])
    .toArray();
  for (const concurrency of CONCURRENCY) await keep(`bare-${concurrency}`);

  say(`measured: ${workload.events} events, published before the member starts`);
  await publish(config, schemaIds, events, workload.events);
  const ours = await measureMember(config, workload.events, workload.events * WARM_UP);
  const offsets = createGroupOffsets(kafka, {
    group: config.group,
    topics: contracts()
      .filter(({ direction }) => direction === 'input')
      .map(({ topic }) => topic),
    onOutOfRange: () => undefined,
  });
  const left = (await offsets.lag()).reduce((sum, { records }) => sum + records, 0);
  await offsets.close();

  const bare: Record<string, number> = {};
  for (const concurrency of CONCURRENCY) {
    bare[concurrency] = await measureBare(config, `bare-${concurrency}`, ours.batchSize, concurrency);
    say(`bare loop, ${concurrency} bulk writes at a time: ${round(bare[concurrency])} writes/s`);
  }
  await mongo.close();

  const best = Math.max(...Object.values(bare));
  const versionsPerSecond = ours.versions / ours.seconds;
  const report = {
    ratio: round(versionsPerSecond / best, 2),
    versionsPerSecond: round(versionsPerSecond),
    eventsPerSecond: round(ours.events / ours.seconds),
    bareWritesPerSecond: round(best),
    peakRssMiB: round(ours.peakRssMiB),
    eventsPerBatch: ours.batchSize,
    msPerBatch: ours.stages,
    profileBytes: round(sizes?.profile ?? 0),
    documentBytes: round(sizes?.document ?? 0),
    recoveries: ours.recoveries,
    notConsumed: left,
    workload,
    node: process.version,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await services.stop();
}
