/** Where preferences come from: which system said so, with which event, when. */
import { readFileSync } from 'node:fs';
import { AUDIENCES } from '../../../src/domain/audiences/index.ts';
import { customerOf } from '../../../src/domain/derive.ts';
import { changedPaths, diff } from '../../../src/domain/diff.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import type { StatedPreferences } from '../../../src/domain/generated/CustomerUpdated.ts';
import { merge } from '../../../src/domain/merge.ts';
import { aConsent, aContract, anAddress, anEmail, anOrder, aPhone, factsOf, profileOf } from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

const provenance = (...inputs: InputEvent[]): StatedPreferences[] => profileOf(...inputs).preferences.provenance;

const signed = (eventId: string, occurredAt: number, said: Parameters<typeof aContract>[0] = {}): InputEvent =>
  aContract({ eventId, occurredAt, agreementId: eventId, ...said });

const ordered = (eventId: string, occurredAt: number, said: Parameters<typeof anOrder>[0] = {}): InputEvent =>
  anOrder({ eventId, occurredAt, orderId: eventId, ...said });

/** As entries, without the system. */
const entries = (stated: readonly StatedPreferences[]): [string, number, string][] =>
  stated.map(({ eventId, statedAt, preferences }) => [eventId, statedAt, preferences.join()]);

const wallet = { methodType: 'wallet', fingerprint: null } as const;

describe('the provenance of preferences', () => {
  it('is told by event, the latest first, with all that the event was the latest to state', () => {
    const billing = { format: 'itemized', cycle: 'monthly', media: 'email' };
    const contactMediums = [
      anEmail('ada@example.com', { preferred: true }),
      aPhone('+49 30 901820', { preferred: true }),
      anAddress('1 Main St', 'Berlin', { preferred: true }),
    ];
    const everything = signed('a', 1, { languages: ['de'], billing, contactMediums });
    const first = 'billingCycle,billingFormat,billingMedia,languages,preferredEmail,preferredPhone';
    expect(provenance(everything)).toEqual([
      {
        preferences: `${first},preferredPostalAddress`.split(','),
        sourceSystem: 'contracts',
        eventId: 'a',
        statedAt: 1,
      },
    ]);
    const later = signed('b', 3, { languages: ['en'], billing: { format: null, cycle: null, media: 'paper' } });
    const paid = ordered('c', 2, { paymentMethod: wallet, contactMediums: contactMediums.slice(0, 1) });
    expect(entries(provenance(later, paid, everything))).toEqual([
      ['b', 3, 'billingMedia,languages'],
      ['c', 2, 'paymentMethodType,preferredEmail'],
      ['a', 1, 'billingCycle,billingFormat,preferredPhone,preferredPostalAddress'],
    ]);
  });

  it('is that of the latest statement, and not of the latest to arrive', () => {
    const [early, late] = [signed('a', 1, { languages: ['de'] }), signed('b', 2, { languages: ['de'] })];
    expect(entries(provenance(late, early))).toEqual([['b', 2, 'languages']]);
    expect(entries(provenance(early, late))).toEqual([['b', 2, 'languages']]);
  });

  it('tells events of one time by their ids, and one id that was used twice by the system', () => {
    const said = [
      signed('b', 1, { languages: ['de'] }),
      signed('a', 1, { billing: { format: 'summary', cycle: null, media: null } }),
      ordered('a', 1, { paymentMethod: wallet }),
    ];
    const expected = [
      ['contracts', 'a', 'billingFormat'],
      ['orders', 'a', 'paymentMethodType'],
      ['contracts', 'b', 'languages'],
    ];
    for (const arrived of [said, said.toReversed()]) {
      const told = provenance(...arrived).map((each) => [each.sourceSystem, each.eventId, each.preferences.join()]);
      expect(told).toEqual(expected);
    }
  });

  it('of a preferred contact is who called it preferred last, whoever mentions it later', () => {
    const wish = ordered('a', 1, { contactMediums: [anEmail('a@example.com', { preferred: true })] });
    const again = ordered('b', 2, { contactMediums: [anEmail('a@example.com', { preferred: true })] });
    const mention = ordered('c', 3, { contactMediums: [anEmail('a@example.com')] });
    for (const arrived of [
      [again, mention, wish],
      [wish, mention, again],
    ]) {
      expect(entries(provenance(...arrived))).toEqual([['b', 2, 'preferredEmail']]);
    }
  });

  it('of a contact that nobody called preferred is missing, also where another one was wished for', () => {
    expect(provenance(ordered('a', 1, { contactMediums: [anEmail('a@example.com')] }))).toEqual([]);
    const verified = anEmail('a@example.com', { validation: 'verified' });
    const wished = anEmail('b@example.com', { preferred: true });
    expect(provenance(ordered('a', 1, { contactMediums: [verified, wished] }))).toEqual([]);
    const both = { ...verified, preferred: true };
    expect(entries(provenance(ordered('a', 1, { contactMediums: [both, wished] })))).toEqual([
      ['a', 1, 'preferredEmail'],
    ]);
  });

  it('of how the customer pays is the order that came about last', () => {
    const paid = ordered('a', 1, { paymentMethod: wallet, completionDate: 9 });
    const rejected = ordered('b', 10, { paymentMethod: wallet, state: 'rejected' });
    const silent = ordered('c', 11);
    expect(entries(provenance(paid, rejected, silent, ordered('d', 2, { paymentMethod: wallet })))).toEqual([
      ['a', 1, 'paymentMethodType'],
    ]);
  });
});

