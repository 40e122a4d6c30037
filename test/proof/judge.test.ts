/** The judge finds nothing wrong with what a correct system leaves, and finds each thing that is wrong by its name. */
import { INVARIANTS, type Judgement, type LogRecord } from '../../proof/judge/judge.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { anOrder } from '../helpers/domain.ts';
import { SCHEMA_IDS } from '../helpers/traffic-world.ts';
import { AUDIENCE_TAMPERINGS, told } from './judge-audience-tamperings.ts';
import { erased, ERASURE_SETTINGS } from './judge-erasure-evidence.ts';
import { ERASURE_TAMPERINGS } from './judge-erasure-tamperings.ts';
import { HISTORY_SETTINGS, HISTORY_TAMPERINGS, withHistory } from './judge-history-tamperings.ts';
import { LINK_SETTINGS, LINK_TAMPERINGS, sharing } from './judge-link-tamperings.ts';
import { NAME_SETTINGS, NAME_TAMPERINGS, renamed } from './judge-name-tamperings.ts';
import { RETENTION_SETTINGS, ruled } from './judge-retention-evidence.ts';
import { RETENTION_TAMPERINGS } from './judge-retention-tamperings.ts';
import { ROUTE_SETTINGS, ROUTE_TAMPERINGS, sentOn } from './judge-route-tamperings.ts';
import { judged, type Left, leftBehind, saying, updateIn } from './judge-evidence.ts';
import { generateTraffic } from '../../src/traffic/index.ts';

let left: Left;
/** A customer with several versions, and where its outputs are in the log. */
let customer: { readonly id: string; readonly document: ProfileDocument; readonly outputs: readonly number[] };

const isUpdate = ({ topic }: LogRecord): boolean => topic === 'customer-updated';

/** Of `customer-updated`. */
const outputsOf = (id: string): number[] =>
  left.committedOutputs.flatMap((record, i) => (isUpdate(record) && record.key?.toString() === id ? [i] : []));

beforeAll(async () => {
  left = await leftBehind({ seed: 5, customers: 12, events: 180, brokenRatio: 0.06, duplicateRatio: 0.1 });
  const document = left.documents.find(({ version, _id }) => version > 4 && outputsOf(_id).length > 4);
  if (document === undefined) throw new Error('no customer has a history');
  customer = { id: document._id, document, outputs: outputsOf(document._id) };
});

const violated = ({ counts }: Judgement): string[] => Object.keys(counts).sort();

const without = <T>(items: readonly T[], ...places: number[]): T[] => items.filter((_, i) => !places.includes(i));
const replaced = <T>(items: readonly T[], place: number, item: T): T[] =>
  items.map((old, i) => (i === place ? item : old));

const at = <T>(items: readonly T[], place: number): T => {
  const item = items.at(place);
  if (item === undefined) throw new Error(`nothing at ${place}`);
  return item;
};

/** Both logs of outputs; what is committed is seen by both subscribers. */
const outputs = (records: readonly LogRecord[]): Partial<Left> => ({
  committedOutputs: records,
  uncommittedOutputs: records,
});

/** The customer's output at a place of its own, changed. */
const output = (place: number, change: (record: LogRecord) => LogRecord): Partial<Left> => {
  const where = at(customer.outputs, place);
  return outputs(replaced(left.committedOutputs, where, change(at(left.committedOutputs, where))));
};

const said = async (place: number, change: (event: CustomerUpdated) => CustomerUpdated): Promise<Partial<Left>> => {
  const changed = await saying(at(left.committedOutputs, at(customer.outputs, place)), change);
  return output(place, () => changed);
};

const dropped = (place: number): Partial<Left> => outputs(without(left.committedOutputs, at(customer.outputs, place)));

const document = (change: (document: ProfileDocument) => object): Partial<Left> => ({
  documents: left.documents.map((each) => (each === customer.document ? { ...each, ...change(each) } : each)),
});

const inputOf = (topic: string): number =>
  left.inputs.findIndex((input) => input.topic === topic && input.key?.toString() === customer.id);

