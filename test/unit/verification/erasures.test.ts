/** What verification makes of erased customers: either course of things is right, and each promise is missed when it is broken. */
import type { CustomerUpdated } from '../../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import { keyedHash } from '../../../src/pipeline/keyed-hash.ts';
import { versionOfTombstone } from '../../../src/pipeline/cloud-events.ts';
import type { InboundRecord } from '../../../src/pipeline/ports.ts';
import { verify, type VerificationReport, type ViolationKind } from '../../../src/verification/index.ts';
import { aContract, anOrder, aRequest } from '../../helpers/domain.ts';
import {
  decodeUpdate,
  encodeUpdate,
  ERASURE_KEY,
  eventWorld,
  type Playing,
  trafficWorld,
  type World,
} from '../../helpers/traffic-world.ts';
import { audiencesOf, kinds, sourcesOf } from './sources.ts';

const T = 2_000;
const order = (customerId: string, orderId: string, occurredAt: number) =>
  anOrder({ customerId, orderId, eventId: `${customerId}-${orderId}`, occurredAt, deviceFingerprint: 'device' });
const asks = (customerId: string, kind: 'erase' | 'legalHold', occurredAt: number) =>
  aRequest({
    customerId,
    kind,
    caseReference: kind === 'legalHold' ? 'case' : null,
    eventId: `${customerId}-${kind}`,
    occurredAt,
  });

const CUSTOMERS = ['gone', 'back', 'held', 'stays'];
const LINK_KEYS = ['a key of links, and no secret'];

/** One is gone and named once more, one came back, one is held, and one stays. */
let world: World;
beforeAll(async () => {
  const events = [
    ...CUSTOMERS.map((id) => order(id, 'A', 1_000)),
    ...[asks('held', 'legalHold', 1_500), asks('held', 'erase', T), asks('gone', 'erase', T), asks('back', 'erase', T)],
    ...[order('gone', 'late', 1_600), order('back', 'B', 3_000), order('stays', 'B', 3_000)],
    aContract({ customerId: 'back', eventId: 'back-signed', occurredAt: 3_500 }),
  ];
  world = await eventWorld(events, { batch: 1, linkKeys: LINK_KEYS });
});

const verified = (tampered: Partial<World> = {}, muted = false): Promise<VerificationReport> => {
  const all = { ...world, ...tampered };
  return verify({ ...sourcesOf(all), audiences: audiencesOf(all, muted) });
};

const isOf = (customerId: string) => (record: InboundRecord) => record.key?.toString() === customerId;
const isNull = ({ value }: InboundRecord): boolean => value === null;
const nullOf = (id: string) => (record: InboundRecord) => isOf(id)(record) && isNull(record);
const stubOf = (id: string): string => keyedHash(ERASURE_KEY, `erased:${id}`);

const changed =
  <T>(isMeant: (item: T) => boolean, change: (item: T) => Partial<T>) =>
  (items: readonly T[]): T[] =>
    items.map((item) => (isMeant(item) ? { ...item, ...change(item) } : item));

/** The first version of who came back, told otherwise. */
const withValue = async (change: Partial<CustomerUpdated>): Promise<Partial<World>> => ({
  outputs: await Promise.all(
    world.outputs.map(async (record) => {
      const event = await decodeUpdate(record.value);
      const begins = event?.customerId === 'back' && event.version > 1 && event.changeType === 'created';
      return begins ? { ...record, value: encodeUpdate({ ...event, ...change }) } : record;
    }),
  ),
});

/** The first version of somebody once more, as a life that begins. */
const afterwards = async (id: string, version: number): Promise<Partial<World>> => {
  const [first] = world.outputs.filter(isOf(id));
  const told = versionOfTombstone(world.outputs.find(nullOf(id))?.headers) ?? 0;
  const event = await decodeUpdate(first?.value ?? null);
  if (first === undefined || event === null) throw new Error('no such output');
  const value = encodeUpdate({ ...event, version, previousVersion: told });
  return { outputs: [...world.outputs, { ...first, value }] };
};

const nullAs =
  (id: string, version: number) =>
  (record: InboundRecord): InboundRecord => ({
    ...record,
    key: Buffer.from(id),
    headers: { ce_id: `${id}:${version}` },
  });

const without = (isMeant: (record: InboundRecord) => boolean): Partial<World> => ({
  outputs: world.outputs.filter((record) => !isMeant(record)),
});

const isLate = ({ headers }: InboundRecord): boolean => headers['dlq-reason'] === 'before-erasure';

const late = (change: (letter: InboundRecord) => Partial<InboundRecord>): Partial<World> => ({
  deadLetters: changed(isLate, change)(world.deadLetters),
});

