/**
 * `npm run bench`: our rate of versions written and published, as a share of what the same mongod takes from a bare loop: first with
 * `customer-updated` alone, then with every audience told as well.
 */
import { parseArgs } from 'node:util';
import { startBackingServices } from '../src/backing/index.ts';
import { AUDIENCE_NAMES } from '../src/domain/audiences/index.ts';
import { measure } from './measure.ts';
import type { Workload } from './workload.ts';

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

/** What is measured, by what members are to tell. */
const RUNS = { customerUpdated: 'none', withAudiences: AUDIENCE_NAMES.join() };

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const services = await startBackingServices({ onProgress: say });
try {
  const report: Record<string, unknown> = {};
  for (const [run, audiences] of Object.entries(RUNS)) {
    say(`${run}: AUDIENCES=${audiences}`);
    const env = {
      ...process.env,
      KAFKA_BROKERS: services.kafkaBrokers.join(),
      MONGODB_URI: services.mongodbUri,
      MONGODB_DATABASE: run,
      SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
      CONSUMER_GROUP: run,
      TOPIC_PREFIX: `${run}.`,
      ERASURE_KEY: 'a key for this benchmark',
      AUDIENCES: audiences,
    };
    report[run] = await measure(env, {
      ...{ workload, say },
      partitions: Number(options.partitions),
      profile: options.profile,
    });
  }
  process.stdout.write(`${JSON.stringify({ ...report, workload, node: process.version }, null, 2)}\n`);
} finally {
  await services.stop();
}