describe('a preference that is stated once more', () => {
  const contactMediums = [anEmail('ada@example.com', { preferred: true, validation: 'verified' })];
  const said = { languages: ['de'], billing: { format: 'summary', cycle: 'monthly', media: 'email' } };
  const before = factsOf([signed('a', 1, { ...said, contactMediums, consents: [aConsent()] })]);

  const changeOf = (again: InputEvent): { paths: string[]; told: string[] } => {
    const [known, now] = [customerOf(before, RULES), customerOf(merge(before, again), RULES)];
    const told = AUDIENCES.filter(({ view }) => JSON.stringify(view(known)) !== JSON.stringify(view(now)));
    return { paths: changedPaths(diff(known.profile, now.profile, [])), told: told.map(({ name }) => name) };
  };

  // The agreement is the same one in the same version, so that nothing else changes.
  const again = (eventId: string, occurredAt: number, more: Parameters<typeof aContract>[0] = {}): InputEvent =>
    signed(eventId, occurredAt, { ...said, ...more, agreementId: 'a', agreementVersion: 0 });

  it('changes its provenance, which no audience hears of', () => {
    expect(changeOf(again('b', 2))).toEqual({ paths: ['preferences.provenance'], told: [] });
  });

  it('as a contact also changes who validated it', () => {
    const { paths, told } = changeOf(again('b', 2, { contactMediums }));
    expect(paths).toEqual(['contactMediums', 'preferences.provenance']);
    expect(told).toEqual([]);
  });

  it('changes nothing when the statement is an older one', () => {
    expect(changeOf(again('b', 0))).toEqual({ paths: [], told: [] });
  });
});

it('is in docs/preferences.md as it is', () => {
  const text = readFileSync('docs/preferences.md', 'utf8');
  const [, shown = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
  const at = (day: string): number => Date.parse(`${day}T09:00:00Z`);
  const billing = { format: 'itemized', cycle: 'monthly', media: 'email' };
  const verified = anEmail('ada@example.com', { preferred: true, validation: 'verified' });
  const profile = profileOf(
    signed('c-1', at('2026-01-06'), {
      sourceSystem: 'contract-desk',
      ...{ languages: ['de', 'en'], billing, contactMediums: [verified, aPhone('+49 30 901820')] },
    }),
    ordered('o-1', at('2026-01-16'), {
      sourceSystem: 'web-shop',
      ...{ paymentMethod: wallet, contactMediums: [anEmail('countess@example.org', { preferred: true })] },
    }),
    signed('c-2', at('2026-02-05'), {
      sourceSystem: 'care-desk',
      billing: { format: null, cycle: null, media: 'paper' },
    }),
  );
  const { contactMediums, preferences } = profile;
  expect({ contactMediums, preferences }).toMatchObject(JSON.parse(shown) as object);
});
