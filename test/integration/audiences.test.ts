/** What audiences are told when tasks fail and change hands, on real servers. */
import { readTopic } from '../../src/adapters/kafka/reader.ts';
import { createTopics } from '../../src/adapters/kafka/topics.ts';
import { createAudienceOutputs } from '../../src/adapters/registry/audiences.ts';
import type { AudienceEvent } from '../../src/domain/audiences/audience.ts';
import { AUDIENCE_NAMES } from '../../src/domain/audiences/index.ts';
import type { Consent } from '../../src/domain/generated/ContractSigned.ts';
import type { AudienceOutput } from '../../src/pipeline/announce.ts';
import { contract, order } from '../helpers/events.ts';
import { createWorld, type World } from '../helpers/protocol-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const NOW = 1_700_000_000_000;

const decided = (granted: boolean, at: number): ReturnType<typeof contract> => {
  const consent: Consent = {
    purpose: 'marketing',
    channel: 'any',
    granted,
    decidedAt: at,
    validTo: null,
    evidence: null,
  };
  return contract({ agreementId: `agreement-${at}`, occurredAt: at, consents: [consent] });
};

/** It is placed, and neither held nor agreed to: nothing for campaigns. */
const cancelled = (at: number) => order({ orderId: `order-${at}`, occurredAt: at, state: 'cancelled' });

const chain = (events: readonly (AudienceEvent | null)[]) =>
  events.map((event) => event && [event.version, event.previousVersion]);

const orders = (from: number, to: number) => world.batch(world.orders, from, to);
const signed = (from: number, to: number) => world.batch(world.contracts, from, to);

it('each audience hears of what concerns it, in the transaction of the version, and campaigns forget who withdraws', async () => {
  await world.publish(world.contracts, decided(true, NOW), decided(false, NOW + 2_000));
  await world.publish(world.orders, cancelled(NOW + 1_000));
  const member = world.member();
  await member.open();
  await member.round(signed(0, 1));
  await member.round(orders(0, 1));
  await member.round(signed(1, 2));
  expect(chain(await world.updates())).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  expect(chain(await world.told('marketing'))).toEqual([[1, 0], null]);
  expect(chain(await world.told('churn'))).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  expect(chain(await world.told('fraud'))).toEqual([
    [1, 0],
    [2, 1],
  ]);
});

it('what an audience has yet to hear survives a crash after the save, and the take-over by another event', async () => {
  await world.publish(world.contracts, decided(true, NOW));
  await world.publish(world.orders, cancelled(NOW + 1_000));
  await world.diesAt('saved', signed(0, 1));

  const successor = world.member();
  await successor.open();
  await successor.round(orders(0, 1));
  await successor.round(signed(0, 1));
  expect(chain(await world.updates())).toEqual([[2, 0]]);
  expect(chain(await world.told('marketing'))).toEqual([[2, 0]]);
});

it('a version that is redelivered tells each audience once what it was about to tell', async () => {
  await world.publish(world.contracts, decided(true, NOW));
  await world.diesAt('sent', signed(0, 1));

  const successor = world.member();
  await successor.open();
  await successor.round(signed(0, 1));
  await successor.round(signed(1, 1));
  for (const audience of ['marketing', 'churn', 'fraud']) expect(chain(await world.told(audience))).toEqual([[1, 0]]);
});

it('consent that was withdrawn before anybody heard of it is never told', async () => {
  await world.publish(world.contracts, decided(true, NOW), decided(false, NOW + 1_000));
  await world.diesAt('saved', signed(0, 1));

  const successor = world.member();
  await successor.open();
  await successor.round(signed(0, 2));
  expect(chain(await world.updates())).toEqual([[2, 0]]);
  expect(await world.told('marketing')).toEqual([]);
});

it('an audience is added with its name and its view, and hears of a customer with the next version', async () => {
  const topic = `${world.output}.orders`;
  await createTopics(world.kafka, [{ topic, partitions: 1, replicationFactor: 1, configs: {} }]);
  const added: AudienceOutput = {
    ...{ name: 'orders', record: 'OrdersProfileUpdated', topic },
    view: ({ orders }) => ({ orders: orders.length }),
    encoder: { encode: (event) => Buffer.from(JSON.stringify(event)) },
  };
  await world.publish(world.contracts, decided(true, NOW));
  await world.publish(world.orders, cancelled(NOW + 1_000));
  const before = world.member();
  await before.open();
  await before.round(signed(0, 1));

  const { audiences } = before.context;
  const after = world.member({ audiences: [...audiences, added] });
  await after.open();
  await after.round(orders(0, 1));
  expect(chain(await world.told('churn'))).toEqual([
    [1, 0],
    [2, 1],
  ]);
  const told: unknown[] = [];
  const everything = { topic, from: 'beginning', until: 'end' } as const;
  await readTopic(world.kafka, everything, ({ value }) => void told.push(JSON.parse(String(value))));
  expect(told).toMatchObject([{ customerId: 'customer-1', version: 2, previousVersion: 0, orders: 1 }]);
});

it.each(['saved', 'sent'] as const)(
  'a version that was %s before there was a key is told under it, and by the id to nobody',
  async (checkpoint) => {
    await world.publish(world.contracts, decided(true, NOW));
    await world.diesAt(checkpoint, signed(0, 1));

    const prefix = world.output.replace('customer-updated', '');
    const keys = { churn: 'the key of this test' };
    const successor = world.member({
      audiences: await createAudienceOutputs(world.registry, prefix, AUDIENCE_NAMES, keys),
    });
    await successor.open();
    await successor.round(signed(0, 1));
    expect(chain(await world.updates())).toEqual([[2, 0]]);
    expect(chain(await world.told('fraud'))).toEqual([[2, 0]]);
    const told = await world.told('churn');
    expect(chain(told)).toEqual([[2, 0]]);
    expect(JSON.stringify(told)).not.toMatch(/customer-1|agreement-/);
    expect((await world.document('customer-1'))?.audiences['churn']?.as).toBe(told[0]?.customerId);
  },
);
