/** The command `erase`, on real servers, while a member is at work. */
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { PrivacyRequested } from '../../src/domain/generated/PrivacyRequested.ts';
import { startChild } from '../helpers/child.ts';
import { anOrder, aRequest } from '../helpers/domain.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

const CUSTOMER = 'c-1042';
let scenario: Scenario;
beforeEach(async () => (scenario = await createScenario({ partitions: 3 })));
afterEach(() => scenario.close());

const topicOf = (name: string): string => scenario.inputs[0].replace('order-finalized', name);
const TOPICS = { OrderFinalized: 'order-finalized', PrivacyRequested: 'privacy-requested' };

const publish = async ({ type, event }: InputEvent): Promise<void> => {
  if (type !== 'OrderFinalized' && type !== 'PrivacyRequested') throw new TypeError('nobody says so here');
  const value = frame(scenario.schemaIds[type], recordType(type).toBuffer(event));
  await scenario.publish([{ topic: topicOf(TOPICS[type]), key: event.customerId, value, headers: {} }]);
};
const ordered = (eventId: string, occurredAt: number): Promise<void> =>
  publish(anOrder({ eventId, orderId: eventId, customerId: CUSTOMER, occurredAt }));

const command = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const child = startChild(['src/main.ts', 'erase', ...args], scenario.env);
  const { code } = await child.ended;
  return { code, output: child.output() };
};
const erased = async (...args: string[]) => {
  const { code, output } = await command(CUSTOMER, '--yes', '--json', '--timeout', '60', ...args);
  return { code, ...(JSON.parse(output) as Record<string, unknown>) };
};
const requests = async (): Promise<PrivacyRequested[]> =>
  (await scenario.records(topicOf('privacy-requested'))).map(
    ({ value }) => recordType('PrivacyRequested').fromBuffer(bodyOf(value ?? Buffer.alloc(0))) as PrivacyRequested,
  );
const counts = async (): Promise<number[]> => {
  const { MONGODB_URI: uri = '', MONGODB_DATABASE: database = '' } = scenario.env;
  const mongo = await connectMongo({ uri, database });
  try {
    return await Promise.all([PROFILES, ERASED].map((name) => mongo.db.collection(name).countDocuments()));
  } finally {
    await mongo.close();
  }
};
const lettersOf = async (topic: string) =>
  (await scenario.records(topicOf(`${topic}.dlq`))).map(({ key }) => key && String(key));

it('has a customer forgotten, and comes back once everybody was told and every letter is gone', async () => {
  scenario.member();
  const broken = [0, 1, 2].flatMap((partition) =>
    [CUSTOMER, 'c-2'].map((key) => ({
      topic: topicOf('contract-signed'),
      partition,
      key,
      value: Buffer.from('?'),
      headers: {},
    })),
  );
  await scenario.publish(broken);
  await ordered('before', 1_000);
  await scenario.drained();
  expect([await counts(), (await lettersOf('contract-signed')).length]).toEqual([[1, 0], 6]);

  const { code, output } = await command(CUSTOMER, '--yes', '--evidence', 'dms://7731', '--case-reference', 'case-9');
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/version 1 goes, and customer-updated.*are told/) as string,
  ]);
  expect(output).toContain('The customer is forgotten.');
  expect(await counts()).toEqual([0, 1]);
  expect(await lettersOf('contract-signed')).toEqual(['c-2', 'c-2', 'c-2']);
  expect((await scenario.records(topicOf('customer-updated'))).map(({ value }) => value === null)).toEqual([
    false,
    true,
  ]);
  expect(await requests()).toMatchObject([
    { kind: 'erase', customerId: CUSTOMER, evidence: 'dms://7731', caseReference: 'case-9', consents: [] },
  ]);

  expect(await erased()).toMatchObject({ code: 0, state: 'done' });
  await ordered('late', 1_001);
  await scenario.drained();
  expect(await lettersOf('order-finalized')).toEqual([null]);
  await ordered('after', Date.now());
  await scenario.drained();
  expect(await erased()).toMatchObject({ code: 0, state: 'done' });
  expect(await counts()).toEqual([0, 1]);
});

it('has messages refused of somebody who is not known yet', async () => {
  scenario.member();
  await scenario.drained();
  const { code, output } = await command(CUSTOMER, '--yes');
  expect([code, output]).toEqual([0, expect.stringContaining('nothing is known') as string]);
  await ordered('before', 1_000);
  await scenario.drained();
  expect([await counts(), await lettersOf('order-finalized')]).toEqual([[0, 1], [null]]);
});

it('says that a legal hold has it refused, and fails', async () => {
  scenario.member();
  await ordered('before', 1_000);
  await publish(aRequest({ kind: 'legalHold', caseReference: 'case', customerId: CUSTOMER, occurredAt: 2_000 }));
  await scenario.drained();
  expect(await erased()).toMatchObject({ code: 1, state: 'refused', reason: 'legal-hold' });
  const { code, output } = await command(CUSTOMER, '--yes');
  expect([code, output]).toEqual([
    1,
    expect.stringContaining('a legal hold is in force: it will be refused') as string,
  ]);
  expect(output).toMatch(/Refused: legal-hold\. The customer must not be erased/);
  expect(await counts()).toEqual([1, 0]);
});

it('waits no longer than it was told, and the request stands', async () => {
  expect(await erased('--timeout', '1')).toMatchObject({ code: 1, state: 'asked' });
  expect(await erased('--timeout', '0')).toMatchObject({ code: 0, state: 'asked' });
  scenario.member();
  await scenario.drained();
  expect([await counts(), (await requests()).length]).toEqual([[0, 1], 2]);
});

it('does not begin without an answer, without a customer, or with a key that customers are not remembered under', async () => {
  const member = scenario.member();
  await member.running();
  const { code, output } = await command(CUSTOMER);
  expect([code, output]).toEqual([2, expect.stringContaining('without a terminal to ask on, give --yes') as string]);
  expect(await command('--yes')).toMatchObject({ code: 2 });
  expect(await command(CUSTOMER, '--json')).toMatchObject({ code: 2 });
  const child = startChild(['src/main.ts', 'erase', CUSTOMER, '--yes'], {
    ...scenario.env,
    ERASURE_KEY: 'quite another key',
  });
  expect(await child.ended).toMatchObject({ code: 3 });
  expect(child.output()).toMatch(/^GROUP_MISMATCH/);
  expect(await requests()).toEqual([]);
});