const letter = (change: (letter: LogRecord) => Partial<LogRecord>): Partial<Left> => {
  const first = at(left.deadLetters, 0);
  return { deadLetters: replaced(left.deadLetters, 0, { ...first, ...change(first) }) };
};
const header = (name: string, value: string): Partial<Left> =>
  letter(({ headers }) => ({ headers: { ...headers, [name]: value } }));

const aborted = (record: LogRecord): Partial<Left> => ({ uncommittedOutputs: [...left.uncommittedOutputs, record] });
const lastOutput = (): LogRecord => at(left.committedOutputs, at(customer.outputs, -1));
const BEYOND = 1_000_000;

type Tampering = [what: string, tamper: () => Partial<Left> | Promise<Partial<Left>>, expected: string[]];

const TAMPERINGS: Tampering[] = [
  [
    'a line of a log names a customer',
    () => ({ logs: [...left.logs, JSON.stringify({ level: 'warn', msg: `no document of ${customer.id}` })] }),
    ['personal-data-in-logs'],
  ],
  ['the first version is dropped', () => dropped(0), ['audience-unaccompanied', 'chain-gap']],
  ['a version in the middle is dropped', () => dropped(2), ['audience-unaccompanied', 'chain-gap']],
  ['the last version is dropped', () => dropped(-1), ['audience-unaccompanied', 'causes-incomplete', 'unpublished']],
  [
    'nothing of a customer is published',
    () => outputs(left.committedOutputs.filter(({ key }) => key?.toString() !== customer.id)),
    ['audience-document', 'audience-last', 'unpublished'],
  ],
  [
    'the last version is published twice',
    () => outputs([...left.committedOutputs, { ...lastOutput(), offset: BEYOND }]),
    ['chain-repeat'],
  ],
  [
    'two versions are swapped',
    () => {
      const [a, b] = [at(customer.outputs, 1), at(customer.outputs, 2)];
      const [first, second] = [at(left.committedOutputs, a), at(left.committedOutputs, b)];
      const moved = replaced(left.committedOutputs, a, { ...second, offset: first.offset });
      return outputs(replaced(moved, b, { ...first, offset: second.offset }));
    },
    ['audience-unaccompanied', 'chain-gap', 'chain-reorder'],
  ],
  [
    'a version names another before it',
    () => said(-1, (event) => ({ ...event, previousVersion: event.previousVersion - 1 })),
    ['chain-gap', 'version-implausible'],
  ],
  [
    'a published profile has another value than the document',
    () =>
      said(-1, (event) => ({
        ...event,
        profile: { ...event.profile, segments: ['x'] },
        changedPaths: [...new Set([...event.changedPaths, 'segments'])].sort(),
      })),
    ['last-output-differs', 'output-differs', 'version-implausible'],
  ],
  [
    'a version in between has a wrong profile that nobody else would miss',
    async () => {
      const spoil = (event: CustomerUpdated): CustomerUpdated => ({
        ...event,
        profile: { ...event.profile, segments: event.version === 2 ? ['x'] : [] },
        changedPaths: [...new Set([...event.changedPaths, 'segments'])].sort(),
      });
      const second = await saying(at(left.committedOutputs, at(customer.outputs, 1)), spoil);
      const third = await saying(at(left.committedOutputs, at(customer.outputs, 2)), spoil);
      const spoiled = replaced(left.committedOutputs, at(customer.outputs, 1), second);
      return outputs(replaced(spoiled, at(customer.outputs, 2), third));
    },
    ['output-differs'],
  ],
  [
    'a change is not told by changedPaths',
    () => said(1, (event) => ({ ...event, changedPaths: event.changedPaths.filter((path) => path === 'status') })),
    ['paths-incomplete'],
  ],
  [
    'a cause is no event',
    () => said(1, (event) => ({ ...event, causes: [...event.causes, { eventId: 'x', eventType: 'OrderFinalized' }] })),
    ['cause-unknown'],
  ],
  [
    'a cause is named by two versions',
    async () => {
      const { causes } = await updateIn(at(left.committedOutputs, at(customer.outputs, 0)));
      return said(1, (event) => ({ ...event, causes: [...event.causes, ...causes] }));
    },
    ['cause-repeated'],
  ],
  [
    'a cause is not named',
    () => said(1, (event) => ({ ...event, causes: [] })),
    ['audience-view', 'causes-incomplete', 'output-differs', 'output-envelope'],
  ],
  ['an eventId names another version', () => said(1, (event) => ({ ...event, eventId: 'x:1' })), ['output-envelope']],
  [
    'a changeType is not that of the change',
    () => said(1, (event) => ({ ...event, changeType: 'created' })),
    ['output-envelope'],
  ],
  [
    'an occurredAt is not that of a cause',
    () => said(1, (event) => ({ ...event, occurredAt: event.occurredAt + 1 })),
    ['audience-envelope', 'output-envelope'],
  ],
  [
    'the changedPaths are not sorted',
    () => said(0, (event) => ({ ...event, changedPaths: [...event.changedPaths].reverse() })),
    ['output-envelope'],
  ],
  [
    'a ce_id is not the eventId',
    () => output(1, (record) => ({ ...record, headers: { ce_id: 'x' } })),
    ['output-envelope'],
  ],
  [
    'a version is in another partition',
    () => output(1, (record) => ({ ...record, partition: 1 })),
    ['output-misplaced'],
  ],
  [
    'a version has another key',
    () => output(1, (record) => ({ ...record, key: Buffer.from('x') })),
    ['output-misplaced'],
  ],
  [
    'an output is no CustomerUpdated',
    () => output(-1, (record) => ({ ...record, value: Buffer.from('x') })),
    ['audience-unaccompanied', 'causes-incomplete', 'output-unreadable', 'unpublished'],
  ],
  [
    'a committed version is missing from the uncommitted log',
    () => ({ uncommittedOutputs: without(left.uncommittedOutputs, 0) }),
    ['uncommitted-lacks'],
  ],
  [
    'the uncommitted log has another record there',
    () => ({
      uncommittedOutputs: replaced(left.uncommittedOutputs, 0, {
        ...at(left.uncommittedOutputs, 0),
        value: Buffer.from('x'),
      }),
    }),
    ['uncommitted-lacks'],
  ],
  [
    'a version that is committed is tried again',
    () => aborted({ ...lastOutput(), offset: BEYOND }),
    ['aborted-contradicts'],
  ],
  [
    'an aborted version has another content',
    async () => {
      const other = await saying(lastOutput(), (event) => ({
        ...event,
        changeType: 'updated',
        changedPaths: ['segments'],
      }));
      return aborted({ ...other, offset: -1 });
    },
    ['aborted-contradicts'],
  ],
  [
    'an aborted version is later than the document',
    async () => {
      const { version } = customer.document;
      const later = { version: version + 5, previousVersion: version, eventId: `${customer.id}:${version + 5}` };
      const other = await saying(lastOutput(), (event) => ({ ...event, ...later }));
      return aborted({ ...other, offset: BEYOND, headers: { ce_id: later.eventId } });
    },
    ['aborted-contradicts'],
  ],
  [
    'a version of nobody is published',
    async () => {
      const stray = {
        customerId: 'nobody',
        eventId: 'nobody:1',
        version: 1,
        previousVersion: 0,
        changeType: 'created',
      } as const;
      const record = await saying(lastOutput(), (event) => ({
        ...event,
        ...stray,
        changedPaths: Object.keys(event.profile).sort(),
      }));
      return outputs([
        ...left.committedOutputs,
        { ...record, key: Buffer.from('nobody'), offset: BEYOND, headers: { ce_id: 'nobody:1' } },
      ]);
    },
    ['output-unexpected'],
  ],
  [
    'a document is missing',
    () => ({ documents: without(left.documents, left.documents.indexOf(customer.document)) }),
    ['document-missing'],
  ],
  [
    'a document is of nobody',
    () => ({ documents: [...left.documents, { ...customer.document, _id: 'nobody' }] }),
    ['document-unexpected'],
  ],
  [
    'a document was reduced to a stub that is not bare',
    () => document(() => ({ version: 0 })),
    ['document-missing', 'stub-not-bare'],
  ],
  ['facts lack an event', () => document(({ facts }) => ({ facts: { ...facts, orders: {} } })), ['facts-differ']],
  [
    'a key of the facts is another',
    () =>
      document(({ facts }) => ({
        facts: {
          ...facts,
          orders: Object.fromEntries(Object.entries(facts.orders).map(([key, value]) => [`${key}%24`, value])),
        },
      })),
    ['facts-differ'],
  ],
  [
    'the profile of a document is not what its facts say',
    () => document(({ profile }) => ({ profile: { ...profile, segments: ['x'] } })),
    ['last-output-differs', 'profile-differs'],
  ],
  [
    'an event has no effect',
    () => {
      const { customerId, ...event } = anOrder({ eventId: 'lost', orderId: 'lost', customerId: customer.id }).event;
      const value = frame(SCHEMA_IDS.OrderFinalized, recordType('OrderFinalized').toBuffer({ ...event, customerId }));
      const lost = { ...at(left.inputs, inputOf('order-finalized')), offset: -1, value };
      return { inputs: [lost, ...left.inputs] };
    },
    ['audience-last', 'causes-incomplete', 'facts-differ', 'profile-differs'],
  ],
  [
    'an effect has no event',
    () => ({
      inputs: left.inputs.filter(({ topic, key }) => topic !== 'contract-signed' || key?.toString() !== customer.id),
    }),
    [
      'audience-last',
      'audience-unpermitted',
      'audience-view',
      'cause-unknown',
      'facts-differ',
      'output-differs',
      'profile-differs',
    ],
  ],
  [
    'the marker names no event',
    () => document(() => ({ marker: { topic: 'order-finalized', offset: BEYOND } })),
    ['marker-implausible'],
  ],
  [
    'the marker names an event of an earlier version',
    () =>
      document(() => ({
        marker: { topic: 'contract-signed', offset: at(left.inputs, inputOf('contract-signed')).offset },
      })),
    ['marker-implausible'],
  ],
  [
    'the document is behind what was published',
    () => document(({ version }) => ({ version: version - 1 })),
    ['document-behind'],
  ],
  [
    'the document is ahead of what was published',
    () => document(({ version }) => ({ version: version + 1 })),
    ['unpublished'],
  ],
  [
    'the document names another version before it',
    () => document(() => ({ previousVersion: 0 })),
    ['version-implausible'],
  ],
  [
    'the document has other changes pending',
    () => document(({ pending }) => ({ pending: { ...pending, paths: ['x'] } })),
    ['version-implausible'],
  ],
  ['a dead letter is missing', () => ({ deadLetters: without(left.deadLetters, 0) }), ['dead-letter-missing']],
  [
    'a dead letter is there twice',
    () => ({ deadLetters: [...left.deadLetters, at(left.deadLetters, 0)] }),
    ['dead-letter-repeated'],
  ],
  [
    'a byte of a dead letter is flipped',
    () =>
      letter(({ value }) => {
        const flipped = Buffer.from(value ?? '');
        flipped[7] = (flipped[7] ?? 0) ^ 1;
        return { value: flipped };
      }),
    ['dead-letter-altered'],
  ],
  ['a dead letter has another key', () => letter(() => ({ key: Buffer.from('x') })), ['dead-letter-altered']],
  ['a dead letter has no key any more', () => letter(() => ({ key: null })), ['dead-letter-altered']],
  ['a dead letter has one more header', () => header('extra', 'x'), ['dead-letter-altered']],
  ['a dead letter has one more header of our kind', () => header('dlq-extra', 'x'), ['dead-letter-altered']],
  ['a dead letter counts another attempt', () => header('dlq-attempt', '2'), ['dead-letter-altered']],
  ['a dead letter gives another reason', () => header('dlq-reason', 'missing-key'), ['dead-letter-reason']],
  ['a dead letter gives another field', () => header('dlq-field', 'x'), ['dead-letter-reason']],
  [
    'a dead letter gives an outage as its reason',
    () => header('dlq-reason', 'REGISTRY_UNAVAILABLE'),
    ['dead-letter-infrastructure'],
  ],
  [
    'a dead letter is in another topic',
    () =>
      letter(({ topic }) => ({
        topic: topic === 'order-finalized.dlq' ? 'contract-signed.dlq' : 'order-finalized.dlq',
      })),
    ['dead-letter-misplaced'],
  ],
  ['a dead letter is in another partition', () => letter(() => ({ partition: 1 })), ['dead-letter-misplaced']],
  [
    'a message is refused that must be applied',
    () => {
      const accepted = at(left.inputs, inputOf('contract-signed'));
      const { headers } = at(left.deadLetters, 0);
      const source = { 'dlq-topic': accepted.topic, 'dlq-offset': String(accepted.offset) };
      return {
        deadLetters: [
          ...left.deadLetters,
          { ...accepted, topic: 'contract-signed.dlq', headers: { ...headers, ...source } },
        ],
      };
    },
    ['dead-letter-unexpected'],
  ],
  [
    'the group has not committed the last record',
    () => ({ committed: new Map([...left.committed].map(([where, end]) => [where, end - 1])) }),
    ['offsets-behind'],
  ],
  ['the group has committed nothing', () => ({ committed: new Map<string, number>() }), ['offsets-behind']],
  [
    'the group has committed more than there is',
    () => ({ committed: new Map([...left.committed].map(([where, end]) => [where, end + 1])) }),
    ['offsets-beyond'],
  ],
];

