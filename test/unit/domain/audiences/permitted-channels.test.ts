import { permittedChannels } from '../../../../src/domain/audiences/permitted-channels.ts';
import type { Consent } from '../../../../src/domain/generated/ContractSigned.ts';
import { aConsent, aContract, anOrder, factsOf } from '../../../helpers/domain.ts';

const permitted = (...consents: Consent[]): ReturnType<typeof permittedChannels> =>
  permittedChannels(factsOf([aContract({ occurredAt: 3, consents })]));

const names = (...consents: Consent[]): string[] => permitted(...consents).map(({ channel }) => channel);

const granted = (channel: Consent['channel'], decidedAt: number, said: Partial<Consent> = {}): Consent =>
  aConsent({ channel, decidedAt, ...said });
const refused = (channel: Consent['channel'], decidedAt: number): Consent =>
  aConsent({ channel, decidedAt, granted: false });

const REST = ['email', 'phone', 'post', 'push'];

describe('the channels permitted for marketing', () => {
  it('are none without a consent to marketing', () => {
    expect(permitted()).toEqual([]);
    expect(permitted(granted('email', 1, { purpose: 'profiling' }), granted('any', 1, { purpose: 'unknown' }))).toEqual(
      [],
    );
    expect(permitted(granted('unknown', 1))).toEqual([]);
    expect(permitted(refused('any', 1), refused('sms', 1))).toEqual([]);
  });

  it('are those granted, by name and with their ends', () => {
    expect(permitted(granted('sms', 1), granted('email', 2, { validTo: 9 }), refused('push', 1))).toEqual([
      { channel: 'email', validTo: 9 },
      { channel: 'sms', validTo: null },
    ]);
  });

  it('are any alone while it holds for every channel', () => {
    expect(permitted(granted('any', 1, { validTo: 9 }))).toEqual([{ channel: 'any', validTo: 9 }]);
    expect(permitted(granted('any', 1), granted('email', 2))).toEqual([{ channel: 'any', validTo: null }]);
  });

  it('are the others by name when any is granted but one is refused later', () => {
    expect(names(granted('any', 1), refused('sms', 2))).toEqual(REST);
  });

  it('leave out a channel that is refused along with granting any', () => {
    expect(names(granted('any', 1), refused('sms', 1))).toEqual(REST);
    expect(names(refused('sms', 1), granted('any', 1))).toEqual(REST);
  });

  it('are any again once it is granted after the refusal of one', () => {
    expect(names(refused('sms', 1), granted('any', 2))).toEqual(['any']);
  });

  it('are none after any is refused, but for a channel granted at the same time or later', () => {
    expect(names(granted('email', 1), refused('any', 2))).toEqual([]);
    expect(names(granted('email', 2), refused('any', 2))).toEqual(['email']);
    expect(names(granted('email', 3), refused('any', 2))).toEqual(['email']);
  });

  it('are listed each with its own end when a later consent to one ends differently from any', () => {
    expect(permitted(granted('any', 1, { validTo: 9 }), granted('email', 2, { validTo: 7 }))).toEqual([
      { channel: 'email', validTo: 7 },
      ...['phone', 'post', 'push', 'sms'].map((channel) => ({ channel, validTo: 9 })),
    ]);
  });

  it('lose a channel whose own later consent has ended, although any goes on', () => {
    expect(names(granted('any', 1), granted('sms', 2, { validTo: 2 }))).toEqual(REST);
  });

  it('are not brought back by an earlier decision when the latest has ended', () => {
    expect(names(granted('email', 1), granted('any', 2, { validTo: 2 }))).toEqual([]);
  });

  it('end at their validTo, as soon as anything is known to have happened by then', () => {
    const consent = aContract({ occurredAt: 1, consents: [granted('email', 1, { validTo: 1000 })] });
    const channelsAfter = (occurredAt: number): number =>
      permittedChannels(factsOf([consent, anOrder({ occurredAt, state: 'failed' })])).length;
    expect(channelsAfter(999)).toBe(1);
    expect(channelsAfter(1000)).toBe(0);
    expect(channelsAfter(1001)).toBe(0);
  });
});
