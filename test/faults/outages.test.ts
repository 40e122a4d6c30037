/** Servers that are gone or hang while traffic goes on. FAULT_OUTAGE_MS makes them stay away longer. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  startBackingServices,
  type ServerControl,
  type ServerProcesses,
  type ServiceName,
} from '../../src/backing/index.ts';
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { createProfileStore } from '../../src/adapters/mongodb/profiles.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { order } from '../helpers/events.ts';
import type { RunProcess } from '../helpers/run-process.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { newerWriter, registerAnew } from '../helpers/writer-schemas.ts';
import { until } from '../helpers/until.ts';

/** Longer than anybody waits for an answer: a hung server is noticed by its silence only. */
const OUTAGE_MS = Number(process.env['FAULT_OUTAGE_MS'] ?? 18_000);
const TIMEOUT_MS = OUTAGE_MS + 180_000;

let services: ServerProcesses;
beforeAll(async () => {
  services = await startBackingServices({ source: 'processes' });
}, 120_000);
afterAll(() => services.stop());

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ services, env: { UNKNOWN_SCHEMA_GRACE_MS: '2000' } });
});
afterEach(() => scenario.close());

interface Outage {
  begin(server: ServerControl): void | Promise<void>;
  end(server: ServerControl): void | Promise<void>;
}

const OUTAGES: Readonly<Record<'killed' | 'hung', Outage>> = {
  killed: { begin: (server) => server.kill(), end: (server) => server.restart() },
  hung: { begin: (server) => server.pause(), end: (server) => server.resume() },
};

const during = async (name: ServiceName, how: keyof typeof OUTAGES, work: () => Promise<unknown>): Promise<void> => {
  const server = services.services[name];
  await OUTAGES[how].begin(server);
  try {
    await work();
  } finally {
    await OUTAGES[how].end(server);
  }
};

/** Lasts for the time of the outage; somewhere in it readiness names the reason, and liveness never fails. */
const outlast = async (member: RunProcess, reason: ErrorCode): Promise<void> => {
  const endsAt = performance.now() + OUTAGE_MS;
  const reasons = new Set<string>();
  while (performance.now() < endsAt) {
    expect((await member.probe('/livez')).status).toBe(200);
    for (const each of (await member.probe('/readyz')).body.reasons ?? []) reasons.add(each);
    await pause(500);
  }
  expect([...reasons]).toContain(reason);
};

/** Nothing was lost, doubled or refused because of the outage: what should be refused is judged by the messages alone. */
const unharmed = async (): Promise<void> => {
  await scenario.drained();
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
};

it.each([
  ['mongodb', 'killed', 'MONGODB_UNAVAILABLE'],
  ['mongodb', 'hung', 'MONGODB_UNAVAILABLE'],
  ['kafka', 'killed', 'KAFKA_UNAVAILABLE'],
] as const)(
  'while %s is %s, health says so, and afterwards the work goes on by itself with nothing lost',
  async (name, how, reason) => {
    const traffic = scenario.traffic({ events: 100_000, rate: 80 });
    const members = [await scenario.run(), await scenario.run()];
    for (const member of members) await member.is('ready');

    await during(name, how, () => Promise.all(members.map((member) => outlast(member, reason))));

    for (const member of members) await member.is('ready', 60_000);
    await pause(1_000);
    await traffic.stop();
    await unharmed();
  },
  TIMEOUT_MS,
);

/** Two seconds between looks of the driver at the server, five for each answer, and something for a busy machine. */
const NOTICED_MS = 11_000;

it('a mongodb that hangs is noticed by the driver’s watch, long before the time of an operation is over', async () => {
  const mongo = await connectMongo({ uri: services.mongodbUri, database: 'hung' });
  const store = createProfileStore(mongo.db);
  await store.load(['nobody']);
  await during('mongodb', 'hung', async () => {
    const began = performance.now();
    await expect(store.load(['nobody'])).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
    expect(performance.now() - began).toBeLessThan(NOTICED_MS);
  });
  await mongo.close();
}, 60_000);

it.each(['killed', 'hung'] as const)(
  'a registry that is %s is an outage, also for a schema that nobody knows yet',
  async (how) => {
    const traffic = scenario.traffic({ events: 100_000, rate: 80 });
    const member = await scenario.run();
    await member.is('ready');

    const orders = recordType('OrderFinalized');
    const id = await registerAnew(scenario.registry, `${scenario.inputs[0]}-value`, newerWriter(orders));
    const { event } = order({ orderId: 'written-anew', customerId: 'customer-anew' });
    const value = frame(id, orders.toBuffer(event));
    const members = [member];
    await during('registry', how, async () => {
      await scenario.publish([{ topic: scenario.inputs[0], key: event.customerId, value, headers: {} }]);
      const late = await scenario.run();
      members.push(late);
      await Promise.all(members.map((each) => outlast(each, 'REGISTRY_UNAVAILABLE')));
      expect((await late.probe('/readyz')).status).toBe(503);
    });

    for (const each of members) await each.is('ready', 60_000);
    await traffic.stop();
    await unharmed();
    await until('the message is applied', async () => (await scenario.document(event.customerId)) !== undefined);
  },
  TIMEOUT_MS,
);
