/** The examples for subscribers: what is published here reaches them through the whole system. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangeStreamDocument, Collection } from 'mongodb';
import { createTopics } from '../../src/adapters/kafka/topics.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { createChurnProfileDecoder } from '../../src/decoders.ts';
import type { CustomerStatus } from '../../src/domain/generated/ChurnProfileUpdated.ts';
import type { Consent, ContactMedium } from '../../src/domain/generated/ContractSigned.ts';
import type { OrderFinalized, OrderItem } from '../../src/domain/generated/OrderFinalized.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import type { Child } from '../helpers/child.ts';
import { contract, order } from '../helpers/events.ts';
import { testServices, uniqueName } from '../helpers/services.ts';
import { createSubscribers, startFlakyRegistry, type Subscribers } from '../helpers/subscribers.ts';
import { until } from '../helpers/until.ts';

const DAY = 24 * 60 * 60 * 1000;

let world: Subscribers;
let mongo: MongoConnection;

beforeAll(async () => {
  world = await createSubscribers();
  mongo = await connectMongo({ uri: testServices().mongodbUri, database: 'campaigns' });
});

afterAll(() => Promise.all([mongo.close(), world.scenario.close()]));

const mailbox = (emailAddress: string): ContactMedium => ({
  mediumType: 'email',
  emailAddress,
  phoneNumber: null,
  countryCode: null,
  address: null,
  preferred: true,
  validation: 'verified',
  validFrom: null,
  validTo: null,
});

const consent = (granted: boolean, decidedAt: number, said: Partial<Consent> = {}): Consent => ({
  purpose: 'marketing',
  channel: 'any',
  granted,
  decidedAt,
  validTo: null,
  evidence: null,
  ...said,
});

const T = Date.UTC(2025, 0, 1);

const signs = (customerId: string, granted: boolean, occurredAt: number, said: Partial<Consent> = {}) =>
  contract({
    ...{ customerId, occurredAt, agreementId: `${customerId}-${occurredAt}`, languages: ['de', 'en'] },
    contactMediums: [mailbox(`${customerId}@example.com`)],
    consents: [consent(granted, occurredAt, said)],
  });

interface Entry {
  readonly _id: string;
  readonly version: number;
  readonly emails?: string[];
}

describe('the campaign list', () => {
  const list = uniqueName('list');
  let entries: Collection<Entry>;
  const start = (): Child => world.example('marketing-list', { env: { LIST: list } });
  const entry = (_id: string) => entries.findOne({ _id });

  beforeAll(() => {
    entries = mongo.db.collection(list);
  });
  afterAll(() => entries.drop());

  it('holds who consents for as long as it is allowed, and forgets who withdraws', async () => {
    const example = start();
    const validTo = T + 500 * DAY;
    await world.publish(
      signs('anna', true, T),
      signs('bela', false, T),
      signs('$cleo', true, T, { channel: 'email', validTo }),
      signs('dora', true, T, { channel: 'phone' }),
    );
    await until('all are known', async () => (await entries.countDocuments()) === 3);
    const known = { version: 1, language: 'de' };
    expect(await entry('anna')).toEqual({ _id: 'anna', ...known, emails: ['anna@example.com'], until: null });
    expect(await entry('$cleo')).toEqual({
      ...{ _id: '$cleo', ...known, emails: ['$cleo@example.com'], until: new Date(validTo) },
    });

    expect(await entry('dora')).toEqual({ _id: 'dora', version: 1 });

    await world.publish(signs('anna', false, T + DAY));
    await until('anna is forgotten', async () => (await entry('anna'))?.emails === undefined);
    expect(await entry('anna')).toEqual({ _id: 'anna', version: 2 });
    example.signal('SIGTERM');
    expect(await example.ended).toEqual({ code: 0, signal: null });
    expect(example.output()).toBe('');
  });

  it('says when it has missed a version', async () => {
    await entries.updateOne({ _id: '$cleo' }, { $set: { version: 0 } });
    const example = start();
    await world.publish(signs('$cleo', true, T + DAY, { channel: 'email' }));
    await until('it says so', () => example.output().includes('\n'));
    expect(example.output()).toMatch(/^offset \d+: version 1 was never seen, only 0\n$/);
    example.signal('SIGTERM');
    await example.ended;
  });

  it('takes every change once, wherever it is killed and whatever is delivered again', async () => {
    const customers = Array.from({ length: 400 }, (_, index) => `many-${index}`);
    const withdrawing = customers.filter((_, index) => index % 4 === 0);
    await world.publish(...customers.map((id) => signs(id, true, T)));
    await world.scenario.drained();
    await world.publish(...withdrawing.map((id) => signs(id, false, T + DAY)));
    const seen = new Set<string>();
    const changes: string[] = [];
    const stream = entries.watch<Entry>().on('change', (change) => {
      const { customerId, version } = changeOf(change);
      seen.add(customerId);
      changes.push(`${customerId}:${version}`);
    });

    const killed = start();
    await until('it is in the middle', () => seen.size >= 20);
    killed.signal('SIGKILL');
    await killed.ended;
    expect(await entries.countDocuments()).toBeLessThan(customers.length);

    const restarted = start();
    const isForgotten = { _id: { $in: withdrawing }, emails: { $exists: false } };
    await until('all are forgotten', async () => (await entries.countDocuments(isForgotten)) === withdrawing.length);
    restarted.signal('SIGTERM');
    expect(await restarted.ended).toEqual({ code: 0, signal: null });

    await world.forgetOffsets(list);
    const again = start();
    await world.hasRead(list, world.topicOf('marketing'));
    again.signal('SIGTERM');
    await again.ended;

    await entries.insertOne({ _id: 'the end', version: 0 });
    await until('every change is known', () => seen.has('the end'));
    await stream.close();
    const first = customers.map((id) => `${id}:1`);
    const second = withdrawing.map((id) => `${id}:2`);
    expect(changes.toSorted()).toEqual([...first, ...second, 'the end:0'].toSorted());
  });
});

const changeOf = (change: ChangeStreamDocument<Entry>): { customerId: string; version: number | undefined } => {
  if (change.operationType === 'insert' || change.operationType === 'replace') {
    return { customerId: change.documentKey._id, version: change.fullDocument.version };
  }
  if (change.operationType !== 'update') throw new Error(`nobody does a ${change.operationType}`);
  return { customerId: change.documentKey._id, version: change.updateDescription.updatedFields?.version };
};

const item = (action: OrderItem['action'], said: Partial<OrderItem>): OrderItem => ({
  ...{ itemId: `item-${said.productId ?? ''}`, action, state: 'completed', productId: null, offeringId: null },
  ...{ offeringName: null, category: null, quantity: 1, startDate: null, terminationDate: null, termMonths: null },
  ...{ recurringPrice: null, oneOffPrice: null, characteristics: {} },
  ...said,
});

const placed = (customerId: string, at: number, said: Partial<OrderFinalized> = {}) =>
  order({ customerId, occurredAt: at, orderId: `${customerId}-${at}`, ...said });

const price = (minorUnits: number, currency = 'EUR') => ({ recurringPrice: { currency, minorUnits } });

describe('the churn table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'churn-'));
  const decode = createChurnProfileDecoder({ registryUrl: testServices().schemaRegistryUrl });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What was told of the customer, in order. */
  const toldOf = async (customerId: string): Promise<InboundRecord[]> =>
    (await world.scenario.records(world.topicOf('churn'))).filter(({ key }) => String(key) === customerId);

  const hasStatus = (customerId: string, status: CustomerStatus): Promise<void> =>
    until(`${customerId} is ${status}`, async () => {
      const last = (await toldOf(customerId)).at(-1);
      return (await decode(last?.value ?? null))?.status === status;
    });

  const table = async (): Promise<string[]> => {
    const file = join(folder, 'churn.csv');
    const example = world.example('churn-table', { args: [file, '2025-07-01'] });
    expect([await example.ended, example.output()]).toMatchObject([{ code: 0 }, expect.stringContaining('customers')]);
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  };

  it('has one row for everybody, by the names that analysts know, and ends', async () => {
    const [january, march] = [Date.UTC(2024, 0, 1), Date.UTC(2024, 2, 1)];
    const mobile = item('add', { productId: 'm', category: 'mobile', quantity: 2, ...price(2999) });
    const internet = item('add', { productId: 'b', category: 'broadband', ...price(4499) });
    const tv = { productId: 't', category: 'tv' };
    await world.publish(
      contract({
        ...{ customerId: 'stays', occurredAt: january, billing: { format: null, cycle: null, media: 'email' } },
        period: { startDateTime: january, endDateTime: Date.UTC(2026, 0, 1) },
      }),
      placed('stays', january, {
        items: [mobile, internet],
        paymentMethod: { methodType: 'directDebit', fingerprint: null },
      }),
      placed('=leaves', march, { items: [item('add', { ...tv, ...price(799) })] }),
      placed('=leaves', Date.UTC(2024, 5, 1), { items: [item('modify', { ...tv, ...price(499) })] }),
      placed('=leaves', Date.UTC(2025, 0, 5), { state: 'cancelled' }),
      placed('=leaves', Date.UTC(2025, 0, 6), { state: 'rejected' }),
      placed('abroad', march, { items: [mobile, item('add', { ...tv, ...price(4900, 'SEK') })] }),
      contract({ customerId: 'waits', occurredAt: march, billing: { format: null, cycle: null, media: 'paper' } }),
    );
    await hasStatus('=leaves', 'active');
    await world.publish(placed('=leaves', Date.UTC(2025, 1, 10), { items: [item('delete', tv)] }));
    await hasStatus('=leaves', 'inactive');

    const [header, ...rows] = await table();
    expect(header).toBe(
      'customerID,Status,tenure,Contract,PhoneService,MultipleLines,InternetService,StreamingTV,PaperlessBilling,' +
        'PaymentMethod,MonthlyCharges,Currency,OrdersPlaced,OrdersCancelled,OrdersFailed,Downgrades,Terminations,Churn',
    );
    expect(rows).toContain(
      'stays,active,18,Two year,Yes,Yes,Yes,No,Yes,Bank transfer (automatic),104.97,EUR,1,0,0,0,0,No',
    );
    expect(rows).toContain("'=leaves,inactive,11,,No,No phone service,No,No,,,0,,5,1,1,1,1,Yes");
    expect(rows).toContain('abroad,active,16,,Yes,Yes,No,Yes,,,,,1,0,0,0,0,No');
    expect(rows).toContain('waits,prospect,16,Month-to-month,No,No phone service,No,No,No,,0,,0,0,0,0,0,No');
    expect(rows.map((row) => /^'?([^,]+)/.exec(row)?.[1]).toSorted()).toEqual([...world.customers].toSorted());
  });

  it('leaves out who may not be seen any more, and goes by versions when some come again', async () => {
    const before = await table();
    const [first] = await toldOf('=leaves');
    if (first === undefined) throw new Error('nothing was told');
    const tombstone = { key: 'abroad', value: null, headers: { ce_id: 'abroad:99' } };
    await world.scenario.publish([first, { topic: first.topic, ...tombstone }]);
    expect((await table()).toSorted()).toEqual(before.filter((row) => !row.startsWith('abroad')).toSorted());
  });
});

