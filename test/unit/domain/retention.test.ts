/** What becomes of customers by a policy: each decision against a rule written by hand, and what it leaves. */
import { derive } from '../../../src/domain/derive.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import { merge } from '../../../src/domain/merge.ts';
import { rule } from '../../../src/domain/retention/carry-out.ts';
import type { Decision } from '../../../src/domain/retention/decide.ts';
import { dueOf } from '../../../src/domain/retention/lifetimes.ts';
import { after, before, isLonger, isPeriod } from '../../../src/domain/retention/periods.ts';
import { readRetention, termsFor } from '../../../src/domain/retention/policy.ts';
import { jurisdictionOf } from '../../../src/domain/retention/ruling.ts';
import type { Terms } from '../../../src/domain/retention/terms.ts';
import { createFaults } from '../../../src/domain/rules/faults.ts';
import { customerOf } from '../../../src/domain/derive.ts';
import type { Facts } from '../../../src/domain/facts.ts';
import {
  aConsent,
  aContract,
  anAddress,
  anItem,
  anOrder,
  aParty,
  aRequest,
  aRetention,
  factsOf,
} from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

const day = (text: string): number => Date.parse(text);
const NOW = day('2026-06-15');

const term = (minimum: string, maximum: string) => ({ legalBasis: 'the law', minimum, maximum });
const TERMS: Terms = {
  ...{ policy: 'p1', jurisdiction: '*' },
  customer: term('P0D', 'P3Y'),
  order: term('P7Y', 'P10Y'),
  agreement: term('P6Y', 'P10Y'),
  archive: term('P0D', 'P10Y'),
};

/** Bought, and gave back, one product. */
const held = (from: string, until: string | null): InputEvent[] => [
  anOrder({
    ...{ eventId: 'bought', orderId: 'first', occurredAt: day(from), items: [anItem({ productId: 'tv' })] },
    party: aParty({ givenName: 'Ada' }),
    contactMediums: [anAddress('1 Main St', 'Berlin')],
  }),
  ...(until === null
    ? []
    : [
        anOrder({
          ...{ eventId: 'gave-back', orderId: 'last', occurredAt: day(until) },
          items: [anItem({ productId: 'tv', action: 'delete' })],
        }),
      ]),
];
const agreed = aContract({
  ...{ eventId: 'agreed', agreementId: 'a', occurredAt: day('2010-01-01'), signedAt: day('2010-01-01') },
  period: { startDateTime: null, endDateTime: day('2012-01-01') },
  consents: [aConsent({ purpose: 'archiving', decidedAt: day('2010-01-01') })],
});
const hold = (kind: 'legalHold' | 'releaseHold', at: string) =>
  aRequest({ kind, eventId: kind, caseReference: 'case', occurredAt: day(at) });

const ruled = (facts: Facts, terms = TERMS, asOf = NOW, archivedAt: number | null = null) =>
  rule(facts, aRetention(terms, { occurredAt: asOf }).event, { archivedAt });
const decided = (events: readonly InputEvent[], terms = TERMS): Decision => ruled(factsOf(events), terms).decision;

