/** Versions of the schemas side by side, with a real registry, and with members and subscribers that know only one of them. */
import { asHeardBy, inWordsOf } from '../../proof/evolution/speech.ts';
import { CHAINS, DEFAULT_ONLY } from '../../proof/evolution/chains.ts';
import { type Answer, CHANGES, type RegistryAnswer } from '../../proof/evolution/changes.ts';
import { currentSchema, type Generation, generationsOf } from '../../proof/evolution/generations.ts';
import { avroReading } from '../../proof/evolution/readings.ts';
import { recordOf, type RecordSchema, typeOf } from '../../proof/evolution/schema.ts';
import { compatibilityOf, incompatibilities } from '../../scripts/compatibility.ts';
import { recordNames, releasedVersions } from '../../scripts/schema-files.ts';
import { createRegistryClient } from '../../src/adapters/registry/client.ts';
import { registerSchema, registerSchemas } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import { createCustomerUpdatedDecoder } from '../../src/decoders.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { contracts, deadLetterTopic } from '../../src/domain/contracts.ts';
import type { UpstreamEvent } from '../../src/domain/events.ts';
import { generateTraffic } from '../../src/traffic/index.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { testServices, uniqueName } from '../helpers/services.ts';
import { registerAnew } from '../helpers/writer-schemas.ts';

const { schemaRegistryUrl } = testServices();
const client = createRegistryClient({ url: schemaRegistryUrl, timeoutMs: 20_000 });

const setLevel = (subject: string, compatibility: string) =>
  client.call('PUT', `/config/${subject}`, { compatibility });

/** Registers a version: its id, or null when the registry refuses it. */
const register = async (subject: string, schema: RecordSchema): Promise<number | null> => {
  const { status, body } = await client.call('POST', `/subjects/${subject}/versions`, {
    schema: JSON.stringify(schema),
  });
  if (status === 409) return null;
  if (typeof body['id'] !== 'number') throw new Error(`${subject}: ${status} ${JSON.stringify(body)}`);
  return body['id'];
};

/** Registers versions in turn in a subject of their own, and tells what became of each. */
const history = async (level: string, versions: readonly RecordSchema[]): Promise<RegistryAnswer[]> => {
  const subject = uniqueName('history');
  await setLevel(subject, level);
  const ids: (number | null)[] = [];
  const answers: RegistryAnswer[] = [];
  for (const version of versions) {
    const id = await register(subject, version);
    answers.push(id === null ? 'refused' : ids.includes(id) ? 'same' : 'accepted');
    ids.push(id);
  }
  return answers;
};

