/** What upstream producers may do without stalling anything. */
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { order } from '../helpers/events.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ partitions: 2 });
});
afterEach(() => scenario.close());

const orders = recordType('OrderFinalized');

const finalized = (customerId: string, orderId: string): OutboundRecord => ({
  topic: scenario.inputs[0],
  key: customerId,
  value: frame(scenario.schemaIds.OrderFinalized, orders.toBuffer(order({ customerId, orderId }).event)),
  headers: {},
});

/** Everything that can be read is committed; control records at the end of a log belong to no batch. */
const settled = (): Promise<void> =>
  until('everything is committed', async () => {
    const { violationCounts } = await scenario.verified();
    return violationCounts['not-drained'] === undefined;
  });

it('transactions of producers, committed and aborted, alone and in turn, are read to the end', async () => {
  const member = scenario.member();
  await member.running();
  const producers = [1, 2].map((number) =>
    scenario.kafka.producer({
      transactionalId: `${scenario.group}-upstream-${number}`,
      maxInFlightRequests: 1,
      idempotent: true,
    }),
  );
  await Promise.all(producers.map((producer) => producer.connect()));
  try {
    for (let round = 0; round < 6; round += 1) {
      for (const [number, producer] of producers.entries()) {
        const transaction = await producer.transaction();
        const ofRound = [0, 1, 2].map((each) => finalized(`customer-${each}`, `order-${round}-${number}`));
        await transaction.sendBatch({
          topicMessages: [
            { topic: scenario.inputs[0], messages: ofRound.map(({ key, value }) => ({ key: key, value })) },
          ],
        });
        // Half are aborted, and the member reads on before the next one.
        if ((round + number) % 2 === 0) await transaction.abort();
        else await transaction.commit();
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  } finally {
    await Promise.all(producers.map((producer) => producer.disconnect()));
  }
  await settled();
  expect(member.eventsOf('incident')).toEqual([]);
  expect(member.eventsOf('recovery')).toEqual([]);
  expect(await scenario.verified()).toMatchObject({ ok: true, inputs: 18, profiles: 3 });
});

it('an idle partition and an idle topic hold nothing up', async () => {
  const member = scenario.member();
  await member.running();
  await scenario.publish([finalized('customer-1', 'order-1')]);
  await scenario.drained();
  expect(await scenario.verified()).toMatchObject({ ok: true, inputs: 1, profiles: 1 });
});

it('tombstones go to the dead letters and their neighbours into the profiles', async () => {
  const member = scenario.member();
  await scenario.publish([
    finalized('customer-1', 'order-1'),
    { topic: scenario.inputs[0], key: 'customer-1', value: null, headers: {} },
    { topic: scenario.inputs[1], key: 'customer-2', value: null, headers: {} },
    finalized('customer-1', 'order-2'),
  ]);
  await scenario.drained();
  expect(member.eventsOf('recovery')).toEqual([]);
  expect(await scenario.verified()).toMatchObject({ ok: true, refused: { 'empty-value': 2 }, profiles: 1 });
});