describe('retention decides', () => {
  it.each<[why: string, events: InputEvent[], outcome: string, scope?: string]>([
    ['a product is held', held('2000-01-01', null), 'kept', 'customer'],
    ['the longest time is not over', held('2022-01-01', '2023-06-16'), 'kept', 'customer'],
    ['it is over, and the law asks for the orders', held('2020-01-01', '2023-06-15'), 'minimised', 'customer'],
    ['every time is over', held('2000-01-01', '2001-01-01'), 'erased', 'customer'],
    ['the customer agreed to the archive', [...held('2009-01-01', '2011-01-01'), agreed], 'archived', 'customer'],
    ['a court holds it up', [...held('2000-01-01', '2001-01-01'), hold('legalHold', '2024-01-01')], 'held', 'customer'],
    [
      'the court has released it',
      [...held('2000-01-01', '2001-01-01'), hold('legalHold', '2024-01-01'), hold('releaseHold', '2024-02-01')],
      'erased',
    ],
    [
      'an agreement without an end is in force',
      [...held('2019-01-01', '2020-01-01'), aContract({ occurredAt: 1 })],
      'kept',
    ],
  ])('where %s', (_, events, outcome, scope = 'customer') => {
    expect(decided(events)).toMatchObject({ outcome, scope });
  });

  it('once of somebody whom a court holds up, however often the command comes', () => {
    const { facts } = ruled(factsOf([...held('2000-01-01', '2001-01-01'), hold('legalHold', '2024-01-01')]));
    expect(ruled(facts).facts).toBe(facts);
  });

  it('by consent that is in force only', () => {
    const withdrawn = aRequest({
      ...{ kind: 'consentChanged', eventId: 'no', occurredAt: day('2011-06-01') },
      consents: [aConsent({ purpose: 'archiving', granted: false, decidedAt: day('2011-06-01') })],
    });
    expect(decided([...held('2009-01-01', '2011-01-01'), agreed, withdrawn]).outcome).toBe('erased');
  });

  it('of nothing that the policy does not name', () => {
    const events = held('2000-01-01', '2001-01-01');
    expect(decided(events, { policy: 'p1', jurisdiction: '*' }).outcome).toBe('kept');
  });

  it('of single orders that no product depends on, and keeps the one that brought a product', () => {
    const old = anOrder({ eventId: 'old', orderId: 'old', occurredAt: day('2012-01-01'), state: 'cancelled' });
    const events = [...held('2011-01-01', null), old];
    const { decision, facts } = ruled(factsOf(events));
    expect(decision).toMatchObject({ outcome: 'erased', scope: 'entries', orders: ['old'] });
    expect(Object.keys(facts.orders)).toEqual(['first']);
    expect(merge(facts, old)).toBe(facts);
    expect(ruled(facts).decision.outcome).toBe('kept');
    expect(derive(facts, RULES).products).toMatchObject([{ productId: 'tv', status: 'active' }]);
  });

  it('of an agreement by its end, however long ago it was signed', () => {
    const inForce = aContract({
      ...{ eventId: 'in-force', agreementId: 'b', occurredAt: day('2010-01-01') },
      period: { startDateTime: null, endDateTime: day('2030-01-01') },
    });
    const { decision, facts } = ruled(factsOf([...held('2011-01-01', null), { ...agreed }, inForce]));
    expect(decision).toMatchObject({ outcome: 'archived', scope: 'entries', agreements: ['a'], orders: [] });
    expect(Object.keys(facts.agreements)).toEqual(['b']);
    expect(merge(facts, agreed)).toEqual(facts);
  });

  it('of nothing single while a court holds it up', () => {
    const old = anOrder({ eventId: 'old', orderId: 'old', occurredAt: day('2012-01-01'), state: 'cancelled' });
    const events = [...held('2011-01-01', null), old, hold('legalHold', '2024-01-01')];
    expect(decided(events)).toMatchObject({ outcome: 'kept', scope: 'entries', orders: [] });
  });

  it('of who lies in the archive once that time is over', () => {
    const facts = factsOf([...held('2009-01-01', '2011-01-01'), agreed]);
    expect(ruled(facts, TERMS, NOW, day('2016-06-16')).decision.outcome).toBe('kept');
    const { decision, facts: left } = ruled(facts, TERMS, NOW, day('2016-06-15'));
    expect([decision.outcome, left.erased]).toEqual(['erased', { at: NOW, policy: 'retention:p1' }]);
  });
});

describe('who is minimised', () => {
  const events = held('2020-01-01', '2023-06-15');
  const { facts } = ruled(factsOf(events), { ...TERMS, jurisdiction: 'DE' });

  it('is known by orders alone, and restricted', () => {
    expect([facts.party, facts.contactMediums, Object.keys(facts.orders)]).toEqual([{}, {}, ['first', 'last']]);
    expect(derive(facts, RULES).status).toBe('restricted');
    for (const event of events) expect(merge(facts, event)).toBe(facts);
  });

  it('stays so while nothing new is heard, and is due when the last statutory period ends', () => {
    const until = day('2030-06-15');
    expect(dueOf(customerOf(facts, RULES))).toMatchObject({ jurisdiction: 'DE', kept: until });
    expect(ruled(facts).decision.outcome).toBe('kept');
    expect(ruled(facts, TERMS, until).decision.outcome).toBe('erased');
  });

  it('is restricted no more once something new is heard', () => {
    const back = anOrder({ eventId: 'back', orderId: 'back', occurredAt: NOW + 1, items: [anItem()] });
    expect(derive(merge(facts, back), RULES).status).toBe('active');
    expect(dueOf(customerOf(merge(facts, back), RULES))).not.toHaveProperty('kept');
  });
});

