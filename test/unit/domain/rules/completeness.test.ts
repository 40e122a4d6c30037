import { customerOf } from '../../../../src/domain/derive.ts';
import type { InputEvent } from '../../../../src/domain/events.ts';
import { compileCompleteness, readCompleteness } from '../../../../src/domain/rules/completeness.ts';
import { createFaults } from '../../../../src/domain/rules/faults.ts';
import {
  aContract,
  aPhone,
  anAddress,
  anEmail,
  anItem,
  anOrder,
  aParty,
  factsOf,
  profileOf,
} from '../../../helpers/domain.ts';
import { ORDER_FIELDS, PROFILE_FIELDS } from '../../../helpers/rule-fields.ts';
import { RULES } from '../../../helpers/rules.ts';

const FIELDS = { profile: PROFILE_FIELDS, order: ORDER_FIELDS };

const faultsOf = (...rules: unknown[]): string[] => {
  const faults = createFaults();
  readCompleteness(JSON.stringify({ version: 1, rules }), FIELDS, faults);
  return faults.list();
};

const RULE = { requiredBy: 'care', require: ['party.familyName'] };

describe('a rule of completeness is refused', () => {
  it.each<[what: string, rule: object, fault: string]>([
    [
      'nobody who asks',
      { ...RULE, requiredBy: '' },
      'rules[0] "": needs a requiredBy, a text of at most 500 characters',
    ],
    [
      'an empty description',
      { ...RULE, description: '' },
      'rules[0] "care": needs a description, a text of at most 500 characters',
    ],
    [
      'more in it',
      { ...RULE, name: 'x' },
      'rules[0] "care": there is no "name", only requiredBy, description, when, require',
    ],
    [
      'nothing required',
      { ...RULE, require: [] },
      'rules[0] "care", require: must be a list of paths that is not empty',
    ],
    [
      'a path that is none',
      { ...RULE, require: [7] },
      'rules[0] "care", require: must be a list of paths that is not empty',
    ],
    [
      'a field that there is not',
      { ...RULE, require: ['party.surname'] },
      'rules[0] "care", require[0] "party.surname": party: there is no "surname", only partyType, title, givenName, middleName, familyName, birthDate, organizationName, organizationId',
    ],
    [
      'what is not in the profile',
      { ...RULE, require: ['party.identification'] },
      'rules[0] "care", require[0] "party.identification": party: there is no "identification", only partyType, title, givenName, middleName, familyName, birthDate, organizationName, organizationId',
    ],
    [
      'segments required',
      { ...RULE, require: ['segments'] },
      'rules[0] "care", require[0] "segments": there is no "segments", only status, party, contactMediums, agreements, products, orderSummary, consents, preferences',
    ],
    [
      'a field of entries',
      { ...RULE, require: ['agreements.period'] },
      'rules[0] "care", require[0] "agreements.period": a list can be required, but not what is in its entries',
    ],
    [
      'a type of contact that there is not',
      { ...RULE, require: ['contactMediums.fax'] },
      'rules[0] "care", require[0] "contactMediums.fax": there is only contactMediums.email, contactMediums.phone, contactMediums.postalAddress',
    ],
    ['a when that is none', { ...RULE, when: [] }, 'rules[0] "care", when: must be an object'],
    [
      'another when',
      { ...RULE, when: { party: {} } },
      'rules[0] "care", when: there is no "party", only profile, orderItem',
    ],
    [
      'a look at completeness',
      { ...RULE, when: { profile: { completeness: { $size: 0 } } } },
      'rules[0] "care", when.profile.completeness: there is no "completeness", only status, party, contactMediums, agreements, products, orderSummary, consents, preferences',
    ],
    [
      'a field that items do not have',
      { ...RULE, when: { orderItem: { status: 'active' } } },
      'rules[0] "care", when.orderItem.status: there is no "status", only action, offeringId, category, quantity, termMonths, characteristics, order',
    ],
    [
      'an action that there is not',
      { ...RULE, when: { orderItem: { action: 'remove' } } },
      'rules[0] "care", when.orderItem.action: must be one of unknown, add, modify, delete, noChange',
    ],
  ])('with %s', (_, rule, fault) => {
    expect(faultsOf(rule)).toEqual([fault]);
  });
});

