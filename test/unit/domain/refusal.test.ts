import type { InputEvent } from '../../../src/domain/events.ts';
import { judge, type Refusal } from '../../../src/domain/refusal.ts';
import { aConsent, aContract, anAddress, anEmail, anItem, anOrder, aParty, aPhone } from '../../helpers/domain.ts';

const arrival = { key: 'customer-1', recordTimestamp: 1000, futureToleranceMs: 500 };
const verdict = (input: InputEvent): Refusal | null => judge(input, arrival);
const price = (currency: string, minorUnits: number): { currency: string; minorUnits: number } => ({
  currency,
  minorUnits,
});
const assessed = { identification: null, creditProfile: null };

describe('judgement', () => {
  it('accepts what can be applied', () => {
    const everything = { party: aParty({ birthDate: '1990-02-28' }), contactMediums: [anEmail('a@b.example')] };
    expect(verdict(anOrder({ ...everything, items: [anItem({ recurringPrice: price('EUR', -5) })] }))).toBeNull();
    expect(verdict(aContract({ ...everything, consents: [aConsent()], languages: ['de'] }))).toBeNull();
  });

  it('asks for the key first, and for the right one', () => {
    expect(judge(anOrder(), { ...arrival, key: null })?.reason).toBe('missing-key');
    expect(judge(anOrder(), { ...arrival, key: '' })?.reason).toBe('missing-key');
    expect(judge(anOrder(), { ...arrival, key: 'b' })).toMatchObject({ reason: 'key-mismatch', field: 'customerId' });
  });

  it.each<[field: string, input: InputEvent]>([
    ['eventId', anOrder({ eventId: '' })],
    ['orderId', anOrder({ orderId: 'x'.repeat(257) })],
    ['orderId', anOrder({ orderId: 'a\u0000b' })],
    ['occurredAt', anOrder({ occurredAt: Date.UTC(1899, 11, 31) })],
    ['orderVersion', anOrder({ orderVersion: -1 })],
    ['orderTotalPrice.minorUnits', anOrder({ orderTotalPrice: price('EUR', 2 ** 53) })],
    ['items[1].recurringPrice.currency', anOrder({ items: [anItem(), anItem({ recurringPrice: price('eur', 1) })] })],
    ['items[0].quantity', anOrder({ items: [anItem({ quantity: -1 })] })],
    ['items[0].characteristics', anOrder({ items: [anItem({ characteristics: { $ref: 'x' } })] })],
    ['items[0].characteristics', anOrder({ items: [anItem({ characteristics: { '': 'x' } })] })],
    ['items', anOrder({ items: Array.from({ length: 1001 }, () => anItem()) })],
    ['party.birthDate', anOrder({ party: aParty({ birthDate: '1990-02-30' }) })],
    ['party.givenName', anOrder({ party: aParty({ givenName: 'x'.repeat(4097) }) })],
    ['contactMediums', anOrder({ contactMediums: Array.from({ length: 101 }, () => anEmail('a@b.example')) })],
    ['contactMediums[0].emailAddress', anOrder({ contactMediums: [anEmail(' ')] })],
    ['contactMediums[0].phoneNumber', anOrder({ contactMediums: [aPhone('1', { phoneNumber: null })] })],
    ['contactMediums[0].address', anOrder({ contactMediums: [anAddress('x', 'y', { address: null })] })],
    ['consents', aContract({ consents: Array.from({ length: 101 }, () => aConsent()) })],
    ['signedAt', aContract({ signedAt: Number.NaN })],
    ['noticeDays', aContract({ noticeDays: -1 })],
  ])('refuses an invalid value and names the field %s, never the value', (field, input) => {
    const refusal = verdict(input);
    expect(refusal).toMatchObject({ kind: 'refusal', reason: 'invalid-value', field });
    expect(refusal?.detail).toMatch(/^(an entry )?must /);
  });

  it.each<[field: string, said: Parameters<typeof aContract>[0]]>([
    ['occurredAt', { occurredAt: 1501 }],
    ['consents[0].decidedAt', { consents: [aConsent({ decidedAt: 1501 })] }],
    ['creditProfile.checkedAt', { creditProfile: { score: 1, riskRating: null, checkedAt: 1501, validTo: null } }],
  ])('refuses a statement dated after its record, beyond the tolerance, at %s', (field, said) => {
    expect(verdict(aContract({ ...assessed, ...said }))).toMatchObject({ reason: 'from-the-future', field });
    expect(judge(aContract({ ...assessed, ...said }), { ...arrival, recordTimestamp: 1001 })).toBeNull();
  });

  it('asks of a statement about a link for the link as its key', () => {
    const envelope = { eventId: 'x', occurredAt: 1000, sourceSystem: 'group', customerId: 'c', correlationId: null };
    const said = { ...envelope, link: 'phone:x', linked: true, version: 1, partition: 0, told: false };
    const of = (key: string) => judge({ type: 'CustomerLink', event: said }, { ...arrival, key });
    expect(of('phone:x')).toBeNull();
    expect(of('c')).toMatchObject({ reason: 'key-mismatch', field: 'link' });
  });

  it('has no clock for what tasks say to each other: of a member that is slow, all would be from the future', () => {
    const envelope = { eventId: 'x', occurredAt: 1501, sourceSystem: 'group', customerId: 'c', correlationId: null };
    const parameters = { link: 'phone:x', version: '1' };
    const command = { ...envelope, kind: 'linkCounted' as const, reason: null, parameters };
    const said = { ...envelope, link: 'phone:x', linked: true, version: 1, partition: 0, told: false };
    expect(judge({ type: 'ProfileCommand', event: command }, { ...arrival, key: 'c' })).toBeNull();
    expect(judge({ type: 'CustomerLink', event: said }, { ...arrival, key: 'phone:x' })).toBeNull();
  });

  it('keeps contacts of impossible form, and symbols of newer writers', () => {
    expect(verdict(anOrder({ contactMediums: [anEmail('nobody'), aPhone('x')] }))).toBeNull();
    expect(verdict(anOrder({ state: 'unknown', items: [anItem({ action: 'unknown' })] }))).toBeNull();
    expect(verdict(anOrder({ contactMediums: [{ ...anEmail('x'), mediumType: 'unknown' }] }))).toBeNull();
  });
});
