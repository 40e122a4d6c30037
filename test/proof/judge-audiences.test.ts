/** What the judge makes of audiences where not every version can be taken, and at the limits of the views. */
import { canonical } from '../../proof/judge/canonical.ts';
import { factsOf } from '../../proof/judge/facts.ts';
import { profileOf } from '../../proof/judge/profile.ts';
import { statementsOf } from '../../proof/judge/statements.ts';
import { VIEWS } from '../../proof/judge/views.ts';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { customerOf } from '../../src/domain/derive.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { Consent } from '../../src/domain/generated/ContractSigned.ts';
import * as product from '../helpers/domain.ts';
import { eventWorld } from '../helpers/traffic-world.ts';
import { asOf, BEYOND, changed, consenting, find, ID, told } from './judge-audience-tamperings.ts';
import { KEYS, NAME_SETTINGS, renamed } from './judge-name-tamperings.ts';
import { judged, JUDGED_RULES, leftIn, SETTINGS } from './judge-evidence.ts';
import { RULES } from '../helpers/rules.ts';

const { aConsent, aContract, aPhone, anAddress, anEmail, anItem, anOrder, aParty } = product;

const view = (name: keyof typeof VIEWS, ...events: readonly InputEvent[]): unknown => {
  const facts = factsOf(events.flatMap(({ type, event }) => statementsOf(type, { ...event })));
  const seen = VIEWS[name](facts, profileOf(facts, JUDGED_RULES), null);
  // Whatever is said here is said by the product as well.
  const theirs = AUDIENCES.find((audience) => audience.name === name)?.view(customerOf(product.factsOf(events), RULES));
  expect(canonical(theirs)).toBe(canonical(seen));
  return seen;
};

describe('consent', () => {
  const CONTACTS = [anEmail('ada@example.com'), aPhone('+49 30 901820'), anAddress('1 Main St', 'Berlin')];

  const seen = (at: number, ...consents: Partial<Consent>[]): string => {
    const event = aContract({ occurredAt: at, consents: consents.map(aConsent), contactMediums: CONTACTS });
    const found = view('marketing', event) as null | Record<'channels' | 'contactMediums', Record<string, unknown>[]>;
    if (found === null) return 'nothing';
    const channels = found.channels.map(({ channel, validTo }) => `${String(channel)} ${String(validTo)}`);
    return `${channels.join(', ')}: ${found.contactMediums.map(({ mediumType }) => mediumType).join(', ')}`;
  };

  const any: Partial<Consent> = { decidedAt: 2 };
  const all = 'email, phone, postalAddress';
  it.each<[what: string, consents: Partial<Consent>[], expected: string]>([
    ['none', [], 'nothing'],
    ['another purpose', [{ purpose: 'profiling' }], 'nothing'],
    ['a refusal', [{ ...any, granted: false }], 'nothing'],
    ['any', [any], `any null: ${all}`],
    ['any until later', [{ ...any, validTo: 6 }], `any 6: ${all}`],
    ['any until now', [{ ...any, validTo: 5 }], 'nothing'],
    ['push alone', [{ channel: 'push' }], 'push null: '],
    ['sms alone', [{ channel: 'sms' }], 'sms null: phone'],
    ['post alone', [{ channel: 'post' }], 'post null: postalAddress'],
    [
      'one refused later',
      [any, { channel: 'email', granted: false, decidedAt: 3 }],
      'phone null, post null, push null, sms null: phone, postalAddress',
    ],
    [
      'one refused at once',
      [any, { channel: 'phone', granted: false, decidedAt: 2 }],
      `email null, post null, push null, sms null: ${all}`,
    ],
    ['one refused before', [any, { channel: 'email', granted: false, decidedAt: 1 }], `any null: ${all}`],
    ['one granted alike', [any, { channel: 'email', decidedAt: 3 }], `any null: ${all}`],
    [
      'one granted otherwise',
      [any, { channel: 'email', decidedAt: 3, validTo: 9 }],
      `email 9, phone null, post null, push null, sms null: ${all}`,
    ],
    [
      'one granted, and over',
      [any, { channel: 'email', decidedAt: 3, validTo: 4 }],
      'phone null, post null, push null, sms null: phone, postalAddress',
    ],
    [
      'one granted before any was refused',
      [
        { ...any, granted: false },
        { channel: 'email', decidedAt: 1 },
      ],
      'nothing',
    ],
    [
      'one granted after any was refused',
      [
        { ...any, granted: false },
        { channel: 'email', decidedAt: 3 },
      ],
      'email null: email',
    ],
  ])('to %s', (_, consents, expected) => {
    expect(seen(5, ...consents)).toBe(expected);
  });

  it('is over once anything later is known, and not before', () => {
    const granted = consenting('first', { decidedAt: 1, validTo: 10 });
    const later = (occurredAt: number): InputEvent => anOrder({ eventId: 'later', occurredAt });
    expect(view('marketing', granted, later(9))).not.toBeNull();
    expect(view('marketing', granted, later(10))).toBeNull();
    const corrected = anOrder({ eventId: 'again', orderVersion: 2, occurredAt: 9 });
    expect(view('marketing', granted, later(10), corrected)).not.toBeNull();
  });
});