const withHeader =
  (name: string, value: string) =>
  ({ headers }: InboundRecord): Partial<InboundRecord> => ({ headers: { ...headers, [name]: value } });

const stub = (change: Partial<ProfileDocument>): Partial<World> => ({
  stubs: world.stubs.map((each) => ({ ...each, ...change })),
});

const documentOf = (id: string): ProfileDocument => {
  const found = world.documents.find(({ _id }) => _id === id);
  if (found === undefined) throw new Error('no such document');
  return found;
};

/** Of the order of that time; orders are published as they are made. */
const offsetOf = (id: string, at: number): number => {
  const ids = [...CUSTOMERS.map((each) => `${each} 1000`), 'gone 1600', 'back 3000', 'stays 3000'];
  return ids.indexOf(`${id} ${at}`);
};

type Tampering = [what: string, tamper: () => Partial<World> | Promise<Partial<World>>, expected: ViolationKind[]];

const stubOfAnother = (id: string) => ({
  stubs: [...world.stubs, ...world.stubs.map((each) => ({ ...each, _id: stubOf(id) }))],
});

const TAMPERINGS: Tampering[] = [
  ['a stub that is missing', () => ({ stubs: [] }), ['links-differ', 'output-unexpected', 'stub-missing']],
  [
    'a profile that came back',
    () => ({ documents: [...world.documents, { ...documentOf('stays'), _id: 'gone' }] }),
    ['audience-differs', 'links-differ', 'profile-kept', 'sharing-differs'],
  ],
  [
    'a stub that holds what was said',
    () => stub({ facts: documentOf('stays').facts }),
    ['facts-differ', 'sharing-differs'],
  ],
  [
    'a stub that holds a profile',
    () => stub({ profile: documentOf('stays').profile }),
    ['audience-differs', 'last-output-differs', 'profile-differs'],
  ],
  ['a stub of another version', () => stub({ version: 9 }), ['last-output-differs']],
  ['a stub that still claims a link', () => stub({ links: documentOf('stays').links }), ['links-differ']],
  ['a stub of nobody who was erased', () => stubOfAnother('stays'), ['stub-unexpected']],
  [
    'a stub of who came back',
    () => stubOfAnother('back'),
    ['audience-differs', 'links-differ', 'sharing-differs', 'stub-unexpected'],
  ],
  [
    'a withdrawal that was not stated',
    () => ({
      inputs: world.inputs.filter(({ topic, offset }) => topic !== 'customer-link' || offset !== CUSTOMERS.length),
    }),
    ['links-differ', 'membership-differs', 'sharing-differs'],
  ],
  ['a letter that has a key', () => late(() => ({ key: Buffer.from('gone') })), ['dead-letter-plain']],
  ['a letter that has a value', () => late(() => ({ value: Buffer.from('x') })), ['dead-letter-plain']],
  ['a letter that has a header', () => late(withHeader('note', 'x')), ['dead-letter-plain']],
  ['a letter that has a header called like ours', () => late(withHeader('dlq-note', 'x')), ['dead-letter-plain']],
  ['a letter that names a field', () => late(withHeader('dlq-field', 'x')), ['dead-letter-plain']],
  ['a letter in words of its own', () => late(withHeader('dlq-detail', 'gone')), ['dead-letter-plain']],
  ['a letter for another reason', () => late(withHeader('dlq-reason', 'undecodable')), ['dead-letter-reason']],
  ['a letter in another partition', () => late(() => ({ partition: 1 })), ['dead-letter-misplaced']],
  [
    'a second letter of what came too late',
    () => ({ deadLetters: [...world.deadLetters, ...world.deadLetters.filter(isLate)] }),
    ['dead-letter-repeated'],
  ],
  [
    'a letter of what was said after the erasure',
    () => late(withHeader('dlq-offset', String(offsetOf('back', 3_000)))),
    ['dead-letter-unexpected'],
  ],
  [
    'a letter of what somebody said who was never erased',
    () => late(withHeader('dlq-offset', String(offsetOf('stays', 1_000)))),
    ['dead-letter-unexpected'],
  ],
  [
    'a request that was refused for a hold, and has no letter',
    () => ({ deadLetters: world.deadLetters.filter(isLate) }),
    ['dead-letter-missing'],
  ],
  [
    'the letter of that request, without its bytes',
    () => ({
      deadLetters: changed(
        (each: InboundRecord) => !isLate(each),
        () => ({ value: null }),
      )(world.deadLetters),
    }),
    ['dead-letter-altered'],
  ],
  ['no null of who is gone', () => without(nullOf('gone')), ['last-output-differs', 'tombstone-missing']],
  ['no null of who came back', () => without(nullOf('back')), ['chain-broken', 'facts-differ', 'tombstone-missing']],
  [
    'a null of somebody who was never erased',
    () => ({ outputs: [...world.outputs, ...world.outputs.filter(nullOf('gone')).map(nullAs('stays', 9))] }),
    ['last-output-differs', 'tombstone-unexpected'],
  ],
  [
    'a null that was published twice',
    () => ({ outputs: [...world.outputs, ...world.outputs.filter(nullOf('gone'))] }),
    ['tombstone-unexpected', 'version-repeated'],
  ],
  [
    'a null in another partition',
    () => ({ outputs: changed(nullOf('gone'), () => ({ partition: 1 }))(world.outputs) }),
    ['output-misplaced'],
  ],
  [
    'a null that does not say of whom it is',
    () => ({
      outputs: changed(nullOf('gone'), ({ headers }) => ({
        headers: { ce_id: String(headers['ce_id']).replace('gone', 'x') },
      }))(world.outputs),
    }),
    ['output-misplaced'],
  ],
  [
    'a null that does not say of which version it is',
    () => ({ outputs: changed(nullOf('gone'), () => ({ headers: {} }))(world.outputs) }),
    ['last-output-differs', 'output-unreadable', 'tombstone-missing'],
  ],
  [
    'a value of who is gone, after the null',
    () => afterwards('gone', 9),
    ['cause-erased', 'cause-repeated', 'last-output-differs'],
  ],
  ['a life that does not begin', () => withValue({ changeType: 'updated' }), ['begin-differs']],
  ['a life that begins before the null', () => withValue({ previousVersion: 1 }), ['chain-broken']],
  ['a life that begins as if there had been none', () => withValue({ previousVersion: 0 }), ['chain-broken']],
  ['a life of which not everything is new', () => withValue({ changedPaths: [] }), ['paths-incomplete']],
  [
    'a life that is explained by what happened before',
    () => withValue({ causes: [{ eventId: 'back-A', eventType: 'OrderFinalized' }] }),
    ['cause-erased', 'cause-repeated'],
  ],
];