describe('the registry, at the level that we set', () => {
  it('has the level that the offline checker goes by', async () => {
    const declared = contracts(`${uniqueName('levels')}.`);
    await registerSchemas(client, declared);
    for (const { subject, record } of declared) {
      const { body } = await client.call('GET', `/config/${subject}`);
      expect([record, body['compatibilityLevel']]).toEqual([record, compatibilityOf(record)]);
    }
  });

  it.each(recordNames())('takes the released versions of %s and the current one, in turn', async (record) => {
    const versions = [...releasedVersions(record).map(recordOf), currentSchema(record)];
    expect(await history(compatibilityOf(record), versions)).not.toContain('refused');
  });

  it.each(recordNames())('answers every change of %s as the offline checker does, or as is known', async (record) => {
    const level = compatibilityOf(record);
    const current = currentSchema(record);
    const tried = CHANGES.flatMap(({ apply, ...change }) => {
      const changed = apply(current);
      return changed ? [{ ...change, changed }] : [];
    });
    expect(tried.length).toBeGreaterThan(CHANGES.length / 2);
    const table = await Promise.all(
      tried.map(async ({ name, changed }) => {
        const offline: Answer = incompatibilities(changed, current, level).length === 0 ? 'accepted' : 'refused';
        const [, online] = await history(level, [current, changed]);
        return { name, offline, online };
      }),
    );
    expect(table).toEqual(
      tried.map(({ name, answers, registry = answers[level] }) => ({
        name,
        offline: answers[level],
        online: registry,
      })),
    );
    // Where they differ, it is the offline checker that is stricter.
    expect(table.filter(({ offline, online }) => offline === 'accepted' && online === 'refused')).toEqual([]);
  });

  it.each(recordNames().flatMap((record) => CHAINS.map((chain) => ({ record, ...chain }))))(
    'refuses, of $record, what breaks the version before the last: $name',
    async ({ record, of }) => {
      const level = compatibilityOf(record);
      const versions = of(currentSchema(record));
      expect(await history(level, versions)).toEqual(['accepted', 'accepted', 'refused']);
      // It is the word TRANSITIVE that refuses it.
      const last = level.replace('_TRANSITIVE', '');
      expect(await history(last, versions)).toEqual(['accepted', 'accepted', 'accepted']);
    },
  );

  it.each(recordNames())('takes %s without a default for the version with it: only we notice', async (record) => {
    const level = compatibilityOf(record);
    const [first, second, third] = DEFAULT_ONLY.of(currentSchema(record));
    expect(await history(level, [first, second, third])).toEqual(['accepted', 'accepted', 'same']);
    expect(incompatibilities(third, first, level)).not.toEqual([]);
  });

  it('protects what the product registers itself', async () => {
    for (const contract of contracts(`${uniqueName('protected')}.`)) {
      const id = await registerSchema(client, contract);
      const current = currentSchema(contract.record);
      expect(await register(contract.subject, current)).toBe(id);
      const broken = CHANGES.find(({ name }) => name === 'adds a required field')?.apply(current);
      if (!broken) throw new Error('no such change');
      expect(await register(contract.subject, broken)).toBeNull();
    }
  });
});

/** A version of a record's schema, registered on a topic. */
interface Writer {
  readonly generation: Generation;
  readonly write: (said: object) => Buffer;
}

const VERSIONS = ['previous', 'current', 'next'] as const;

const generation = (record: string, name: Generation['name']): Generation => {
  const found = generationsOf(record, compatibilityOf(record)).find((each) => each.name === name);
  if (!found) throw new Error(`${record} has no version ${name}`);
  return found;
};