describe('what is found by', () => {
  const due = (events: readonly InputEvent[]) => dueOf(customerOf(factsOf(events), RULES));

  it('is when the relationship ended, and the oldest entry that nothing depends on', () => {
    expect(due(held('2020-01-01', null))).toEqual({ jurisdiction: 'DE' });
    expect(due([...held('2009-01-01', '2023-06-15'), agreed])).toEqual({
      ...{ jurisdiction: 'DE', customer: day('2023-06-15'), order: day('2009-01-01'), agreement: day('2012-01-01') },
    });
  });

  it('is nothing of who is held and restricted already', () => {
    const events = [...held('2000-01-01', '2001-01-01'), hold('legalHold', '2024-01-01')];
    expect(due(events)).toMatchObject({ customer: day('2001-01-01') });
    const { facts } = ruled(factsOf(events));
    expect(derive(facts, RULES).status).toBe('restricted');
    expect(dueOf(customerOf(facts, RULES))).toEqual({ jurisdiction: 'DE' });
    const released = merge(facts, hold('releaseHold', '2026-07-01'));
    expect(dueOf(customerOf(released, RULES))).toMatchObject({ customer: day('2001-01-01') });
  });

  const inCountry = (country: string, preferred: boolean) => {
    const medium = anAddress('1 Main St', country, { preferred });
    return { ...medium, address: medium.address && { ...medium.address, country } };
  };

  it('is the country of the address that is preferred, or was seen last', () => {
    const lives = (country: string, at: number, preferred = false) =>
      anOrder({
        ...{ eventId: country, orderId: country, occurredAt: at },
        contactMediums: [inCountry(country, preferred)],
      });
    expect(jurisdictionOf(factsOf([lives('de', 1), lives('FR', 2)]))).toBe('FR');
    expect(jurisdictionOf(factsOf([lives('de', 1, true), lives('FR', 2)]))).toBe('DE');
    expect(jurisdictionOf(factsOf([lives('Narnia', 1)]))).toBe('*');
  });
});

describe('a period', () => {
  it('ends on the last day of a month that is too short', () => {
    expect(after(day('2024-01-31'), 'P1M')).toBe(day('2024-02-29'));
    expect(after(day('2024-02-29'), 'P1Y')).toBe(day('2025-02-28'));
    expect(before(day('2026-03-31'), 'P1M')).toBe(day('2026-02-28'));
    expect(after(day('2026-01-01'), 'P1Y2M3D')).toBe(day('2027-03-04'));
  });

  it('is of years, months and days', () => {
    expect(['P1Y', 'P6M', 'P90D', 'P1Y6M', 'P0D'].map(isPeriod)).toEqual([true, true, true, true, true]);
    expect(['P', '1Y', 'P1W', 'PT1H', 'P-1Y', 'P1.5Y', 'p1y'].some(isPeriod)).toBe(false);
    expect([isLonger('P13M', 'P1Y'), isLonger('P1Y', 'P12M')]).toEqual([true, false]);
  });
});

describe('a policy', () => {
  const read = (...rules: object[]): { faults: string[]; rules: ReturnType<typeof readRetention> } => {
    const faults = createFaults();
    const found = readRetention(JSON.stringify({ version: 1, rules }), faults);
    return { faults: faults.list(), rules: found };
  };
  const order = { category: 'order', jurisdiction: '*', legalBasis: 'tax', minimum: 'P7Y', maximum: 'P10Y' };

  it('is refused with everything that is wrong with it', () => {
    expect(
      read(
        { ...order, category: 'orders', maximum: 'ten years' },
        { ...order, jurisdiction: 'Germany', legalBasis: '' },
        order,
        { ...order, minimum: 'P11Y', comment: 'x' },
      ).faults,
    ).toEqual([
      'rules[0]: needs a category, one of customer, order, agreement, archive',
      'rules[0]: needs a maximum, a period of years, months and days such as P10Y or P6M',
      'rules[1]: needs a jurisdiction, a country of two capital letters (ISO 3166-1) or * for all others',
      'rules[1]: needs a legalBasis, a text of at most 500 characters',
      expect.stringContaining('rules[3]: there is no "comment"') as string,
      'rules[3]: another rule has this category and jurisdiction',
      'rules[3]: must be kept longer than it may be: minimum is longer than maximum',
    ]);
  });

  it('goes by the rule of the country, and by the one for all others where it has none', () => {
    const { rules } = read(order, { ...order, jurisdiction: 'DE', minimum: 'P8Y' }, { ...order, category: 'customer' });
    expect(termsFor(rules, 'digest', 'DE')).toMatchObject({ order: { minimum: 'P8Y' }, customer: { minimum: 'P7Y' } });
    expect(termsFor(rules, 'digest', 'FR')).toMatchObject({ order: { minimum: 'P7Y' }, jurisdiction: 'FR' });
  });
});