/** What is missing, by rules of its own. */
const missing = (rules: object[], ...events: InputEvent[]): string[] => {
  const faults = createFaults();
  const read = readCompleteness(JSON.stringify({ version: 1, rules }), FIELDS, faults);
  expect(faults.list()).toEqual([]);
  const { profile } = customerOf(factsOf(events), { ...RULES, missingIn: compileCompleteness(read) });
  return profile.completeness.map(({ path, requiredBy }) => `${path}: ${requiredBy}`);
};

describe('information is missing', () => {
  const requires = (...require: string[]) => [{ requiredBy: 'x', require }];

  it('when it is null or not there, or a list with nothing in it', () => {
    const all = requires(
      'party',
      'party.familyName',
      'preferences.billing.media',
      'preferences.languages',
      'agreements',
    );
    expect(missing(all)).toEqual([
      'agreements: x',
      'party: x',
      'party.familyName: x',
      'preferences.billing.media: x',
      'preferences.languages: x',
    ]);
    const billing = { format: 'itemized', cycle: null, media: null };
    const signed = aContract({ party: aParty({ givenName: 'Ada' }), languages: ['en'], billing });
    expect(missing(all, signed)).toEqual(['party.familyName: x', 'preferences.billing.media: x']);
  });

  it('not when it is there and says unknown, no or nought', () => {
    const all = requires('party.partyType', 'orderSummary.totalCount');
    expect(missing(all, aContract({ party: aParty({ partyType: 'unknown', givenName: 'Ada' }) }))).toEqual([]);
  });

  it('when there is no contact of the type that may reach the customer', () => {
    const all = requires('contactMediums', 'contactMediums.phone', 'contactMediums.postalAddress');
    const contacts = (...contactMediums: ReturnType<typeof anEmail>[]) => missing(all, aContract({ contactMediums }));
    const [none, address] = ['contactMediums: x', 'contactMediums.postalAddress: x'];
    expect(contacts()).toEqual([none, 'contactMediums.phone: x', address]);
    expect(contacts(anEmail('ada@example.com', { validation: 'invalid' }))).toEqual([
      none,
      'contactMediums.phone: x',
      address,
    ]);
    expect(contacts(aPhone('+49 30 901820'))).toEqual([address]);
    expect(contacts(aPhone('+49 30 901820', { validation: 'invalid' }), anAddress('1 Main St', 'Berlin'))).toEqual([
      'contactMediums.phone: x',
    ]);
  });

  it('once for each that asks for it, by path and by who asks', () => {
    const rules = [
      { requiredBy: 'b', require: ['preferences.languages', 'agreements'] },
      { requiredBy: 'a', require: ['preferences.languages'] },
      { requiredBy: 'b', require: ['preferences.languages'] },
    ];
    expect(missing(rules)).toEqual(['agreements: b', 'preferences.languages: a', 'preferences.languages: b']);
  });
});

