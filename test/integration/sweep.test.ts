/** Dead letters from before an erasure, on real servers: they go, and nothing else does, whatever happens meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import { outboundHeaders } from '../../src/adapters/kafka/inbound.ts';
import { readTopic } from '../../src/adapters/kafka/reader.ts';
import { SWEEPS } from '../../src/adapters/mongodb/sweeps.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { collectLetters, coordinatesText, redrive } from '../../src/commands/dead-letter-box.ts';
import { refuse } from '../../src/domain/refusal.ts';
import { bareLetter, deadLetter } from '../../src/pipeline/dead-letter.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { processRound } from '../../src/pipeline/round.ts';
import { anOrder, aRequest } from '../helpers/domain.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';
import { createWorld, type Member, PARTITION, type World } from '../helpers/protocol-world.ts';

const GONE = 'customer-1';
const BEFORE = 1_000;

let world: World;
let producer: Producer;
let member: Member;
let refusedSoFar: number;
beforeEach(async () => {
  world = await createWorld();
  producer = world.kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  refusedSoFar = 0;
});
afterEach(async () => {
  await producer.disconnect();
  await world.close();
});

const LETTERS = (): string => `${world.orders}.dlq`;

/** Of one record, of a customer, that was refused. */
const record = (key: string | null, said: Partial<InboundRecord> = {}): InboundRecord => ({
  ...{ topic: world.orders, partition: PARTITION, offset: (refusedSoFar += 1), timestamp: BEFORE, ...said },
  ...{ key: key === null ? null : Buffer.from(key), value: said.value ?? Buffer.from([7, 0, refusedSoFar]) },
  headers: said.headers ?? { trace: Buffer.from([0xff, refusedSoFar]), twice: ['a', 'b'] },
});
const letter = (...args: Parameters<typeof record>): OutboundRecord =>
  deadLetter(record(...args), refuse('undecodable'));

const write = async (...letters: readonly OutboundRecord[]): Promise<void> => {
  const messages = letters.map(({ key, value, headers }) => ({
    ...{ key, value, partition: PARTITION, headers: outboundHeaders(headers) },
  }));
  await producer.send({ topic: LETTERS(), messages });
};

const lying = async (topic = LETTERS()): Promise<InboundRecord[]> => {
  const records: InboundRecord[] = [];
  await readTopic(world.kafka, { topic, from: 'beginning', until: 'end' }, (each) => void records.push(each));
  return records;
};
/** By what they go, and whose they are. */
const known = async (): Promise<string[]> =>
  (await collectLetters(stream(await lying()))).map((each) => `${each.offset}${each.redriven ? ' redriven' : ''}`);
// eslint-disable-next-line @typescript-eslint/require-await
async function* stream(records: readonly InboundRecord[]) {
  yield* records;
}
const textOf = ({ key, value, headers, timestamp }: InboundRecord): string =>
  JSON.stringify({
    ...{ key, value, timestamp },
    headers: Object.entries(headers)
      .filter(([name]) => name !== 'dlq-first-offset')
      .sort(),
  });

/** Everybody of these is erased, in one round of the member. */
const erase = async (...customers: readonly string[]): Promise<void> => {
  const from = (await world.committed())[world.requests] ?? 0;
  const requests = customers.map((customerId) =>
    aRequest({ kind: 'erase', customerId, eventId: `erasure-of-${customerId}`, occurredAt: BEFORE }),
  );
  await world.publish(world.requests, ...requests);
  member = world.member();
  await member.open();
  await member.round(world.batch(world.requests, from, from + customers.length));
};

it('takes the letters of who was erased, and leaves all others as they are', async () => {
  await write(letter(GONE), letter('customer-2'), letter(GONE, { timestamp: BEFORE + 1 }));
  await write(letter(null), letter(GONE), letter('customer-3'), letter(GONE, { timestamp: BEFORE + 1 }));
  const before = await lying();
  await erase(GONE);
  await member.sweep();
  const after = await lying();
  expect(await known()).toEqual(['5', '6', '1', '2', '3']);
  const textsOf = (records: readonly InboundRecord[]) => records.map(textOf).sort();
  expect(textsOf(after)).toEqual(textsOf(before.filter((_, index) => index !== 0 && index !== 4)));
  expect(member.events.at(-1)).toMatchObject({ type: 'swept', letters: 7, erased: 2, moved: 3 });
});

it('takes also what names the customer in its value only', async () => {
  await world.publish(world.orders, anOrder({ customerId: GONE }));
  const value = world.batch(world.orders, 0, 1).records[0]?.value ?? null;
  await write(letter(null, { value }), letter('somebody', { value }), letter('customer-2'));
  await erase(GONE);
  await member.sweep();
  expect(await known()).toEqual(['2']);
});

