/** Erasure as it was promised: what was planted of 200 customers is found nowhere, and no replay brings anybody back. */
import { setTimeout as pause } from 'node:timers/promises';
import { createPlacement } from '../../src/adapters/kafka/placement.ts';
import { HISTORY } from '../../src/adapters/mongodb/history.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { contracts } from '../../src/domain/contracts.ts';
import { REFUSAL_REASONS } from '../../src/domain/refusal.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { idOf, marksIn, markedPathsOf, PLANTED_TYPES, textPathsOf } from '../helpers/planted.ts';
import { erasureOf, lifeOf, recordOf, refusedOf, releaseOf, type Sending } from '../helpers/planted-lives.ts';
import { contentOf, lettersOf, type Remains, remainsOf, textOf } from '../helpers/remains.ts';
import type { RunProcess } from '../helpers/run-process.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const CUSTOMERS = 200;
const PARTITIONS = 2;
const LIVED_AT = Date.now() - 86_400_000;
const EVERYBODY = Array.from({ length: CUSTOMERS }, (_, n) => n);
/** Of whom nobody asks that. */
const KEPT = 'somebody-else';

let scenario: Scenario;
const [logs, metrics]: [string[], string[]] = [[], []];
let before: Remains;
const after: Record<string, Remains> = {};

/** Takes what it says of itself until it has stopped. */
const listenTo = (run: RunProcess): (() => Promise<void>) => {
  const stopping = new AbortController();
  const listening = (async () => {
    while (!stopping.signal.aborted) {
      metrics.push(await run.metrics());
      await pause(100);
    }
  })();
  return async () => {
    stopping.abort();
    await listening;
    metrics.push(await run.metrics());
    await run.stop();
    logs.push(run.output());
  };
};

const rewind = async (): Promise<void> => {
  const admin = scenario.kafka.admin();
  await admin.connect();
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset: '0' }));
  for (const { topic, direction } of contracts(scenario.env['TOPIC_PREFIX'])) {
    if (direction === 'input') await admin.setOffsets({ groupId: scenario.group, topic, partitions });
  }
  await admin.disconnect();
};

const areBare = async (): Promise<boolean> =>
  (await lettersOf(scenario)).every((letter) => marksIn(textOf(letter)).length === 0);

/** What does not come true is told by what it leaves. */
const swept = async (): Promise<void> => until('letters are swept', areBare, 20_000).catch(() => undefined);

beforeAll(async () => {
  scenario = await createScenario({
    partitions: PARTITIONS,
    env: { LINK_KEY: 'a key of links for tests', LOG_LEVEL: 'trace', PROFILE_ORDERS: '1' },
  });
  const sending: Sending = {
    schemaIds: scenario.schemaIds,
    ...{ prefix: scenario.env['TOPIC_PREFIX'] ?? '', partitions: PARTITIONS, partitionOf: createPlacement(PARTITIONS) },
  };
  const [run, member] = [await scenario.run(), scenario.member()];
  const stopped = listenTo(run);
  const topic = scenario.inputs[0];
  const others: OutboundRecord[] = [{ topic, key: KEPT, value: Buffer.from('kept'), headers: {} }];
  const livesOf = (n: number): OutboundRecord[] => [
    ...lifeOf(n, LIVED_AT).map((told) => recordOf(sending, n, told)),
    ...Object.values(refusedOf(sending, n, LIVED_AT)),
    recordOf(sending, n, releaseOf(n, LIVED_AT)),
  ];
  for (const n of EVERYBODY) await scenario.publish(livesOf(n));
  await scenario.publish(others);
  await scenario.drained();
  before = await remainsOf(scenario);

  const struck = member.break({ action: 'throw', at: 'saved' });
  const now = Date.now();
  await scenario.publish(EVERYBODY.map((n) => recordOf(sending, n, erasureOf(n, now))));
  await struck;
  await scenario.drained();
  await swept();
  after['the erasure'] = await remainsOf(scenario);
  await Promise.all([stopped(), member.stop()]);
  logs.push(member.log());

  await rewind();
  const stoppedAgain = listenTo(await scenario.run());
  await scenario.drained();
  await swept();
  after['the replay'] = await remainsOf(scenario);
  await stoppedAgain();
}, 150_000);
afterAll(() => scenario.close());

