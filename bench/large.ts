/**
 * `npm run bench:large`: what one event costs for a customer with a million orders, compared with one who has ten: events of both in
 * turn, one at a time, through the very round of a task on real servers.
 */
import { parseArgs } from 'node:util';
import { HISTORY, prepareHistory } from '../src/adapters/mongodb/history.ts';
import { PROFILES } from '../src/adapters/mongodb/profiles.ts';
import { recordType } from '../src/adapters/registry/schemas.ts';
import { startBackingServices } from '../src/backing/index.ts';
import { createProfileCache } from '../src/pipeline/cache.ts';
import { anItem, anOrder } from '../test/helpers/domain.ts';
import { createWorld } from '../test/helpers/protocol-world.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '300' },
    batch: { type: 'string', default: '500' },
  },
});
const [ORDERS, EVENTS, BATCH] = [Number(values.orders), Number(values.events), Number(values.batch)];
const FEW = 10;
const WARM_UP = 20;
const AT = Date.now() - 400 * 24 * 60 * 60 * 1000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Every fourth order adds a product, which the three after it change or end; so do those of who has few. */
const nth = (customerId: string, number: number) => {
  const of = Math.floor(number / 4);
  return anOrder({
    ...{ customerId, eventId: `${customerId}-${number}`, orderId: `order-${number}`, occurredAt: AT + number * 1_000 },
    orderTotalPrice: { currency: 'EUR', minorUnits: 1_000 },
    deviceFingerprint: `device-${of % 50}`,
    paymentMethod: { methodType: 'creditCard', fingerprint: `card-${of % 30}` },
    items: [
      anItem({
        ...{
          productId: `product-${of % 10}`,
          action: number % 4 === 0 ? 'add' : number % 4 === 3 ? 'delete' : 'modify',
        },
        recurringPrice: { currency: 'EUR', minorUnits: 1_000 - (number % 4) },
        ...{ offeringId: 'offering', category: 'mobile' },
      }),
    ],
  });
};

const quantile = (all: readonly number[], q: number): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length * q)] ?? NaN;

interface Cost {
  readonly ms: number[];
  readonly cpu: number[];
}

const run = async (): Promise<void> => {
  const world = await createWorld();
  try {
    // As by default: who comes back often is known, and others are read.
    const member = world.member({ cache: createProfileCache(8_388_608) });
    await member.open();
    await prepareHistory(world.db);
    await world.publish(world.orders, nth('few', 0));
    const [first] = world.batch(world.orders, 0, 1).records;
    if (first?.value == null) throw new Error('nothing was published');
    // How a message names its schema.
    const head = first.value.subarray(0, 5);
    let offset = 0;
    /** As a fetch delivers them. What is fetched is of no interest here, what becomes of it is. */
    const send = async (...events: ReturnType<typeof nth>[]): Promise<void> => {
      const records = events.map(({ type, event }, at) => ({
        ...{ ...first, offset: offset + at, timestamp: Date.now(), key: Buffer.from(event.customerId) },
        value: Buffer.concat([head, recordType(type).toBuffer(event)]),
      }));
      const [fetchedOffset, nextOffset] = [offset, offset + events.length];
      offset = nextOffset;
      await member.round({ topic: world.orders, partition: first.partition, fetchedOffset, nextOffset, records });
    };
    await send(...Array.from({ length: FEW }, (_, number) => nth('few', number)));
    let peak = 0;
    const startedAt = performance.now();
    for (let number = 0; number < ORDERS; number += BATCH) {
      await send(...Array.from({ length: Math.min(BATCH, ORDERS - number) }, (_, at) => nth('many', number + at)));
      peak = Math.max(peak, process.memoryUsage().rss);
      if (number % 50_000 === 0) say(`${number} orders, ${Math.round(peak / 2 ** 20)} MiB`);
    }
    const loadedIn = performance.now() - startedAt;
    const costs: Record<'few' | 'many', Cost> = { few: { ms: [], cpu: [] }, many: { ms: [], cpu: [] } };
    const next = { few: FEW, many: ORDERS };
    const one = async (who: 'few' | 'many'): Promise<void> => {
      // Who has few must not become one who has many.
      const number = who === 'few' ? FEW - 1 : next.many;
      const event = nth(who, number);
      next[who] += 1;
      const again = {
        ...event.event,
        eventId: `${who}-${next[who]}`,
        orderVersion: next[who],
        occurredAt: AT + next[who] * 1_000,
      };
      const [begun, used] = [performance.now(), process.cpuUsage()];
      await send({ ...event, event: again });
      const { user, system } = process.cpuUsage(used);
      costs[who].ms.push(performance.now() - begun);
      costs[who].cpu.push((user + system) / 1_000);
    };
    for (let event = 0; event < EVENTS + WARM_UP; event += 1) {
      for (const who of event % 2 === 0 ? (['few', 'many'] as const) : (['many', 'few'] as const)) await one(who);
    }
    const figures = (all: readonly number[]) => {
      const warm = all.slice(WARM_UP);
      return {
        p50: quantile(warm, 0.5),
        p99: quantile(warm, 0.99),
        mean: warm.reduce((sum, each) => sum + each, 0) / warm.length,
      };
    };
    const [few, many] = [costs.few, costs.many].map(({ ms, cpu }) => ({ ms: figures(ms), cpu: figures(cpu) }));
    const sizes = async (collection: string) =>
      (
        await world.db
          .collection(collection)
          .aggregate<{ count: number; most: number; all: number }>([
            {
              $group: {
                _id: null,
                count: { $sum: 1 },
                most: { $max: { $bsonSize: '$$ROOT' } },
                all: { $sum: { $bsonSize: '$$ROOT' } },
              },
            },
          ])
          .toArray()
      )[0];
    const document = await world.document('many');
    const report = {
      orders: document?.profile?.orderSummary.totalCount,
      ratio: {
        ms: (many?.ms.p50 ?? NaN) / (few?.ms.p50 ?? NaN),
        cpu: (many?.cpu.mean ?? NaN) / (few?.cpu.mean ?? NaN),
      },
      ...{ few, many },
      loading: { seconds: loadedIn / 1_000, ordersPerSecond: (ORDERS / loadedIn) * 1_000 },
      peakMiB: Math.round(peak / 2 ** 20),
      bytes: { profiles: await sizes(PROFILES), history: await sizes(HISTORY) },
    };
    process.stdout.write(
      `${JSON.stringify(report, (_, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(3)) : value), 2)}\n`,
    );
    if (report.orders !== ORDERS + EVENTS + WARM_UP) process.exitCode = 1;
  } finally {
    await world.close();
  }
};

const services = await startBackingServices({ onProgress: say });
try {
  process.env['TEST_KAFKA_BROKERS'] = services.kafkaBrokers.join();
  process.env['TEST_MONGODB_URI'] = services.mongodbUri;
  process.env['TEST_SCHEMA_REGISTRY_URL'] = services.schemaRegistryUrl;
  await run();
} finally {
  await services.stop();
}
