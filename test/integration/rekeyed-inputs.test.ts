/** Inputs that upstream keys by something else than the customer, on real servers. */
import kafkajs from 'kafkajs';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import type { OrderFinalized, OrderItem } from '../../src/domain/generated/OrderFinalized.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { order } from '../helpers/events.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

const PARTITIONS = 3;

let scenario: Scenario;
let orders: string;
beforeEach(async () => {
  scenario = await createScenario({ partitions: PARTITIONS, env: { REKEYED_INPUTS: 'order-finalized' } });
  [orders] = scenario.inputs;
});
afterEach(() => scenario.close());

const isRight = async (): Promise<void> =>
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });

/** Keyed by the order. */
const ordered = (said: Partial<OrderFinalized> & Pick<OrderFinalized, 'orderId'>): OutboundRecord => {
  const { type, event } = order({ customerId: 'c-1', ...said });
  const value = frame(scenario.schemaIds[type], recordType(type).toBuffer(event));
  return { topic: orders, key: event.orderId, value, headers: { traceparent: 'as received' } };
};

const itemOf = (itemId: string, characteristics: Readonly<Record<string, string>>): OrderItem => ({
  ...{ itemId, action: 'add', state: 'completed', productId: null, offeringId: null, offeringName: null },
  ...{ category: null, quantity: 1, startDate: null, terminationDate: null, termMonths: null },
  ...{ recurringPrice: null, oneOffPrice: null, characteristics },
});

const orderIds = Array.from({ length: 30 }, (_, number) => `o-${number}`);

it('reach their customer from every partition, as they are, and once', async () => {
  scenario.member();
  scenario.member();
  await scenario.publish(orderIds.map((orderId) => ordered({ orderId })));
  await scenario.drained();
  const document = await scenario.document('c-1');
  expect(Object.keys(document?.facts.orders ?? {}).sort()).toEqual(orderIds.toSorted());
  const sentOn = await scenario.records(`${orders}.by-customer`);
  expect(sentOn.map(({ key }) => String(key))).toEqual(orderIds.map(() => 'c-1'));
  expect(new Set(sentOn.map(({ partition }) => partition)).size).toBe(1);
  expect(new Set(sentOn.map(({ headers }) => String(headers['origin-partition']))).size).toBe(PARTITIONS);
  expect(new Set(sentOn.map(({ headers }) => String(headers['traceparent'])))).toEqual(new Set(['as received']));
  await isRight();
});

it('meet the contracts of their customer, which are keyed by it', async () => {
  scenario.member();
  scenario.member();
  const { published } = scenario.traffic({ events: 2_000, customers: 60, brokenRatio: 0.05, rate: 1_000 });
  await published;
  await scenario.drained();
  await isRight();
});

it('are sent on once, whatever members are killed at', async () => {
  const { published } = scenario.traffic({ events: 3_000, customers: 60, brokenRatio: 0.02, rate: 500 });
  await scenario.killedAt('saved', 'sent', 'offsets-added', 'committed');
  scenario.member();
  await published;
  await scenario.drained();
  await isRight();
});

it('are sent on once by an owner and its successor', async () => {
  const stopped = scenario.member({ action: 'stop', at: 'sent', pass: 3 });
  const { published } = scenario.traffic({ events: 1_500, customers: 60, brokenRatio: 0.02, rate: 500 });
  await stopped.struck;
  scenario.member();
  await published;
  await scenario.drained();
  stopped.signal('SIGCONT');
  const more = scenario.traffic({ events: 500, customers: 60, seed: 2, rate: 500 });
  await more.published;
  await scenario.drained();
  await isRight();
});

it('go on compressed, or to the dead letters, where they came in so and are too large otherwise', async () => {
  const member = scenario.member();
  const characteristics = Object.fromEntries(
    Array.from({ length: 12 }, (_, number) => [`n-${number}`, 'x'.repeat(240)]),
  );
  const items = Array.from({ length: 1_000 }, (_, number) => itemOf(`i-${number}`, characteristics));
  const { value } = ordered({ orderId: 'o-1', items });
  const values = [value, Buffer.alloc(3_000_000, 'x'), ordered({ orderId: 'o-2' }).value];
  const producer = scenario.kafka.producer();
  await producer.connect();
  const messages = values.map((each) => ({ key: 'o', value: each }));
  await producer.send({ topic: orders, compression: kafkajs.CompressionTypes.GZIP, messages });
  await producer.disconnect();
  await scenario.drained();
  expect(Object.keys((await scenario.document('c-1'))?.facts.orders ?? {}).sort()).toEqual(['o-1', 'o-2']);
  expect((await scenario.records(`${orders}.dlq`)).map((letter) => letter.value?.length)).toEqual([3_000_000]);
  expect(member.eventsOf('recovery')).toEqual([]);
  await isRight();
});

it('are refused where they arrive, and no customer is made of their keys', async () => {
  scenario.member();
  const { value } = ordered({ orderId: 'o-1' });
  await scenario.publish([
    ordered({ orderId: 'o-1', sourceSystem: '' }),
    { topic: orders, key: 'o-2', value: frame(2_000_000_011, Buffer.from('x')), headers: {} },
    { topic: orders, key: 'o-3', value: Buffer.from('no Avro'), headers: {} },
    { topic: orders, key: null, value, headers: {} },
    ordered({ orderId: 'o-4', customerId: '' }),
    ordered({ orderId: 'o-5', occurredAt: Date.UTC(2100, 0, 1) }),
  ]);
  await scenario.drained();
  const letters = await scenario.records(`${orders}.dlq`);
  expect(letters.map(({ key, headers }) => `${String(key)} ${String(headers['dlq-reason'])}`).sort()).toEqual([
    'o-1 invalid-value',
    'o-2 unknown-schema',
    'o-3 not-confluent-format',
    'o-4 invalid-value',
    'o-5 from-the-future',
  ]);
  expect(await scenario.records(`${orders}.by-customer.dlq`)).toEqual([]);
  expect(await scenario.document('o-2')).toBeUndefined();
  expect(Object.keys((await scenario.document('c-1'))?.facts.orders ?? {})).toEqual(['o-1']);
  await isRight();
});