describe.each(['churn', 'fraud'])('verification of erasures names, of the audience %s,', (audience) => {
  const heard = (isMeant: (record: InboundRecord) => boolean): Partial<World> => ({
    heard: world.heard.filter((each) => each.topic !== `customer-updated.${audience}` || !isMeant(each)),
  });

  it.each([false, true])('a null that is missing, though it may be muted: %s', async (muted) => {
    expect(kinds(await verified(heard(nullOf('gone')), muted))).toEqual(['audience-differs']);
  });

  it('a null that is missing of who came back', async () => {
    expect(kinds(await verified(heard(nullOf('back'))))).toEqual(['audience-chain-broken']);
  });

  it('a value after the null', async () => {
    const again = world.heard.filter(isOf('gone')).slice(0, 3);
    const report = await verified({ heard: [...world.heard, ...again] });
    expect(kinds(report)).toEqual(['audience-chain-broken', 'audience-differs']);
  });
});

describe('verification of erasures', () => {
  it('finds nothing wrong with what a correct system leaves, and counts who was erased', async () => {
    const report = await verified();
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({
      ...{ ok: true, inputs: 12, accepted: 10, erased: 1, returned: 1, profiles: 3, deadLetters: 2 },
      refused: { 'before-erasure': 1, 'legal-hold': 1 },
    });
    expect(kinds(await verified({}, true))).toEqual([]);
  });

  it('finds nothing wrong when what was said before had come before', async () => {
    expect((await verified({ deadLetters: world.deadLetters.filter((each) => !isLate(each)) })).violations).toEqual([]);
  });

  it.each(TAMPERINGS)('names %s', async (_, tamper, expected) => {
    expect(kinds(await verified(await tamper()))).toEqual(expected);
  });

  it.each<[what: string, playing: Playing]>([
    ['as it is', {}],
    ['in which things are shared', { linkKeys: LINK_KEYS }],
    ['of which churn hears under a key', { churnKey: () => 'churn models know nobody by the id' }],
    ['in transactions that are aborted now and then', { aborts: (attempt) => attempt % 4 === 1 }],
    ['in batches of one', { batch: 1 }],
  ])('agrees with what a correct system makes of traffic %s', async (_, playing) => {
    const options = { seed: 3, customers: 40, events: 500, brokenRatio: 0.04, lateRatio: 0.1, duplicateRatio: 0.1 };
    const left = await trafficWorld({ ...options, requestRatio: 0.05, eraseRatio: 0.04 }, playing);
    const report = await verify({ ...sourcesOf(left), audiences: audiencesOf(left, false, playing.churnKey?.(1)) });
    expect(report.violations).toEqual([]);
    expect([report.erased > 2, report.returned > 2, (report.refused['before-erasure'] ?? 0) > 5]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