describe('the judge', () => {
  it.each([1, 2, 3])('agrees with what a correct system makes of realistic traffic, seed %i', async (seed) => {
    const traffic = {
      ...{ seed, customers: 60, events: 1000, brokenRatio: 0.04 },
      ...{ duplicateRatio: 0.1, lateRatio: 0.1, correctionRatio: 0.1 },
    };
    const refused = [...generateTraffic(traffic)].filter(({ expected }) => expected !== 'applied').length;
    const judgement = await judged(await leftBehind(traffic));
    expect(judgement.violations).toEqual([]);
    expect(judgement).toMatchObject({ ok: true, counts: {}, stories: [] });
    expect(judgement.totals).toMatchObject({
      inputs: 1000,
      refused,
      deadLetters: refused,
      applied: 1000 - refused,
      abortedOutputs: 0,
    });
    expect(Object.keys(judgement.totals.refusedByReason)).toHaveLength(9);
  });

  it.each(TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const judgement = await judged({ ...left, ...(await tamper()) });
    expect(violated(judgement)).toEqual(expected);
    expect(judgement.ok).toBe(false);
  });

  it.each(AUDIENCE_TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const heard = await told();
    expect((await judged(heard)).violations).toEqual([]);
    expect(violated(await judged(tamper(heard)))).toEqual(expected);
  });

  it.each(LINK_TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const left = await sharing();
    expect((await judged(left, LINK_SETTINGS)).violations).toEqual([]);
    expect(violated(await judged(tamper(left), LINK_SETTINGS))).toEqual(expected);
  });

  it.each(NAME_TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const left = await renamed();
    expect((await judged(left, NAME_SETTINGS)).violations).toEqual([]);
    expect(violated(await judged(tamper(left), NAME_SETTINGS))).toEqual(expected);
  });

  it.each(ROUTE_TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const left = await sentOn();
    expect((await judged(left, ROUTE_SETTINGS)).violations).toEqual([]);
    expect(violated(await judged(tamper(left), ROUTE_SETTINGS))).toEqual(expected);
  });

  it.each(ERASURE_TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const left = await erased();
    expect((await judged(left, ERASURE_SETTINGS)).violations).toEqual([]);
    expect(violated(await judged(tamper(left), ERASURE_SETTINGS))).toEqual(expected);
  });

  it.each(HISTORY_TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const left = await withHistory();
    expect((await judged(left, HISTORY_SETTINGS)).violations).toEqual([]);
    expect(violated(await judged(tamper(left), HISTORY_SETTINGS))).toEqual(expected);
  });

  it.each(RETENTION_TAMPERINGS)('notices that %s', async (_, tamper, expected) => {
    const left = await ruled();
    expect((await judged(left, RETENTION_SETTINGS)).violations).toEqual([]);
    expect(violated(await judged(tamper(left), RETENTION_SETTINGS))).toEqual(expected);
  });

  it('has a tampering for every invariant', () => {
    const ofOthers = [
      AUDIENCE_TAMPERINGS,
      NAME_TAMPERINGS,
      LINK_TAMPERINGS,
      ROUTE_TAMPERINGS,
      ERASURE_TAMPERINGS,
      HISTORY_TAMPERINGS,
      RETENTION_TAMPERINGS,
    ];
    const shown = new Set([...TAMPERINGS, ...ofOthers.flat()].flatMap(([, , expected]) => expected));
    expect([...shown].sort()).toEqual(Object.keys(INVARIANTS).sort());
  });

  it('counts a version of an aborted transaction that contradicts nothing, and judges what it says', async () => {
    const events = await Promise.all(left.committedOutputs.filter(isUpdate).map(updateIn));
    const states = events.map(({ profile }) => Object.keys(profile.orderSummary.countsByState).length);
    const second = at(
      left.committedOutputs,
      states.findIndex((count) => count > 1),
    );
    // As a document has it that was written field by field.
    const turned = await saying(second, ({ profile, ...event }) => {
      const { countsByState } = profile.orderSummary;
      const reversed = Object.fromEntries(Object.entries(countsByState).reverse());
      return { ...event, profile: { ...profile, orderSummary: { ...profile.orderSummary, countsByState: reversed } } };
    });
    expect(turned.value).not.toEqual(second.value);
    const early = { ...turned, offset: -1 };
    const judgement = await judged({ ...left, uncommittedOutputs: [early, ...left.uncommittedOutputs] });
    expect(judgement.violations).toEqual([]);
    expect(judgement.totals.abortedOutputs).toBe(1);
  });

  it('accepts a bare stub, whose customer has only refused messages', async () => {
    const bare = {
      version: 0,
      marker: null,
      pending: null,
      profile: null,
      facts: Object.fromEntries(Object.keys(customer.document.facts).map((section) => [section, {}])),
    };
    const stub = { ...customer.document, ...bare, _id: 'nobody' } as unknown as ProfileDocument;
    expect((await judged({ ...left, documents: [...left.documents, stub] })).violations).toEqual([]);
  });

  it('takes the note of a redrive for no letter, and a header of that name for no note', async () => {
    const { topic, partition } = at(left.deadLetters, 0);
    const note: LogRecord = {
      topic,
      partition,
      offset: BEYOND,
      timestamp: 0,
      key: null,
      value: null,
      headers: { 'dlq-redriven': 'x' },
    };
    expect((await judged({ ...left, deadLetters: [...left.deadLetters, note] })).violations).toEqual([]);
    const noted = (record: LogRecord): LogRecord => ({
      ...record,
      headers: { ...record.headers, 'dlq-redriven': '0' },
    });
    const everywhere = { inputs: left.inputs.map(noted), deadLetters: left.deadLetters.map(noted) };
    expect((await judged({ ...left, ...everywhere })).violations).toEqual([]);
  });

  it('accepts that a repeated letter counts its attempts on', async () => {
    const again =
      (value: string) =>
      (record: LogRecord): LogRecord => ({ ...record, headers: { ...record.headers, 'dlq-attempt': value } });
    const everywhere = { inputs: left.inputs.map(again('1')), deadLetters: left.deadLetters.map(again('2')) };
    expect((await judged({ ...left, ...everywhere })).violations).toEqual([]);
  });

  it('tells the whole story of a customer that something is wrong with, and nobody’s name', async () => {
    const tampered = { ...left, ...dropped(2), ...aborted({ ...lastOutput(), offset: BEYOND }) };
    const { stories } = await judged({ ...tampered, uncommittedOutputs: [...tampered.uncommittedOutputs] });
    const story = stories.find(({ customerId }) => customerId === customer.id);
    const lines = story?.lines ?? [];
    const count = (beginning: string): number => lines.filter((line) => line.startsWith(beginning)).length;
    expect(count('published ')).toBe(customer.outputs.length - 1);
    expect(count('aborted ')).toBe(2);
    expect(count('document version ')).toBe(1);
    expect(count('input ')).toBe(left.inputs.filter(({ key }) => key?.toString() === customer.id).length);
    expect(lines.join('\n')).not.toMatch(/@example|familyName|street/);
  });
});
