/** Privacy requests on real servers: what is published when rights are exercised. */
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import type { RecordName } from '../../src/domain/contracts.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { PrivacyRequested } from '../../src/domain/generated/PrivacyRequested.ts';
import { aConsent, aContract, anItem, anOrder, aRequest } from '../helpers/domain.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ partitions: 2 });
});
afterEach(() => scenario.close());

const topicOf = (name: string): string => scenario.inputs[0].replace('order-finalized', name);

const TOPICS = {
  OrderFinalized: 'order-finalized',
  ContractSigned: 'contract-signed',
  PrivacyRequested: 'privacy-requested',
} as const;

const publish = async ({ type, event }: InputEvent): Promise<void> => {
  if (type === 'ProfileCommand') throw new TypeError('customers do not command');
  const value = frame(scenario.schemaIds[type], recordType(type).toBuffer(event));
  await scenario.publish([{ topic: topicOf(TOPICS[type]), key: event.customerId, value, headers: {} }]);
  await scenario.drained();
};

let requests = 0;
const ask = (said: Partial<PrivacyRequested>): Promise<void> => {
  requests += 1;
  return publish(aRequest({ eventId: `request-${requests}`, occurredAt: 10_000 + requests, ...said }));
};

/** Versions that were told in a topic; a tombstone is null. */
const told = async (topic: string, record: RecordName): Promise<(object | null)[]> =>
  (await scenario.records(topicOf(topic))).map(
    ({ value }) => value && (recordType(record).fromBuffer(bodyOf(value)) as object),
  );

const summary = async () => ({
  everything: (await told('customer-updated', 'CustomerUpdated')).map(
    (event) => event && 'changeType' in event && event.changeType,
  ),
  marketing: (await told('customer-updated.marketing', 'MarketingProfileUpdated')).map((event) => event !== null),
  churn: (await told('customer-updated.churn', 'ChurnProfileUpdated')).map((event) => event !== null),
  fraud: (await told('customer-updated.fraud', 'FraudProfileUpdated')).map((event) => event !== null),
});

const isRight = async (): Promise<void> =>
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });

it('restrict a customer, lift the restriction, and withdraw consent: each audience hears what it may', async () => {
  scenario.member();
  const consents = [aConsent({ purpose: 'marketing', decidedAt: 1000 })];
  await publish(aContract({ eventId: 'signed', consents }));
  await publish(anOrder({ eventId: 'ordered', items: [anItem({ action: 'add', productId: 'p-1' })] }));
  const before = await summary();
  expect(before.marketing.at(-1)).toBe(true);

  await ask({ kind: 'restrict', caseReference: 'case-1' });
  expect(await summary()).toEqual({
    everything: [...before.everything, 'restricted'],
    marketing: [...before.marketing, false],
    churn: [...before.churn, false],
    fraud: before.fraud,
  });

  await ask({ kind: 'liftRestriction', caseReference: 'case-1' });
  const lifted = await summary();
  expect(lifted).toEqual({
    everything: [...before.everything, 'restricted', 'statusChanged'],
    marketing: [...before.marketing, false, true],
    churn: [...before.churn, false, true],
    fraud: before.fraud,
  });

  const refused = aConsent({ purpose: 'marketing', granted: false, decidedAt: 5000 });
  await ask({ kind: 'consentChanged', consents: [refused], evidence: 'letter-7' });
  expect(await summary()).toMatchObject({ marketing: [...lifted.marketing, false], churn: lifted.churn });
  await isRight();
});

it('hold what a court has asked for, and refuse an erasure instead of losing it', async () => {
  scenario.member();
  await ask({ kind: 'legalHold', caseReference: 'case-1', reason: 'a court' });
  await ask({ kind: 'erase' });
  expect((await scenario.document('customer-1'))?.facts.legalHolds['case-1']?.value).toMatchObject({ held: true });
  const [letter] = await scenario.records(topicOf('privacy-requested.dlq'));
  expect([String(letter?.headers['dlq-reason']), String(letter?.headers['dlq-field'])]).toEqual(['legal-hold', '']);
  expect(letter?.value).not.toBeNull();
  await isRight();
});

it('are carried out once among all that happens to customers, whatever members are killed at', async () => {
  const { published } = scenario.traffic({ events: 2_000, customers: 50, requestRatio: 0.2, rate: 500 });
  await scenario.killedAt('saved', 'sent', 'committed');
  scenario.member();
  await published;
  await scenario.drained();
  const report = await scenario.verified();
  expect(report).toMatchObject({ ok: true, violations: [] });
  const statuses = (await told('customer-updated', 'CustomerUpdated')).filter(
    (event) => event && 'changeType' in event && event.changeType === 'restricted',
  );
  expect(statuses.length).toBeGreaterThan(5);
});