it.each(['letters-found', 'letters-moved', 'letters-deleted'] as const)(
  'that crashed at %s is done again, and loses and doubles nothing',
  async (checkpoint) => {
    await write(letter('customer-2'), letter(GONE), letter('customer-3'), letter(GONE), letter('customer-4'));
    await erase(GONE);
    member.failAt(checkpoint);
    await expect(member.sweep()).rejects.toThrow('crashed');
    expect((await known()).sort()).toEqual(
      checkpoint === 'letters-deleted' ? ['0', '2', '4'] : ['0', '1', '2', '3', '4'],
    );
    const next = world.member();
    await next.open();
    await next.sweep();
    const left = await lying();
    expect(left.map(({ key }) => String(key)).sort()).toEqual(['customer-2', 'customer-3', 'customer-4']);
    expect((await known()).sort()).toEqual(['0', '2', '4']);
  },
);

it('tells doubles of one letter by what it went by at first, through any number of sweeps', async () => {
  await write(letter('customer-2'), letter('customer-3'), letter(GONE));
  await erase(GONE);
  member.failAt('letters-moved');
  await expect(member.sweep()).rejects.toThrow('crashed');
  await write(letter('customer-4'));
  await erase('customer-4');
  await member.sweep();
  expect((await lying()).map(({ key }) => String(key))).toEqual(['customer-2', 'customer-3']);
  await write(letter('customer-5'));
  await erase('customer-5');
  await member.sweep();
  expect(await known()).toEqual(['0', '1']);
  expect(await lying()).toHaveLength(2);
});

it('is done once an erasure, and not again by whoever takes the task', async () => {
  await write(letter('customer-2'), letter(GONE));
  await erase(GONE);
  await member.sweep();
  await member.sweep();
  const next = world.member();
  await next.open();
  await next.sweep();
  expect([...member.events, ...next.events].filter(({ type }) => type === 'swept')).toHaveLength(1);
  expect(await world.db.collection(SWEEPS).countDocuments()).toBe(1);
});

it('is not done by who has lost the task, before it begins and before anything is moved', async () => {
  await write(letter('customer-2'), letter(GONE));
  await erase(GONE);
  const held = member.holdAt('letters-found');
  const late = member.sweep();
  await held.reached;
  const owner = world.member();
  await owner.open();
  held.release();
  await expect(late).rejects.toMatchObject({ code: 'FENCED' });
  await expect(member.sweep()).rejects.toMatchObject({ code: 'FENCED' });
  expect(await known()).toEqual(['0', '1']);
  await owner.sweep();
  expect(await known()).toEqual(['0']);
});

it('leaves redriven what was redriven, and bare letters where they may stay', async () => {
  await write(letter('customer-2'), letter('customer-3'), letter(GONE));
  const [first] = await lying();
  if (first === undefined) throw new Error('there is a letter');
  await write(...redrive(first, () => null).slice(1));
  await write(bareLetter(record(GONE), refuse('before-erasure')), letter(GONE));
  await erase(GONE);
  await member.sweep();
  expect((await known()).sort()).toEqual(['0 redriven', '1', '4']);
  await write(letter('customer-6'));
  await erase('customer-6');
  await member.sweep();
  expect((await known()).sort()).toEqual(['0 redriven', '1', '4']);
  const bare = (await collectLetters(stream(await lying()))).filter((each) => each.bare);
  expect(bare.map(coordinatesText)).toEqual([`${LETTERS()}:${PARTITION}:4`]);
});

it('leaves redriven what is moved behind its note', async () => {
  await write(letter('customer-2'), letter(GONE));
  const [first] = await lying();
  if (first === undefined) throw new Error('there is a letter');
  await write(...redrive(first, () => null).slice(1));
  await erase(GONE);
  await member.sweep();
  expect(await known()).toEqual(['0 redriven']);
  expect((await lying()).map(({ key }) => key && String(key))).toEqual([null, 'customer-2']);
});