const WHEN = ['the erasure', 'the replay'];
const remains = (when: string): Remains => after[when] ?? before;
const countsOf = (reasons: readonly unknown[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(reasons, String)].map(([reason, all]) => [reason, all.length]));
const found = (texts: Iterable<string>): string[] => [...texts].flatMap(marksIn).slice(0, 10);

it.each(PLANTED_TYPES)('something is planted in every text of %s', (type) => {
  const told = [...lifeOf(7, LIVED_AT), releaseOf(7, LIVED_AT), erasureOf(7, LIVED_AT)];
  for (const { event } of told.filter((each) => each.type === type)) {
    const paths = [...new Set(markedPathsOf(event))];
    expect(paths.sort()).toEqual([...new Set(textPathsOf(recordType(type)))].sort());
  }
});

it('what is planted is found while it is there, in a letter for every reason as well', () => {
  expect(before.collections[PROFILES]).toBe(CUSTOMERS);
  expect(before.collections[HISTORY]).toBeGreaterThanOrEqual(CUSTOMERS);
  for (const n of EVERYBODY) expect(before.stored[PROFILES]).toContain(idOf(n));
  for (const records of Object.values(before.latest)) {
    expect(records.filter((record) => marksIn(contentOf(record)).length > 0)).toHaveLength(CUSTOMERS);
  }
  const reasons = before.letters.map(({ headers }) => headers['dlq-reason']);
  const expected = Object.keys(REFUSAL_REASONS).filter((reason) => reason !== 'before-erasure');
  expect(Object.keys(countsOf(reasons)).sort()).toEqual(expected.sort());
  expect(before.letters.filter((letter) => marksIn(textOf(letter)).length > 0)).toHaveLength(
    CUSTOMERS * expected.length,
  );
});

it.each(WHEN)('no word is left in any collection, view or letter after %s', (when) => {
  const { stored, latest, letters, internal } = remains(when);
  for (const [name, text] of Object.entries(stored)) expect([name, found([text])]).toEqual([name, []]);
  for (const [topic, records] of Object.entries(latest)) {
    const ofErased = records.filter(({ key }) => marksIn(String(key)).length > 0);
    expect([topic, ofErased.length, ofErased.filter(({ value }) => value !== null)]).toEqual([topic, CUSTOMERS, []]);
    // A tombstone names whom its key names.
    const said = records.flatMap((record) => found([contentOf(record)]).filter((mark) => mark !== String(record.key)));
    expect([topic, said.slice(0, 10)]).toEqual([topic, []]);
  }
  expect(found(letters.map(textOf))).toEqual([]);
  // They name customers by their ids, until the log's time is over, and say nothing else of them.
  const ids = EVERYBODY.map(idOf);
  expect(internal.flatMap((record) => marksIn(textOf(record))).filter((mark) => !ids.includes(mark))).toEqual([]);
});

it.each(WHEN)('nobody has come back after %s', (when) => {
  const { collections } = remains(when);
  expect([collections[ERASED], collections[PROFILES], collections[HISTORY]]).toEqual([CUSTOMERS, 0, 0]);
});

it('a letter of each refused message says where it was, and those of others stay', () => {
  const lettersAfter = (when: string) =>
    countsOf(remains(when).letters.map(({ key, headers }) => (key ? String(key) : headers['dlq-reason'])));
  expect(lettersAfter('the erasure')).toEqual({ [KEPT]: 1 });
  const others = Object.keys(REFUSAL_REASONS).filter((reason) => !['before-erasure', 'legal-hold'].includes(reason));
  expect(lettersAfter('the replay')).toEqual({
    ...Object.fromEntries(others.map((reason) => [reason, CUSTOMERS])),
    ...{ 'before-erasure': CUSTOMERS * (lifeOf(0, 0).length + 1), [KEPT]: 2 },
  });
});

it('no word is in any line of a log, however much is told, nor in any metric', () => {
  expect(logs.join('').match(/"level":"debug".*batch committed/g)?.length).toBeGreaterThan(5);
  expect(logs.join('')).toContain('a defect of ours');
  expect(found(logs)).toEqual([]);
  expect(metrics.length).toBeGreaterThan(10);
  expect(metrics.some((text) => text.includes('customer_profile_records_refused_total{reason="before-erasure"}'))).toBe(
    true,
  );
  expect(found(metrics)).toEqual([]);
});
