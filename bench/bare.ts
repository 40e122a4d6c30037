/** What the same mongod takes of the same `$set` bulk writes from a bare driver loop, planned before, with nothing else to do. */
import { connectMongo } from '../src/adapters/mongodb/client.ts';
import { bulkOperation } from '../src/adapters/mongodb/profile-writes.ts';
import { createProfileStore, PROFILES } from '../src/adapters/mongodb/profiles.ts';
import { loadConfig } from '../src/config.ts';
import { AUDIENCES } from '../src/domain/audiences/index.ts';
import type { ProfileDocument } from '../src/pipeline/document.ts';
import { planCustomer } from '../src/pipeline/plan.ts';
import { loadRules } from '../src/rules.ts';
import type { TrafficItem } from '../src/traffic/index.ts';
import { eventsOf, eventsOfStretch, take, type Workload } from './workload.ts';

export interface BareResult {
  readonly writes: number;
  readonly seconds: number;
}

type Operation = ReturnType<typeof bulkOperation>;

const TOPIC = 'bench';
const rules = loadRules(process.env);

/** The writes of one batch, planned as a task plans them. */
const planBatch = (items: readonly TrafficItem[], documents: Map<string, ProfileDocument>): Operation[] => {
  const byCustomer = Map.groupBy(items, ({ input }) => input.event.customerId);
  return [...byCustomer].flatMap(([customerId, own]) => {
    const deliveries = own.map(({ input }, offset) => ({ topic: TOPIC, offset, input }));
    const stretch = { epoch: Number.MAX_SAFE_INTEGER, from: { [TOPIC]: 0 }, to: { [TOPIC]: own.length } };
    const { write, document } = planCustomer(customerId, documents.get(customerId) ?? null, deliveries, stretch, {
      ...{ rules, audiences },
      hash: null,
    });
    if (document !== null) documents.set(customerId, document);
    return write === null ? [] : [bulkOperation(write)];
  });
};

const { mongodb, audiences: told } = loadConfig(process.env, ['mongodb']);
const audiences = AUDIENCES.filter(({ name }) => told.includes(name));
const workload = JSON.parse(process.env['BENCH_WORKLOAD'] ?? '{}') as Workload;
const batchSize = Number(process.env['BENCH_BATCH']);

const mongo = await connectMongo(mongodb);
const store = createProfileStore(mongo.db);
const ids = await mongo.db
  .collection<{ _id: string }>(PROFILES)
  .find({}, { projection: { _id: 1 } })
  .map(({ _id }) => _id)
  .toArray();
const documents = new Map([...(await store.load(ids))].map(([id, stored]) => [id, stored.read()]));

const events = eventsOf(workload);
take(events, workload.history);
const stretches: Operation[][][] = [];
for (let stretch = 0; stretch < workload.stretches; stretch += 1) {
  const items = take(events, eventsOfStretch(workload));
  const batches: Operation[][] = [];
  while (items.length > 0) batches.push(planBatch(items.splice(0, batchSize), documents));
  stretches.push(batches);
}
documents.clear();

const profiles = mongo.db.collection<ProfileDocument>(PROFILES);

const loop = async (batches: Operation[][]): Promise<number> => {
  let writes = 0;
  for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
    const { matchedCount, insertedCount } = await profiles.bulkWrite(batch, { ordered: false });
    writes += matchedCount + insertedCount;
  }
  return writes;
};

/** One stretch with so many bulk writes under way. */
const run = async (concurrency: number): Promise<BareResult> => {
  const batches = stretches.shift() ?? [];
  const started = performance.now();
  const writes = await Promise.all(Array.from({ length: concurrency }, () => loop(batches)));
  return { writes: writes.reduce((sum, count) => sum + count, 0), seconds: (performance.now() - started) / 1000 };
};

process.on('message', (concurrency: number) => void run(concurrency).then((result) => process.send?.(result)));
process.on('disconnect', () => void mongo.close().then(() => process.exit()));
process.send?.('planned');
