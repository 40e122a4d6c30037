import { derive } from '../../../src/domain/derive.ts';
import type { Facts } from '../../../src/domain/facts.ts';
import type { ContactMedium } from '../../../src/domain/generated/ContractSigned.ts';
import type { ProfileContactMedium } from '../../../src/domain/generated/CustomerUpdated.ts';
import { anAddress, anEmail, anOrder, aPhone, factsOf, profileOf } from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

const seen = (medium: ContactMedium, occurredAt = 1000): ReturnType<typeof anOrder> =>
  anOrder({ eventId: `event-${occurredAt}`, orderId: `order-${occurredAt}`, occurredAt, contactMediums: [medium] });

const media = (...inputs: ReturnType<typeof anOrder>[]): ProfileContactMedium[] => profileOf(...inputs).contactMediums;

describe('contact media', () => {
  it.each([
    ['an e-mail address', [anEmail('ada@example.com'), anEmail(' ADA@Example.com ')], 'email:ada@example.com'],
    [
      'a phone number',
      [
        aPhone('030 90 18 20', { countryCode: 'de' }),
        aPhone('+49 30 901820'),
        aPhone('+49-(0)30-901820'),
        aPhone('- +49 30 901820'),
      ],
      'phone:+4930901820',
    ],
    [
      'a postal address',
      [anAddress('1 Main St', 'Berlin'), anAddress(' 1  MAIN st', 'berlin')],
      'postalAddress:de|10115|1 main st||berlin',
    ],
  ])('come together however %s is written', (_, written, id) => {
    const orders = written.map((medium, i) => seen(medium, i));
    expect(media(...orders)).toMatchObject([{ id, validation: 'unverified', preferred: true }]);
    expect(media(...orders.toReversed())).toMatchObject([{ id }]);
  });

  it('of an impossible form are kept as received and invalid, unless a source has verified them', () => {
    expect(media(seen(aPhone('12  345')))).toMatchObject([{ phoneNumber: '12 345', validation: 'invalid' }]);
    expect(media(seen(anEmail('nobody')))).toMatchObject([{ emailAddress: 'nobody', validation: 'invalid' }]);
    expect(media(seen(anEmail('nobody', { validation: 'verified' })))).toMatchObject([{ validation: 'verified' }]);
  });

  it('that are verified stay so whatever is not a statement; a later statement counts', () => {
    const verified = seen(anEmail('a@example.com', { validation: 'verified' }), 1);
    const unverified = seen(anEmail('a@example.com', { validation: 'unverified' }), 2);
    const unknown = seen(anEmail('a@example.com', { validation: 'unknown' }), 3);
    const bounced = seen(anEmail('a@example.com', { validation: 'invalid' }), 4);
    expect(media(verified, unverified, unknown)).toMatchObject([{ validation: 'verified', lastSeenAt: 3 }]);
    expect(media(bounced, verified)).toMatchObject([{ validation: 'invalid' }]);
  });

  it('stay as they were verified, however a source that did not verify them writes them later', () => {
    const address = (street1: string, stateOrProvince: string, said: Partial<ContactMedium>): ContactMedium => {
      const medium = anAddress(street1, 'Berlin', said);
      return { ...medium, address: medium.address && { ...medium.address, stateOrProvince } };
    };
    const verified = seen(address('1 Main St', 'BE', { validation: 'verified', validTo: 9000 }), 1);
    const mentioned = seen(address('1 MAIN ST', 'XX', { validation: 'unverified' }), 2);
    const bounced = seen(address('1 main st', 'YY', { validation: 'invalid' }), 3);
    const corrected = seen(address('1 Main st', 'B', { validation: 'verified' }), 4);
    const shown = (...inputs: ReturnType<typeof anOrder>[]): unknown[] =>
      media(...inputs).map(({ address, validTo, lastSeenAt }) => [address?.stateOrProvince, validTo, lastSeenAt]);
    expect(shown(mentioned, verified)).toEqual([['BE', 9000, 2]]);
    expect(shown(verified, mentioned, bounced)).toEqual([['BE', 9000, 3]]);
    expect(shown(corrected, verified, mentioned)).toEqual([['B', null, 4]]);
    expect(shown(seen(address('1 Main St', 'ZZ', {}), 1), mentioned)).toEqual([['XX', null, 2]]);
  });

  it('that are unverified never displace a verified one from being preferred', () => {
    const verified = seen(anEmail('z@example.com', { validation: 'verified' }), 1);
    const wanted = seen(anEmail('a@example.com', { preferred: true }), 2);
    const preferred = media(verified, wanted).filter((medium) => medium.preferred);
    expect(preferred).toMatchObject([{ id: 'email:z@example.com' }]);
  });

  it('of equal validation are preferred by the latest wish, then the latest sight, then the key', () => {
    const first = (...inputs: ReturnType<typeof anOrder>[]): string | undefined => media(...inputs)[0]?.id;
    const [a, b] = [seen(anEmail('a@example.com'), 1), seen(anEmail('b@example.com'), 2)];
    expect(first(a, b)).toBe('email:b@example.com');
    expect(first(seen(anEmail('a@example.com', { preferred: true }), 0), b)).toBe('email:a@example.com');
    const wishes = [1, 2].map((at) => seen(anEmail(`${at}@example.com`, { preferred: true }), at));
    expect(first(...wishes, seen(anEmail('1@example.com'), 9))).toBe('email:2@example.com');
    const both = anOrder({ contactMediums: [anEmail('b@example.com'), anEmail('a@example.com')] });
    expect(first(both)).toBe('email:a@example.com');
  });

  it('remember when they were first seen, at the epoch too', () => {
    const events = [5, 0, 7].map((at) => seen(anEmail('a@example.com', { preferred: true }), at));
    expect(factsOf(events).contactMediums['email:a@example.com']).toMatchObject({
      firstSeenAt: 0,
      preferred: { at: 7, by: 'event-7', value: true },
    });
    expect(factsOf(events.toReversed())).toEqual(factsOf(events));
  });

  it('say which statement validated them, and not which mentioned them', () => {
    const verified = seen(anEmail('a@example.com', { validation: 'verified' }), 1);
    const mentioned = seen(anEmail('a@example.com', { validation: 'unverified' }), 2);
    const bounced = seen(anEmail('a@example.com', { validation: 'invalid' }), 3);
    const by = (at: number): object => ({ sourceSystem: 'orders', eventId: `event-${at}`, statedAt: at });
    expect(media(mentioned, verified)).toMatchObject([{ validation: 'verified', validatedBy: by(1), lastSeenAt: 2 }]);
    expect(media(bounced, mentioned, verified)).toMatchObject([{ validation: 'invalid', validatedBy: by(3) }]);
    expect(media(mentioned, seen(aPhone('12  345')))).toMatchObject([
      { validation: 'unverified', validatedBy: null },
      { validation: 'invalid', validatedBy: null },
    ]);
  });

  it('stored before it was kept who called them preferred are preferred by the time alone', () => {
    const { contactMediums, ...facts } = factsOf([
      seen(anEmail('a@example.com'), 1),
      seen(anEmail('b@example.com'), 2),
    ]);
    const before = Object.entries(contactMediums).map(([id, medium]) =>
      id.includes(':a@') ? [id, { ...medium, preferredAt: 1 }] : [id, medium],
    );
    const stored = { ...facts, contactMediums: Object.fromEntries(before) as typeof contactMediums };
    const preferredOf = (from: Facts): unknown => {
      const {
        contactMediums: [first],
        preferences,
      } = derive(from, RULES);
      return [first?.id, preferences.provenance];
    };
    expect(preferredOf(stored)).toEqual(['email:a@example.com', []]);
    const wish = (address: string, at: number): Facts =>
      factsOf([seen(anEmail(address, { preferred: true }), at)], stored);
    const stated = (at: number): unknown => [
      { preferences: ['preferredEmail'], sourceSystem: 'orders', eventId: `event-${at}`, statedAt: at },
    ];
    expect(preferredOf(wish('b@example.com', 0))).toEqual(['email:a@example.com', []]);
    expect(preferredOf(wish('b@example.com', 2))).toEqual(['email:b@example.com', stated(2)]);
    expect(preferredOf(wish('a@example.com', 1))).toEqual(['email:a@example.com', stated(1)]);
  });

  it('of a type that a newer writer has invented say nothing', () => {
    expect(media(seen({ ...anEmail('a@example.com'), mediumType: 'unknown' }))).toEqual([]);
  });
});
