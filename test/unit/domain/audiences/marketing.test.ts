import { marketing } from '../../../../src/domain/audiences/marketing.ts';
import type { Consent } from '../../../../src/domain/generated/ContractSigned.ts';
import { aConsent, aContract, anAddress, anEmail, anItem, anOrder, aParty, aPhone } from '../../../helpers/domain.ts';
import { customerOf, DAY } from './customer.ts';

type Inputs = Parameters<typeof customerOf>;

const viewOf = (...inputs: Inputs): ReturnType<typeof marketing.view> => marketing.view(customerOf(...inputs));

/** Of a customer who has granted the channels. */
const viewWith = (channels: readonly Consent['channel'][], ...inputs: Inputs): ReturnType<typeof marketing.view> =>
  viewOf(aContract({ eventId: 'consent', consents: channels.map((channel) => aConsent({ channel })) }), ...inputs);

describe('the marketing view', () => {
  it('is null without consent, whatever else is known', () => {
    const order = anOrder({ items: [anItem()], party: aParty({ givenName: 'Ada' }) });
    expect(viewOf(order)).toBeNull();
    expect(viewOf(order, aContract({ consents: [aConsent({ purpose: 'profiling' })] }))).toBeNull();
    expect(viewOf(order, aContract({ consents: [aConsent({ granted: false })] }))).toBeNull();
  });

  it('becomes null when a later event shows that the last consent has ended', () => {
    const consent = aContract({ consents: [aConsent({ validTo: 5000 })] });
    expect(viewOf(consent, anOrder({ occurredAt: 4999 }))).not.toBeNull();
    expect(viewOf(consent, anOrder({ occurredAt: 5000 }))).toBeNull();
  });

  it('of a consent alone is complete and empty but for the channel', () => {
    expect(viewOf(aContract({ consents: [aConsent()] }))).toEqual({
      party: null,
      languages: [],
      channels: [{ channel: 'any', validTo: null }],
      contactMediums: [],
      segments: [],
      holdings: [],
      agreements: [
        {
          agreementId: 'agreement-1',
          agreementType: 'subscription',
          endDate: null,
          noticeDate: null,
          autoRenews: false,
        },
      ],
    });
  });

  it('knows by what to address the customer, and nothing else of the party', () => {
    const party = aParty({
      title: 'Dr',
      givenName: 'Ada',
      middleName: 'B',
      familyName: 'King',
      birthDate: '1990-01-01',
      organizationId: 'HRB 1',
    });
    expect(viewWith(['any'], anOrder({ party }))?.party).toEqual({
      partyType: 'individual',
      title: 'Dr',
      givenName: 'Ada',
      familyName: 'King',
      organizationName: null,
    });
  });

  it('has no party when only what it may not know of it is known', () => {
    const party = aParty({ partyType: 'unknown', birthDate: '1990-01-01' });
    expect(viewWith(['any'], anOrder({ party }))?.party).toBeNull();
    expect(viewWith(['any'], anOrder({ party: aParty() }))?.party?.partyType).toBe('individual');
  });

  it('keeps the languages in the order wanted', () => {
    expect(viewWith(['any'], aContract({ occurredAt: 2000, languages: ['en', 'de'] }))?.languages).toEqual([
      'en',
      'de',
    ]);
  });

  it.each([
    { channels: ['email'], reached: ['email'] },
    { channels: ['phone'], reached: ['phone'] },
    { channels: ['sms'], reached: ['phone'] },
    { channels: ['post'], reached: ['postalAddress'] },
    { channels: ['push'], reached: [] },
    { channels: ['post', 'sms'], reached: ['phone', 'postalAddress'] },
    { channels: ['any'], reached: ['email', 'phone', 'postalAddress'] },
  ] as const)('names only contacts that $channels reach', ({ channels, reached }) => {
    const contactMediums = [anEmail('a@example.com'), aPhone('+4930901820'), anAddress('1 Main St', 'Berlin')];
    const view = viewWith(channels, anOrder({ contactMediums }));
    expect(view?.contactMediums.map(({ mediumType }) => mediumType)).toEqual(reached);
  });

  it('names no phone when sms and phone are refused although any is granted', () => {
    const consents = [
      aConsent(),
      aConsent({ channel: 'sms', granted: false }),
      aConsent({ channel: 'phone', granted: false }),
    ];
    const contactMediums = [aPhone('+4930901820'), anEmail('a@example.com')];
    expect(viewOf(aContract({ consents, contactMediums }))?.contactMediums).toEqual([
      {
        mediumType: 'email',
        emailAddress: 'a@example.com',
        phoneNumber: null,
        address: null,
        preferred: true,
        validation: 'unverified',
      },
    ]);
  });

  it('names contacts in the order of the profile and leaves out those known to be invalid', () => {
    const contactMediums = [
      anEmail('b@example.com'),
      anEmail('nobody'),
      anEmail('c@example.com', { validation: 'invalid' }),
      anEmail('a@example.com', { validation: 'verified' }),
    ];
    const view = viewWith(['email'], anOrder({ contactMediums }));
    expect(view?.contactMediums.map(({ emailAddress, preferred }) => [emailAddress, preferred])).toEqual([
      ['a@example.com', true],
      ['b@example.com', false],
    ]);
  });

  it('holds active products only', () => {
    const items = [
      anItem({ productId: 'b', offeringId: 'gold', offeringName: 'Gold', category: 'tv', quantity: 2, startDate: 5 }),
      anItem({ productId: 'c' }),
      anItem({ productId: 'a' }),
    ];
    const ended = anOrder({
      orderId: 'o2',
      occurredAt: 2000,
      items: [anItem({ productId: 'c', action: 'delete' })],
    });
    const nothing = { offeringId: null, offeringName: null, category: null, quantity: 1, startDate: null };
    expect(viewWith(['any'], anOrder({ items }), ended)?.holdings).toEqual([
      { ...nothing, productId: 'a' },
      { productId: 'b', offeringId: 'gold', offeringName: 'Gold', category: 'tv', quantity: 2, startDate: 5 },
    ]);
  });

  it('knows when agreements end and until when notice can be given', () => {
    const period = { startDateTime: 0, endDateTime: 100 * DAY };
    const signed = aContract({ consents: [aConsent()], autoRenews: true, noticeDays: 30, period });
    expect(viewOf(signed)?.agreements).toMatchObject([{ endDate: 100 * DAY, noticeDate: 70 * DAY, autoRenews: true }]);
  });
});