it('waits for letters behind a transaction that is still open', async () => {
  const other = world.kafka.producer({
    transactionalId: `${world.group}-other`,
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await other.connect();
  const transaction = await other.transaction();
  await transaction.send({ topic: LETTERS(), messages: [{ partition: PARTITION, key: 'other', value: 'x' }] });
  await write(letter(GONE));
  await erase(GONE);
  let isOver = false;
  const sweeping = member.sweep().finally(() => (isOver = true));
  await pause(1_000);
  expect(isOver).toBe(false);
  await transaction.commit();
  await sweeping;
  await other.disconnect();
  expect((await lying()).map(({ key }) => String(key))).toEqual(['other']);
});

it('that is broken off is not taken for done', async () => {
  const stop = new AbortController();
  const many = Array.from({ length: 600 }, () => letter('customer-2'));
  await write(...many, letter(GONE));
  await erase(GONE);
  const erased = {
    among: () => {
      stop.abort();
      return Promise.resolve(new Map<string, number>());
    },
  };
  const leaving = world.member({ erased });
  await leaving.open();
  await expect(leaving.sweep(stop.signal)).rejects.toMatchObject({ code: 'CLOSED' });
  member = world.member();
  await member.open();
  await member.sweep();
  expect(await lying()).toHaveLength(many.length);
});

it('is asked for by the round that has carried out an erasure, and by no other', async () => {
  await world.publish(world.orders, anOrder({ eventId: 'before', orderId: 'before', occurredAt: BEFORE - 1 }));
  await world.publish(world.orders, anOrder({ eventId: 'after', orderId: 'after', occurredAt: BEFORE + 1 }));
  await world.publish(world.requests, aRequest({ kind: 'erase', occurredAt: BEFORE }));
  member = world.member();
  let asked = 0;
  let task = { ...(await member.open()), onErased: () => void (asked += 1) };
  const counts: number[] = [];
  for (const batch of [
    world.batch(world.orders, 0, 1),
    world.batch(world.requests, 0, 1),
    world.batch(world.orders, 1, 2),
  ]) {
    task = { ...task, position: await processRound(member.context, task, [batch]) };
    counts.push(asked);
  }
  expect(counts).toEqual([0, 1, 1]);
});

it('moves many letters in portions', async () => {
  const many = Array.from({ length: 1_800 }, (_, n) => letter(n % 2 === 0 ? `customer-${n}` : null));
  for (let from = 0; from < many.length; from += 600) await write(...many.slice(from, from + 600));
  await write(letter(GONE));
  const before = await lying();
  await erase(GONE);
  await member.sweep();
  expect((await lying()).map(textOf)).toEqual(before.slice(0, -1).map(textOf));
});

describe('members', () => {
  let scenario: Scenario;
  beforeEach(
    async () => (scenario = await createScenario({ partitions: 2, env: { FETCH_MAX_BYTES_PER_PARTITION: '4096' } })),
  );
  afterEach(() => scenario.close());

  const topicOf = (name: string): string => scenario.inputs[0].replace('order-finalized', name);
  const ask = async (kind: 'erase', occurredAt: number): Promise<void> => {
    const { event } = aRequest({ kind, customerId: GONE, eventId: 'erasure', occurredAt });
    const value = frame(scenario.schemaIds.PrivacyRequested, recordType('PrivacyRequested').toBuffer(event));
    await scenario.publish([{ topic: topicOf('privacy-requested'), key: GONE, value, headers: {} }]);
  };
  const lettersOf = async (topic: string) =>
    (await scenario.records(topicOf(`${topic}.dlq`))).map(({ key }) => String(key)).sort();

  it('sweep every partition of every topic, whoever carries the erasure out, and after a crash on the way', async () => {
    const topics = ['order-finalized', 'contract-signed'];
    const message = (topic: string, partition: number, key: string) => ({
      ...{ topic: topicOf(topic), partition, key, value: Buffer.from('not Avro'), headers: { of: key } },
    });
    const refused = topics.flatMap((topic) =>
      [0, 1].flatMap((partition) =>
        ['customer-2', GONE, 'customer-3', GONE].map((key) => message(topic, partition, key)),
      ),
    );
    const dying = scenario.member({ action: 'kill', at: 'letters-moved' });
    await scenario.publish(refused);
    await scenario.drained();
    for (const topic of topics) expect(await lettersOf(topic)).toHaveLength(8);
    await ask('erase', Date.now() + 1_000);
    await dying.struck;
    await dying.ended;

    const member = scenario.member();
    const left = ['customer-2', 'customer-2', 'customer-3', 'customer-3'];
    await until('it is swept', async () => {
      const letters = await Promise.all(topics.map(lettersOf));
      return JSON.stringify(letters) === JSON.stringify([left, left]);
    });
    await scenario.drained();
    expect(member.eventsOf('recovery')).toEqual([]);
    expect(member.log()).toMatch(/"msg":"dead letters swept"/);
    expect(member.log()).not.toMatch(/customer-\d/);
  });
});