describe('the views', () => {
  const DAY = 86_400_000;

  it('show the latest 36 months and the last 20 devices', () => {
    const orders = Array.from({ length: 40 }, (_, i) =>
      anOrder({
        orderId: `o-${i}`,
        orderDate: Date.UTC(2020, i, 1),
        deviceFingerprint: `d-${String(i % 22).padStart(2, '0')}`,
      }),
    );
    const { months } = view('churn', ...orders) as { months: { month: string }[] };
    expect([months.length, months[0]?.month, months.at(-1)?.month]).toEqual([36, '2020-05', '2023-04']);
    const fraud = view('fraud', ...orders) as { devices: { deviceFingerprint: string }[]; deviceCount: number };
    expect([fraud.devices.length, fraud.deviceCount, fraud.devices[0]?.deviceFingerprint]).toEqual([20, 22, 'd-17']);
    expect(fraud.devices.at(-1)?.deviceFingerprint).toBe('d-20');
  });

  it('count an item in the month of its order, and as what it did to a product that was active', () => {
    const price = (minorUnits: number, currency = 'EUR') => ({ recurringPrice: { currency, minorUnits } });
    const [may, june] = [Date.UTC(2024, 4, 31), Date.UTC(2024, 5, 1)];
    const turns = [
      anItem({ action: 'add', ...price(10) }),
      anItem({ action: 'modify', ...price(10) }),
      anItem({ action: 'modify', ...price(5, 'USD') }),
      anItem({ action: 'modify', ...price(9, 'USD') }),
      anItem({ action: 'modify', ...price(8, 'USD') }),
      anItem({ action: 'modify', state: 'failed', ...price(7, 'USD') }),
      anItem({ action: 'modify' }),
      anItem({ action: 'delete' }),
      anItem({ action: 'delete' }),
      anItem({ action: 'modify', ...price(1, 'USD') }),
      anItem({ action: 'delete', productId: 'never' }),
    ];
    const orders = turns.map((item, i) =>
      anOrder({ orderId: `o-${i}`, orderDate: i === 7 ? may : june, completionDate: june + i, items: [item] }),
    );
    expect(view('churn', ...orders)).toMatchObject({
      months: [
        { month: '2024-05', placed: 1, downgrades: 0, terminations: 1 },
        { month: '2024-06', placed: 10, downgrades: 1, terminations: 0 },
      ],
    });
  });

  it('end amounts where the encoding ends, and notice where time begins', () => {
    const items = [-1e12, 1e12].map((minorUnits, i) =>
      anItem({
        productId: `p-${i}`,
        quantity: 2 ** 31 - 1,
        recurringPrice: { currency: minorUnits < 0 ? 'EUR' : 'USD', minorUnits },
      }),
    );
    const ends = { startDateTime: null, endDateTime: 400 * DAY };
    expect(
      view('churn', anOrder({ items }), aContract({ period: ends, noticeDays: 2 ** 31 - 1, signedAt: 7 })),
    ).toMatchObject({
      monthlyRecurringValue: [
        { currency: 'EUR', minorUnits: -(2 ** 52) },
        { currency: 'USD', minorUnits: 2 ** 52 },
      ],
      agreements: [{ startDate: 7, endDate: 400 * DAY, noticeDate: Date.UTC(1900, 0, 1) }],
    });
  });

  it('keep from marketing what it need not know, and from the others who it is', () => {
    const party = aParty({ partyType: 'unknown', birthDate: '1970-01-01', middleName: 'Augusta' });
    const event = aContract({
      ...{ party, consents: [aConsent()], contactMediums: [anEmail('ada@example')] },
      creditProfile: { score: 1, riskRating: null, checkedAt: null, validTo: null },
    });
    expect(view('marketing', event)).toMatchObject({ party: null, contactMediums: [] });
    expect(JSON.stringify([view('churn', event), view('fraud', event)])).not.toMatch(/1970|Augusta|ada@/);
  });
});

