/**
 * `npm run bench:popular`: 10,000 customers with one phone number, of whom 1,000 turn out to have it no more, and what customers who
 * have nothing to do with them notice of it, compared with 10,000 who have a number each.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { followTopic } from '../src/adapters/kafka/record-stream.ts';
import { connectMongo } from '../src/adapters/mongodb/client.ts';
import { LINKS } from '../src/adapters/mongodb/links.ts';
import { PROFILES } from '../src/adapters/mongodb/profiles.ts';
import { recordType } from '../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../src/adapters/registry/wire.ts';
import { startBackingServices } from '../src/backing/index.ts';
import type { FraudProfileUpdated } from '../src/domain/generated/FraudProfileUpdated.ts';
import { MOST_OTHERS } from '../src/domain/links.ts';
import { aPhone } from '../test/helpers/domain.ts';
import { order } from '../test/helpers/events.ts';
import { createScenario, type Scenario } from '../test/helpers/scenario.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '10000' },
    leaving: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '300' },
  },
});
const CUSTOMERS = Number(values.customers);
const LEAVING = Number(values.leaving);
/** Events a second of the customers that are many; far below what a member takes. */
const RATE = Number(values.rate);
/** Events a second of those that have nothing to do with them. */
const UNRELATED_RATE = 20;
const AT = Date.now();

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const recordOf = (scenario: Scenario, { event }: ReturnType<typeof order>) => ({
  topic: scenario.inputs[0],
  key: event.customerId,
  value: frame(scenario.schemaIds.OrderFinalized, recordType('OrderFinalized').toBuffer(event)),
  headers: {},
});

/** So many a second, from the first to the last. */
const atRate = async (
  count: number,
  rate: number,
  isOver: () => boolean,
  publish: (numbers: number[]) => Promise<void>,
) => {
  const startedAt = performance.now();
  for (let done = 0; done < count && !isOver();) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1_000) * rate));
    if (due > done) await publish(Array.from({ length: due - done }, (_, index) => done + index));
    done = Math.max(done, due);
    await pause(10);
  }
};

const phoneOf = (number: number): string => `+4179${String(1_000_000 + number).padStart(7, '0')}`;

const measure = async (services: Parameters<typeof createScenario>[0], phone: (number: number) => string) => {
  const scenario = await createScenario({ ...services, env: { LINK_KEY: 'a key for this benchmark' } });
  const updates = scenario.inputs[0].replace('order-finalized', 'customer-updated');
  const kafka = { brokers: String(scenario.env['KAFKA_BROKERS']).split(','), ssl: false, sasl: undefined };
  const ended = new AbortController();
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  const follow = async (): Promise<void> => {
    for await (const { key } of followTopic(kafka, { topic: updates, fromBeginning: true, signal: ended.signal })) {
      const sent = sentAt.get(String(key));
      if (sent === undefined) continue;
      sentAt.delete(String(key));
      latencies.push(performance.now() - sent);
    }
  };
  try {
    scenario.member();
    const following = follow();
    const many = (number: number, said: object = {}) =>
      recordOf(scenario, order({ customerId: `many-${number}`, orderId: `order-${number}`, occurredAt: AT, ...said }));
    await scenario.publish([many(-1)]);
    await scenario.drained();

    let isOver = false;
    const unrelated = atRate(
      1e6,
      UNRELATED_RATE,
      () => isOver,
      (numbers) => {
        const ids = numbers.map((number) => `unrelated-${number}`);
        for (const id of ids) sentAt.set(id, performance.now());
        return scenario.publish(
          ids.map((customerId) => recordOf(scenario, order({ customerId, orderId: customerId, occurredAt: AT }))),
        );
      },
    );
    const never = (): boolean => false;
    await atRate(CUSTOMERS, RATE, never, (numbers) =>
      scenario.publish(numbers.map((number) => many(number, { contactMediums: [aPhone(phone(number))] }))),
    );
    await atRate(LEAVING, RATE, never, (numbers) =>
      scenario.publish(
        numbers.map((number) =>
          many(number, {
            ...{ orderId: `correction-${number}`, occurredAt: AT + 1 },
            contactMediums: [aPhone(phone(number), { validation: 'invalid' })],
          }),
        ),
      ),
    );
    isOver = true;
    await unrelated;
    await scenario.drained(300_000);
    await pause(1_000);
    ended.abort();
    await following;
    return { latencies, largestDocument: await largestDocument(scenario), told: await told(scenario) };
  } finally {
    ended.abort();
    await scenario.close();
  }
};

