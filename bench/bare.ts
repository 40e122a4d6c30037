/** What the same mongod takes of the same `$set` bulk writes from a bare driver loop, with nothing else to do. */
import { connectMongo } from '../src/adapters/mongodb/client.ts';
import { bulkOperation, createProfileStore, PROFILES } from '../src/adapters/mongodb/profiles.ts';
import { loadConfig } from '../src/config.ts';
import type { ProfileDocument } from '../src/pipeline/document.ts';
import { planCustomer } from '../src/pipeline/plan.ts';
import type { TrafficItem } from '../src/traffic/index.ts';
import { eventsOf, take, type Workload } from './workload.ts';

export interface BareResult {
  readonly writes: number;
  readonly seconds: number;
}

type Operation = ReturnType<typeof bulkOperation>;

const TOPIC = 'bench';

/** The writes of one batch, planned as a task plans them. */
const planBatch = (items: readonly TrafficItem[], documents: Map<string, ProfileDocument>): Operation[] => {
  const byCustomer = Map.groupBy(items, ({ input }) => input.event.customerId);
  return [...byCustomer].flatMap(([customerId, own]) => {
    const deliveries = own.map(({ input }, offset) => ({ topic: TOPIC, offset, input }));
    const stretch = { epoch: Number.MAX_SAFE_INTEGER, from: { [TOPIC]: 0 }, to: { [TOPIC]: own.length } };
    const { write, document } = planCustomer(customerId, documents.get(customerId) ?? null, deliveries, stretch);
    if (document !== null) documents.set(customerId, document);
    return write === null ? [] : [bulkOperation(write)];
  });
};

const workload = JSON.parse(process.env['BENCH_WORKLOAD'] ?? '{}') as Workload;
const batchSize = Number(process.env['BENCH_BATCH']);
const concurrency = Number(process.env['BENCH_CONCURRENCY']);

const mongo = await connectMongo(loadConfig(process.env, ['mongodb']).mongodb);
const store = createProfileStore(mongo.db);
const ids = await mongo.db
  .collection<{ _id: string }>(PROFILES)
  .find({}, { projection: { _id: 1 } })
  .map(({ _id }) => _id)
  .toArray();
const documents = await store.load(ids);

const events = eventsOf(workload);
take(events, workload.history);
const batches: Operation[][] = [];
for (let items = take(events, batchSize); items.length > 0; items = take(events, batchSize)) {
  batches.push(planBatch(items, documents));
}
documents.clear();

const profiles = mongo.db.collection<ProfileDocument>(PROFILES);
const started = performance.now();
let writes = 0;
const loop = async (): Promise<void> => {
  for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
    const { matchedCount, insertedCount } = await profiles.bulkWrite(batch, { ordered: false });
    writes += matchedCount + insertedCount;
  }
};
await Promise.all(Array.from({ length: concurrency }, loop));
process.send?.({ writes, seconds: (performance.now() - started) / 1000 } satisfies BareResult);
await mongo.close();
process.disconnect();