describe('audiences of a customer who comes often', () => {
  const often = async () =>
    leftIn(
      await eventWorld(
        [
          consenting('first', { decidedAt: 1, validTo: 20 }),
          ...Array.from({ length: 39 }, (_, i) =>
            anOrder({
              eventId: `event-${i}`,
              orderId: `o-${i}`,
              occurredAt: i + 2,
              items: [anItem({ productId: `p-${i}` })],
            }),
          ),
        ],
        { batch: 1 },
      ),
    );

  it.each([38, 39])('are judged for consent also with version %i', async (version) => {
    const left = await often();
    expect((await judged(left)).violations).toEqual([]);
    const record = asOf({ ...find(left, 'marketing', 2), offset: BEYOND }, version, 20);
    const { violations } = await judged(changed(left, 'churn', 40, (last) => [last, record]));
    expect(violations.filter(({ invariant }) => invariant === 'audience-unpermitted')).toEqual([
      { invariant: 'audience-unpermitted', customerId: ID, detail: `version ${version}` },
    ]);
  });
});

describe('audiences of a customer for whom an id was used twice', () => {
  it('are judged by what was told last, and by whether consent was ever given', async () => {
    const events = [
      aContract({ eventId: 'twice', agreementId: 'a-1' }),
      aContract({ eventId: 'twice', agreementId: 'a-2', occurredAt: 2000 }),
    ];
    const left = leftIn(await eventWorld(events, { batch: 1 }));
    expect((await judged(left)).violations).toEqual([]);
    const record = asOf({ ...find(await told(), 'marketing', 2), offset: BEYOND }, 2, 0);
    const { counts } = await judged(changed(left, 'churn', 2, (last) => [last, record]));
    expect(counts).toMatchObject({ 'audience-unpermitted': 1, 'audience-last': 1, 'audience-document': 1 });
  });
});

it('are told by a name of the customer, where there has been a key from the beginning', async () => {
  const [key] = KEYS;
  const played = async (churnKey: string | undefined) =>
    leftIn(await eventWorld([aContract()], { churnKey: () => churnKey }));
  const settings = { ...SETTINGS, churnKeys: [key] };
  expect((await judged(await played(key), settings)).violations).toEqual([]);
  expect((await judged(await played(undefined), settings)).counts).toHaveProperty('audience-name');
});

it('tells in the story of a customer by which names audiences heard', async () => {
  const { stories } = await judged(await renamed(), { ...NAME_SETTINGS, churnKeys: [null, KEYS[0]] });
  const lines = stories.flatMap((story) => story.lines).filter((line) => line.startsWith('told churn'));
  expect(lines.map((line) => line.replace(/as [\w-]{22} /, 'as … '))).toEqual([
    'told churn 0:0: 0 → 1',
    'told churn 0:1: nothing as of 2',
    'told churn as … 0:2: 0 → 2',
    'told churn as … 0:3: 2 → 3',
    'told churn as … 0:4: nothing as of 4',
    'told churn 0:5: 0 → 4',
  ]);
});

it('tells in the story of a customer what audiences heard', async () => {
  const left = await told();
  const { stories } = await judged(changed(left, 'churn', 3, () => null));
  expect(stories[0]?.lines.filter((line) => line.startsWith('told marketing'))).toEqual([
    'told marketing 0:0: 0 → 1',
    'told marketing 0:1: 1 → 2',
    'told marketing 0:2: nothing as of 4',
    'told marketing 0:3: 4 → 6',
  ]);
});
