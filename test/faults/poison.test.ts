/** Messages that can never be applied, and what becomes of them once somebody has mended what was wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlacement } from '../../src/adapters/kafka/placement.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { deadLetterTopic } from '../../src/domain/contracts.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { BROKEN_REASONS } from '../../src/traffic/index.ts';
import { startChild } from '../helpers/child.ts';
import { order } from '../helpers/events.ts';
import { newerWriter, registerAnew } from '../helpers/writer-schemas.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const PARTITIONS = 2;

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ partitions: PARTITIONS, env: { UNKNOWN_SCHEMA_GRACE_MS: '500' } });
});
afterEach(() => scenario.close());

const orders = recordType('OrderFinalized');

const finalized = (orderId: string, schemaId: number = scenario.schemaIds.OrderFinalized): OutboundRecord => ({
  topic: scenario.inputs[0],
  key: 'customer-1',
  value: frame(schemaId, orders.toBuffer(order({ orderId }).event)),
  headers: { ce_id: orderId },
});

const letters = async (): Promise<InboundRecord[]> => scenario.records(deadLetterTopic(scenario.inputs[0]));

const redrive = async (...args: string[]): Promise<unknown> => {
  const child = startChild(['src/main.ts', 'dead-letters', 'redrive', ...args, '--yes', '--json'], scenario.env);
  expect(await child.ended).toEqual({ code: 0, signal: null });
  return JSON.parse(child.output());
};

const knows = (orderId: string) => async (): Promise<boolean> =>
  (await scenario.document('customer-1'))?.facts.orders[orderId] !== undefined;

it('poison of every kind ends in the dead letters once, bytes untouched, and its neighbours in the profiles', async () => {
  const member = scenario.member();
  const published = await scenario.traffic({ events: 1_000, brokenRatio: 0.05 }).published;
  await scenario.drained();

  const report = await scenario.verified();
  expect(report).toMatchObject({ ok: true, violations: [], inputs: published });
  expect(Object.keys(report.refused).sort()).toEqual([...BROKEN_REASONS].sort());
  expect(report.deadLetters).toBe(published - report.accepted);
  expect(member.eventsOf('incident')).toEqual([]);
}, 180_000);

it('a message whose schema is registered later is sent again and applied', async () => {
  const subject = `${scenario.group}-later`;
  const register = (schema: object): Promise<number> => registerAnew(scenario.registry, subject, schema);
  // A registry gives ids in turn, so one that is due soon can be used before its time.
  const filler = (number: number) => ({
    type: 'record',
    name: `Filler${number}`,
    namespace: scenario.group.replaceAll('-', '_'),
    fields: [],
  });
  const last = await register(filler(0));
  const future = last + 5;
  scenario.member();
  await scenario.publish([finalized('before'), finalized('early', future), finalized('after')]);
  await scenario.drained();
  expect(await scenario.verified()).toMatchObject({ ok: true, refused: { 'unknown-schema': 1 } });
  await until('its neighbours are in the profile', knows('after'));

  for (let id = last; id < future - 1;) id = await register(filler(id));
  expect(await register(newerWriter(orders))).toBe(future);
  // A refused id is believed to be unknown for a while by the member that asked; another one asks anew.
  const other = scenario.member();
  await other.running();
  await until('the redriven message is applied', async () => {
    await redrive('--reason', 'unknown-schema', '--again');
    await scenario.drained();
    return knows('early')();
  });
}, 180_000);

it('a message is mended and sent again, with its attempts', async () => {
  const member = scenario.member();
  const broken = {
    ...finalized('mended'),
    value: Buffer.concat([frame(scenario.schemaIds.OrderFinalized, Buffer.of(9))]),
  };
  await scenario.publish([broken]);
  await scenario.drained();
  const [letter] = await letters();
  const place = `${letter?.topic}:${letter?.partition}:${letter?.offset}`;
  expect(letter?.value).toEqual(broken.value);

  // Sent again as it is, it comes back.
  expect(await redrive(place)).toMatchObject({ sent: 1 });
  await until('it comes back', async () => (await letters()).some(isAttempt('2')));
  // Sent again with a value that can be read, it is applied.
  const directory = await mkdtemp(join(tmpdir(), 'redrive-'));
  try {
    const file = join(directory, 'value');
    await writeFile(file, finalized('mended').value ?? '');
    const second = (await letters()).find(isAttempt('2'));
    const args = [`${second?.topic}:${second?.partition}:${second?.offset}`, '--value-file', file];
    expect(await redrive(...args)).toMatchObject({ sent: 1 });
  } finally {
    await rm(directory, { recursive: true });
  }
  await until('the mended message is applied', knows('mended'));
  expect(member.eventsOf('recovery')).toEqual([]);
}, 180_000);

const isAttempt =
  (attempt: string) =>
  ({ headers }: InboundRecord): boolean =>
    String(headers['dlq-attempt']) === attempt && headers['dlq-redriven'] === undefined;

it('a message in another partition than its key belongs to is refused, and goes there when it is sent again', async () => {
  scenario.member();
  scenario.member();
  const home = createPlacement(PARTITIONS)('customer-1');
  await scenario.publish([finalized('before'), { ...finalized('astray'), partition: 1 - home }, finalized('after')]);
  await scenario.drained();
  await until('its neighbours are in the profile', knows('after'));
  expect(await knows('astray')()).toBe(false);
  expect((await letters()).map(({ headers }) => String(headers['dlq-reason']))).toEqual(['misplaced']);
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });

  expect(await redrive('--reason', 'misplaced')).toMatchObject({ sent: 1 });
  await until('the redriven message is applied', knows('astray'));
  await scenario.drained();
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
}, 120_000);
