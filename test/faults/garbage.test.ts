/** The corpus of bad and odd input through real servers: what was tried without them holds with them. */
import type { Message } from 'kafkajs';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import { outboundHeaders } from '../../src/adapters/kafka/inbound.ts';
import { deadLetterTopic } from '../../src/domain/contracts.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import { withEvidence } from '../../proof/faults/evidence.ts';
import { type Case, TOPICS } from '../../proof/garbage/cases.ts';
import { CORPUS } from '../../proof/garbage/corpus/index.ts';
import { internalCases } from '../../proof/garbage/corpus/internal.ts';
import { EXTRA_WRITERS, type Ids, OFFLINE_IDS, OFFLINE_SCHEMAS } from '../../proof/garbage/writers.ts';
import { judge } from '../../proof/judge/judge.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { testServices } from '../helpers/services.ts';

const PARTITIONS = 3;
const NEIGHBOURS = 2_000;

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ partitions: PARTITIONS });
});
afterEach(() => scenario.close());

/** Every writer's schema under a subject of its own; the id that nobody knows stays as it is. */
const registered = async (): Promise<Ids> => {
  const ids: Record<string, number> = { ...OFFLINE_IDS, ...scenario.schemaIds };
  for (const { name, schemaType, schema } of EXTRA_WRITERS) {
    const subject = `${scenario.group}-${name}`;
    const { status, body } = await scenario.registry.call('POST', `/subjects/${subject}/versions`, {
      schemaType,
      schema,
    });
    if (typeof body['id'] !== 'number') throw new Error(`the registry answers ${status} to the schema of ${name}`);
    ids[name] = body['id'];
  }
  return ids as Ids;
};

/** The judge's: what each id stands for. */
const schemasOf = (ids: Ids): ReadonlyMap<number, unknown> =>
  new Map(EXTRA_WRITERS.map(({ name }) => [ids[name], OFFLINE_SCHEMAS.get(OFFLINE_IDS[name])] as const));

const prefix = (): string => scenario.env['TOPIC_PREFIX'] ?? '';

interface Sent {
  readonly sent: Case;
  readonly place: string;
  readonly value: Buffer | null;
}

const placeOf = (topic: unknown, partition: unknown, offset: unknown): string =>
  `${String(topic)}:${String(partition)}:${String(offset)}`;

/** One at a time, so that each case has its place in the log. */
const send = async (ids: Ids): Promise<Sent[]> => {
  const producer = createKafka({ brokers: testServices().kafkaBrokers }, 'garbage').producer();
  await producer.connect();
  const all: Sent[] = [];
  try {
    for (const sent of CORPUS) {
      const { topic, key, value, headers, timestamp } = sent.make(ids, Date.now());
      const message: Message = { key, value, headers: outboundHeaders(headers), timestamp: String(timestamp) };
      const [written] = await producer.send({ topic: prefix() + topic, messages: [message] });
      all.push({ sent, value, place: placeOf(prefix() + topic, written?.partition, written?.baseOffset) });
    }
  } finally {
    await producer.disconnect();
  }
  return all;
};

const lettersByPlace = async (): Promise<Map<string, InboundRecord>> => {
  const letters = await Promise.all(
    Object.values(TOPICS).map((topic) => scenario.records(deadLetterTopic(prefix() + topic))),
  );
  return new Map(
    letters.flat().map((letter) => {
      const { headers } = letter;
      return [placeOf(headers['dlq-topic'], headers['dlq-partition'], headers['dlq-offset']), letter];
    }),
  );
};

it('bad input is refused for what is wrong with it, odd input is applied, and nobody else notices', async () => {
  const ids = await registered();
  const members = [scenario.member(), scenario.member()];
  const neighbours = scenario.traffic({ events: NEIGHBOURS, rate: 200, brokenRatio: 0 });
  const sent = await send(ids);
  await neighbours.published;
  await scenario.drained();

  const letters = await lettersByPlace();
  const verdicts = sent.map(({ sent: { name }, place }) => {
    const letter = letters.get(place);
    return [
      name,
      letter === undefined ? 'applied' : String(letter.headers['dlq-reason']),
      String(letter?.headers['dlq-field'] ?? ''),
    ];
  });
  expect(verdicts).toEqual(sent.map(({ sent: { name, expected, field } }) => [name, expected, field ?? '']));
  for (const { place, value } of sent) {
    const letter = letters.get(place);
    if (letter !== undefined) expect({ place, same: same(letter.value, value) }).toEqual({ place, same: true });
  }

  const otherSchemas = schemasOf(ids);
  const scene = { scenario, addresses: testServices(), partitions: PARTITIONS, members, otherSchemas };
  const { ok, violations, totals } = await withEvidence(scene, judge);
  expect({ ok, violations }).toEqual({ ok: true, violations: [] });
  const refused = CORPUS.filter(({ expected }) => expected !== 'applied').length;
  const ofOthers = CORPUS.length - internalCases.length;
  expect(totals).toMatchObject({ inputs: NEIGHBOURS + ofOthers, statements: 0, refused, deadLetters: refused });
  for (const member of members) {
    expect(member.eventsOf('recovery')).toEqual([]);
    expect(member.eventsOf('incident')).toEqual([]);
  }
}, 240_000);

const same = (one: Buffer | null, other: Buffer | null): boolean =>
  one === null || other === null ? one === other : one.equals(other);