describe('the fraud rule', () => {
  interface Alert {
    readonly alertId: string;
    readonly customerId: string;
    readonly orderId: string;
    readonly signals: string[];
  }
  const alerts: Alert[] = [];
  const arrivals = new Map<string, number>();
  const heard = (line: string): void => {
    const alert = JSON.parse(line) as Alert;
    alerts.push(alert);
    arrivals.set(alert.customerId, performance.now());
  };
  const start = (env: Readonly<Record<string, string>> = {}): Child =>
    world.example('fraud-rule', { env, onLine: heard });
  const told = (customerId: string) => until(`${customerId} is told of`, () => arrivals.has(customerId));

  /** Four orders a minute apart; resolves to when the last was published. */
  const burst = async (customerId: string): Promise<number> => {
    const now = Date.now();
    const times = [3, 2, 1, 0].map((minutes) => now - minutes * 60_000);
    await world.publish(...times.map((at) => placed(customerId, at)));
    return performance.now();
  };

  const home = { street1: 'Ahornweg 1', city: 'Lindenau', postCode: '04103', country: 'DE' };
  const address = { ...{ street2: null, stateOrProvince: null }, ...home };
  const post: ContactMedium = { ...mailbox(''), mediumType: 'postalAddress', emailAddress: null, address };
  const elsewhere = { ...address, street1: 'Am Anger 7' };

  it('tells of a burst of orders and of a stranger who sends a parcel elsewhere, and not of ordinary customers', async () => {
    const example = start();
    const [now, device] = [Date.now(), 'device-1'];
    const parcel = { contactMediums: [post], deviceFingerprint: device, deliveryAddress: address };
    await world.publish(
      contract({ customerId: 'regular', occurredAt: now - 400 * DAY, contactMediums: [post] }),
      ...[60, 30, 0].map((days) => placed('regular', now - days * DAY, parcel)),
      placed('newcomer', now, parcel),
      placed('stranger', now, { ...parcel, deliveryAddress: elsewhere }),
    );
    const took: number[] = [];
    for (const customer of ['burst-1', 'burst-2', 'burst-3', 'burst-4', 'burst-5']) {
      const since = await burst(customer);
      await told(customer);
      took.push((arrivals.get(customer) ?? Infinity) - since);
    }
    await told('stranger');
    // Another version of the same order.
    await world.publish(
      contract({ customerId: 'stranger', occurredAt: now, contactMediums: [mailbox('new@example.com')] }),
    );
    await until('it is saved', async () => ((await world.scenario.document('stranger'))?.version ?? 0) > 1);
    await world.scenario.drained();
    await world.hasRead('fraud-rule', world.topicOf('fraud'));
    const [, , median = NaN] = took.toSorted((a, b) => a - b);
    // A measurement and no promise: the machine of a test is busy with other things.
    process.stderr.write(`from an order to the alert about it: median ${Math.round(median)} ms\n`);

    const { version } = (await world.scenario.document('burst-5')) ?? {};
    expect(alerts.find(({ customerId }) => customerId === 'burst-5')).toMatchObject({
      ...{ alertId: `burst-5:${String(version)}`, signals: ['four orders within an hour'] },
    });
    expect(alerts.find(({ customerId }) => customerId === 'stranger')).toMatchObject({
      ...{ signals: ['new device', 'contact of less than a day', 'delivered elsewhere'] },
    });
    expect(alerts).toHaveLength(took.length + 1);
    example.signal('SIGKILL');
    await example.ended;
  });

  it('misses nothing while it is dead or the registry is down, and repeats itself only under the same id', async () => {
    await burst('meanwhile');
    const registry = await startFlakyRegistry(10);
    const example = start({ SCHEMA_REGISTRY_URL: registry.url });
    await told('meanwhile');
    registry.close();
    expect(example.output()).toContain('REGISTRY_UNAVAILABLE');
    example.signal('SIGTERM');
    expect(await example.ended).toEqual({ code: 0, signal: null });
    const orders = Map.groupBy(alerts, ({ orderId }) => orderId);
    for (const ofOrder of orders.values()) expect(new Set(ofOrder.map(({ alertId }) => alertId)).size).toBe(1);
    expect(orders.size).toBe(7);
  });

  it('does not cry over old times, and ends at what can never be decoded, so that somebody looks at it', async () => {
    const { kafka } = world.scenario;
    const prefix = `${uniqueName('garbage')}.`;
    const topic = `${prefix}customer-updated.fraud`;
    await createTopics(kafka, [{ topic, partitions: 1, replicationFactor: 1, configs: {} }]);
    const records = await world.scenario.records(world.topicOf('fraud'));
    const suspicious = records.findLast(({ key }) => String(key) === 'burst-1');
    const producer = kafka.producer();
    await producer.connect();
    const old = { key: 'burst-1', value: suspicious?.value ?? null, timestamp: String(Date.now() - 2 * DAY) };
    await producer.send({ topic, messages: [old, { key: 'somebody', value: 'hello' }] });
    await producer.disconnect();
    const before = alerts.length;

    const example = start({ TOPIC_PREFIX: prefix });
    expect(await example.ended).toEqual({ code: 1, signal: null });
    expect(example.output()).toContain('UNDECODABLE');
    expect(alerts).toHaveLength(before);
  });
});