describe('a member that knows one version, among writers and subscribers of others', () => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await createScenario({ partitions: 2 });
    await scenario.member().running();
  });
  afterAll(() => scenario.close());

  const topicOf = (record: string): string => {
    const contract = contracts(scenario.env['TOPIC_PREFIX']).find((each) => each.record === record);
    if (!contract) throw new Error(`no topic carries ${record}`);
    return contract.topic;
  };

  const writer = async (record: string, name: Generation['name']): Promise<Writer> => {
    const made = generation(record, name);
    const id = await registerAnew(scenario.registry, `${topicOf(record)}-value`, made.schema);
    const type = typeOf(made.schema);
    return { generation: made, write: (said) => frame(id, type.toBuffer(said)) };
  };

  it('applies what writers of three versions say by turns of the same customers, and refuses nothing', async () => {
    const writers = { OrderFinalized: [], ContractSigned: [], PrivacyRequested: [] } as Record<
      UpstreamEvent['type'],
      Writer[]
    >;
    for (const record of ['OrderFinalized', 'ContractSigned'] as const) {
      for (const name of VERSIONS) writers[record].push(await writer(record, name));
    }
    const traffic = [...generateTraffic({ seed: 4, customers: 12, events: 600, brokenRatio: 0, spread: 'even' })];
    const lossy: Record<string, number> = {};
    const records = traffic.flatMap(({ topic, key, input, headers }, index) => {
      const { type, event } = input;
      const [turn, now] = [writers[type][index % VERSIONS.length], writers[type][VERSIONS.indexOf('current')]];
      if (!turn || !now) throw new Error('no writer');
      const said = inWordsOf(type, turn.generation)(event);
      const heard = asHeardBy(now.generation, turn.generation)(said);
      const { name } = turn.generation;
      if (canonicalJson(heard) !== canonicalJson(event)) lossy[name] = (lossy[name] ?? 0) + 1;
      // The twin hears of the same events, from writers of the current version only.
      const twin = `twin-${key}`;
      const to = { topic: topicOf(type), headers };
      expect(to.topic.endsWith(topic)).toBe(true);
      return [
        { ...to, key, value: turn.write(said) },
        { ...to, key: twin, value: now.write({ ...heard, customerId: twin }) },
      ];
    });
    // Otherwise the versions would say the same.
    expect(lossy).toEqual({ previous: expect.any(Number) as number, next: expect.any(Number) as number });

    await scenario.publish(records);
    await scenario.drained();
    const report = await scenario.verified();
    expect(report).toMatchObject({ ok: true, violations: [], inputs: records.length, refused: {}, deadLetters: 0 });
    const customers = new Set(traffic.map(({ key }) => String(key)));
    expect(customers.size).toBe(12);
    for (const customer of customers) {
      const [mixed, plain] = [await scenario.document(customer), await scenario.document(`twin-${customer}`)];
      expect(Object.keys(mixed?.facts.orders ?? {}).length).toBeGreaterThan(0);
      expect(canonicalJson(mixed?.facts)).toBe(canonicalJson(plain?.facts));
      expect(canonicalJson(mixed?.profile)).toBe(canonicalJson(plain?.profile));
    }
  });

  it('publishes what subscribers of the previous, the current and the next version read', async () => {
    const values = (await scenario.records(topicOf('CustomerUpdated'))).flatMap(({ value }) => value ?? []);
    expect(values.length).toBeGreaterThan(24);
    const now = generation('CustomerUpdated', 'current');
    const decode = createCustomerUpdatedDecoder({ registryUrl: schemaRegistryUrl });
    for (const name of VERSIONS) {
      const reader = generation('CustomerUpdated', name);
      const read = avroReading(reader);
      const hear = asHeardBy(reader, now);
      for (const value of values) {
        const update = await decode(value);
        if (!update) throw new Error('no update');
        expect(JSON.stringify(read(now, bodyOf(value)))).toBe(JSON.stringify(hear(update)));
      }
    }
  });

  it('has subscribers that read what members of the previous and the next version publish', async () => {
    const values = (await scenario.records(topicOf('CustomerUpdated')))
      .flatMap(({ value }) => value ?? [])
      .slice(0, 100);
    const now = generation('CustomerUpdated', 'current');
    const decode = createCustomerUpdatedDecoder({ registryUrl: schemaRegistryUrl });
    for (const name of ['previous', 'next'] as const) {
      const other = await writer('CustomerUpdated', name);
      const speak = inWordsOf('CustomerUpdated', other.generation);
      const hear = asHeardBy(now, other.generation);
      for (const value of values) {
        const said = speak((await decode(value)) ?? {});
        expect(JSON.stringify(await decode(other.write(said)))).toBe(JSON.stringify(hear(said)));
      }
    }
  });

  it('refuses a writer whose ints became longs, which the mode allows, and not its neighbours', async () => {
    const [wide, now] = [await writer('OrderFinalized', 'widened'), await writer('OrderFinalized', 'current')];
    const [item] = generateTraffic({ seed: 5, customers: 1, events: 20, brokenRatio: 0 }).filter(
      ({ input }) => input.type === 'OrderFinalized',
    );
    if (!item) throw new Error('no order');
    const topic = topicOf('OrderFinalized');
    const orderOf = ({ generation: version, write }: Writer, orderId: string) => ({
      topic,
      key: 'neighbour',
      value: write(inWordsOf('OrderFinalized', version)({ ...item.input.event, customerId: 'neighbour', orderId })),
      headers: {},
    });
    await scenario.publish([orderOf(now, 'before'), orderOf(wide, 'wide'), orderOf(now, 'after')]);
    await scenario.drained();
    expect(await scenario.verified()).toMatchObject({ ok: true, violations: [], refused: { 'wrong-schema': 1 } });
    expect(await scenario.records(deadLetterTopic(topic))).toHaveLength(1);
    expect(Object.keys((await scenario.document('neighbour'))?.facts.orders ?? {}).sort()).toEqual(['after', 'before']);
  });
});
