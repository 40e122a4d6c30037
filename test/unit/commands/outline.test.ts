import { outline } from '../../../src/commands/outline.ts';
import { aContract, anEmail, anOrder, profileOf } from '../../helpers/domain.ts';

describe('a profile, readable', () => {
  it('tells of each preference and each validated contact who said so, with which event, when', () => {
    const { contactMediums, preferences } = profileOf(
      aContract({
        languages: ['de', 'en'],
        contactMediums: [anEmail('ada@example.com', { preferred: true, validation: 'verified' })],
      }),
      anOrder({ occurredAt: 86_400_000, paymentMethod: { methodType: 'wallet', fingerprint: null } }),
    );
    expect(outline({ contactMediums, preferences })).toEqual([
      'contactMediums:',
      '  - id: email:ada@example.com',
      '    mediumType: email',
      '    emailAddress: ada@example.com',
      '    preferred: true',
      '    validation: verified',
      '    lastSeenAt: 1970-01-01 00:00:01Z',
      '    validatedBy: contracts, 1970-01-01 00:00:01Z, event event-2',
      'preferences:',
      '  languages: de, en',
      '  paymentMethodType: wallet',
      '  provenance:',
      '    - preferences: paymentMethodType',
      '      sourceSystem: orders',
      '      eventId: event-1',
      '      statedAt: 1970-01-02 00:00:00Z',
      '    - preferences: languages, preferredEmail',
      '      sourceSystem: contracts',
      '      eventId: event-2',
      '      statedAt: 1970-01-01 00:00:01Z',
    ]);
  });

  it('takes no system or event for a command to the terminal', () => {
    const validatedBy = { sourceSystem: 'a\u001b[2J', eventId: 'b\u0007', statedAt: 0 };
    expect(outline({ validatedBy })).toEqual(['validatedBy: a\ufffd[2J, 1970-01-01 00:00:00Z, event b\ufffd']);
  });
});