/** Bytes, of all collections. */
const largestDocument = async ({ env }: Scenario): Promise<number> => {
  const mongo = await connectMongo({ uri: String(env['MONGODB_URI']), database: String(env['MONGODB_DATABASE']) });
  const largest = async (collection: string): Promise<number> => {
    const sized = mongo.db
      .collection(collection)
      .aggregate<{ most: number }>([{ $group: { _id: null, most: { $max: { $bsonSize: '$$ROOT' } } } }]);
    return (await sized.toArray())[0]?.most ?? 0;
  };
  try {
    return Math.max(await largest(PROFILES), await largest(LINKS));
  } finally {
    await mongo.close();
  }
};

/** How many of the many were told last of how many others. */
const told = async (scenario: Scenario): Promise<Record<string, number>> => {
  const type = recordType('FraudProfileUpdated');
  const last = new Map<string, number>();
  for (const { value } of await scenario.records(
    scenario.inputs[0].replace('order-finalized', 'customer-updated.fraud'),
  )) {
    if (value === null) continue;
    const { customerId, sharedWith } = type.fromBuffer(bodyOf(value)) as FraudProfileUpdated;
    if (customerId.startsWith('many-')) last.set(customerId, sharedWith[0]?.customers ?? 0);
  }
  const counts: Record<string, number> = {};
  for (const customers of last.values()) counts[customers] = (counts[customers] ?? 0) + 1;
  return counts;
};

const milliseconds = (latencies: readonly number[]) => {
  const sorted = latencies.toSorted((a, b) => a - b);
  const quantile = (q: number): number => Math.round(sorted[Math.floor(sorted.length * q)] ?? NaN);
  return { events: sorted.length, p50: quantile(0.5), p99: quantile(0.99) };
};

const PHONES = { distinct: phoneOf, shared: () => phoneOf(0) };
/** Both ways round, since a machine has slow minutes and servers become warm. */
const ORDER = ['distinct', 'shared', 'shared', 'distinct'] as const;

const services = await startBackingServices({ onProgress: say });
try {
  const runs = new Map<string, Awaited<ReturnType<typeof measure>>[]>();
  for (const phones of ORDER) {
    say(phones === 'shared' ? 'all have one number' : 'everybody has a number');
    runs.set(phones, [...(runs.get(phones) ?? []), await measure({ services, partitions: 6 }, PHONES[phones])]);
  }
  const [distinct = [], shared = []] = [runs.get('distinct'), runs.get('shared')];
  const isRight =
    shared.every(({ told }) => told[MOST_OTHERS] === CUSTOMERS - LEAVING && told[0] === LEAVING + 1) &&
    distinct.every(({ told }) => told[0] === CUSTOMERS + 1);
  const report = (of: typeof shared) => ({
    unrelated: milliseconds(of.flatMap(({ latencies }) => latencies)),
    largestDocument: Math.max(...of.map(({ largestDocument }) => largestDocument)),
    told: of.map(({ told }) => told),
  });
  const result = { isRight, shared: report(shared), distinct: report(distinct) };
  const ratio = Number((result.shared.unrelated.p99 / result.distinct.unrelated.p99).toFixed(2));
  process.stdout.write(`${JSON.stringify({ p99OfUnrelatedToDistinct: ratio, ...result }, null, 2)}\n`);
  if (!isRight) process.exitCode = 1;
} finally {
  await services.stop();
}