describe('what must be known to complete an order', () => {
  const rules = [
    {
      requiredBy: 'technician',
      when: {
        orderItem: {
          action: { $in: ['add', 'modify'] },
          category: 'broadband',
          'characteristics.installation': 'technician',
        },
      },
      require: ['contactMediums.phone'],
    },
  ];
  const item = anItem({ state: 'failed', category: 'broadband', characteristics: { installation: 'technician' } });
  const order = (said: Parameters<typeof anOrder>[0], ...items: (typeof item)[]) =>
    missing(rules, anOrder({ state: 'partial', items: items.length > 0 ? items : [item], ...said }));
  const asked = ['contactMediums.phone: technician'];

  it('depends on product, option and action of an item that is not completed', () => {
    expect(order({})).toEqual(asked);
    expect(order({ state: 'failed' })).toEqual(asked);
    expect(order({}, { ...item, state: 'unknown' })).toEqual(asked);
    expect(order({}, { ...item, characteristics: { installation: 'self' } })).toEqual([]);
    expect(order({}, { ...item, category: 'tv' })).toEqual([]);
    expect(order({}, { ...item, action: 'delete' })).toEqual([]);
    expect(order({ contactMediums: [aPhone('+49 30 901820')] })).toEqual([]);
  });

  it('is asked for no more once the item came about or nobody wants it', () => {
    for (const state of ['completed', 'cancelled', 'rejected'] as const)
      expect(order({}, { ...item, state })).toEqual([]);
    for (const state of ['completed', 'cancelled', 'rejected'] as const) expect(order({ state })).toEqual([]);
    const partial = anOrder({ state: 'partial', items: [item] });
    const closed = anOrder({ eventId: 'event-9', orderVersion: 2, state: 'cancelled', items: [item] });
    expect(missing(rules, partial, closed)).toEqual([]);
  });

  it('knows of a changed product what the change leaves unsaid', () => {
    const held = anItem({ category: 'broadband', characteristics: { installation: 'self', downlink: '250' } });
    const change = anItem({ action: 'modify', state: 'failed', characteristics: { installation: 'technician' } });
    const both = [
      anOrder({ orderId: 'order-1', items: [held] }),
      anOrder({ eventId: 'event-9', orderId: 'order-2', state: 'failed', items: [change] }),
    ];
    expect(missing(rules, ...both)).toEqual(asked);
    expect(missing(rules, both[1] as InputEvent)).toEqual([]);
  });

  it('may depend on the order as well', () => {
    const inShops = [{ requiredBy: 'shop', when: { orderItem: { 'order.channel': 'shop' } }, require: ['agreements'] }];
    const ordered = (channel: string) => missing(inShops, anOrder({ state: 'failed', channel, items: [item] }));
    expect([ordered('shop'), ordered('web')]).toEqual([['agreements: shop'], []]);
  });

  it('asks for both, the profile and the item, when a rule says so', () => {
    const both = [
      {
        requiredBy: 'both',
        when: { profile: { status: 'active' }, orderItem: { action: 'add' } },
        require: ['agreements'],
      },
    ];
    const held = anOrder({ items: [anItem()] });
    const open = anOrder({
      eventId: 'event-9',
      orderId: 'order-2',
      state: 'failed',
      items: [{ ...item, productId: null }],
    });
    expect([missing(both, held), missing(both, open), missing(both, held, open)]).toEqual([
      [],
      [],
      ['agreements: both'],
    ]);
  });
});

describe('by default', () => {
  const missingOf = (...events: InputEvent[]): string[] =>
    profileOf(...events).completeness.map(({ path, requiredBy }) => `${path}: ${requiredBy}`);

  it('everybody has a name and can be reached', () => {
    expect(missingOf()).toEqual(['contactMediums: customer care', 'party.familyName: customer care']);
    expect(missingOf(aContract({ party: aParty({ partyType: 'organization' }) }))).toEqual([
      'contactMediums: customer care',
      'party.organizationName: customer care',
    ]);
  });

  it('who holds something gets bills, and what is fixed is delivered to a place', () => {
    const holds = anOrder({ items: [anItem({ category: 'tv' })] });
    expect(missingOf(holds)).toEqual([
      'contactMediums: customer care',
      'contactMediums.postalAddress: fixed products',
      'party.familyName: customer care',
      'preferences.billing.format: billing',
      'preferences.billing.media: billing',
      'preferences.languages: communication',
      'preferences.paymentMethodType: billing',
    ]);
    const ended = anOrder({ orderId: 'order-2', occurredAt: 2000, items: [anItem({ action: 'delete' })] });
    expect(missingOf(holds, ended)).toEqual(missingOf());
    const billed = (media: string) =>
      missingOf(holds, aContract({ billing: { format: 'summary', cycle: null, media } }));
    expect(billed('email')).toContain('contactMediums.email: billing by email');
    expect(billed('paper')).toContain('contactMediums.postalAddress: billing by paper');
  });

  it('nothing is missing of a customer of whom everything is known', () => {
    const known = aContract({
      party: aParty({ familyName: 'Lovelace' }),
      contactMediums: [anEmail('ada@example.com'), anAddress('1 Main St', 'Berlin')],
      languages: ['en'],
      billing: { format: 'summary', cycle: null, media: 'email' },
    });
    const paid = anOrder({
      items: [anItem({ category: 'tv' })],
      paymentMethod: { methodType: 'wallet', fingerprint: null },
    });
    expect(missingOf(known, paid)).toEqual([]);
  });
});
