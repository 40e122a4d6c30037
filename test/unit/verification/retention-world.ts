/** Customers of whom retention has decided all that it can, and what a correct system leaves of them. */
import type { InputEvent } from '../../../src/domain/events.ts';
import { aConsent, anItem, anOrder, aParty, aRequest, aRetention } from '../../helpers/domain.ts';
import { day, TERMS } from '../../helpers/terms.ts';
import { eventWorld, type World } from '../../helpers/traffic-world.ts';

export const NOW = '2025-06-15';

const buys = (customerId: string, at: string) =>
  anOrder({
    ...{ customerId, eventId: `${customerId}-buys-${at}`, orderId: `${customerId}-buys-${at}`, occurredAt: day(at) },
    ...{ items: [anItem({ productId: 'tv' })], party: aParty({ givenName: 'Ada' }), deviceFingerprint: 'device' },
  });
const returns = (customerId: string, at: string) =>
  anOrder({
    ...{ customerId, eventId: `${customerId}-returns-${at}`, orderId: `${customerId}-returns-${at}` },
    ...{ occurredAt: day(at), items: [anItem({ productId: 'tv', action: 'delete' })] },
  });
const cancels = (customerId: string, at: string) =>
  anOrder({
    ...{ customerId, eventId: `${customerId}-cancels`, orderId: `${customerId}-cancels`, state: 'cancelled' },
    occurredAt: day(at),
  });
const agrees = (customerId: string) =>
  aRequest({
    ...{ customerId, kind: 'consentChanged', eventId: `${customerId}-agrees`, occurredAt: day('2001-01-01') },
    consents: [aConsent({ purpose: 'archiving', decidedAt: day('2001-01-01') })],
  });
const isHeld = (customerId: string) =>
  aRequest({
    ...{ customerId, kind: 'legalHold', caseReference: 'case', eventId: `${customerId}-hold` },
    occurredAt: day('2024-01-01'),
  });

export const decides = (customerId: string, at = NOW, terms = TERMS): InputEvent =>
  aRetention(terms, { customerId, eventId: `${customerId}-retention-${at}`, occurredAt: day(at) });

const ended = (id: string): InputEvent[] => [buys(id, '2000-01-01'), returns(id, '2001-01-01')];
const oldOrder = (id: string): InputEvent[] => [cancels(id, '2010-01-01'), buys(id, '2011-01-01')];

/** Is refused. */
const broken = (customerId: string) => anOrder({ customerId, eventId: `${customerId}-broken`, orderId: '' });

/** By what becomes of them. */
const LIVES: readonly InputEvent[][] = [
  [...ended('gone'), broken('gone'), decides('gone'), buys('gone', '2000-01-01')],
  [...ended('away'), agrees('away'), decides('away')],
  [...ended('back'), agrees('back'), decides('back'), buys('back', '2025-07-01')],
  [...ended('purged'), agrees('purged'), decides('purged', '2012-01-01'), decides('purged')],
  [buys('less', '2014-01-01'), returns('less', '2022-01-01'), decides('less')],
  [buys('later', '2010-01-01'), returns('later', '2012-01-01'), decides('later', '2018-01-01'), decides('later')],
  [...ended('held'), isHeld('held'), decides('held')],
  [...oldOrder('cut'), decides('cut')],
  [...oldOrder('filed'), agrees('filed'), decides('filed'), decides('filed', '2025-06-16')],
  [buys('stays', '2020-01-01'), decides('stays'), buys('stays', '2025-07-01')],
];

export const retentionWorld = (): Promise<World> =>
  eventWorld(LIVES.flat(), { batch: 1, linkKeys: ['a key of links, and no secret'] });

/**
 * A command that meets more once its batch is read again, because this transaction is aborted: the first time it moves the customer to the
 * archive, from where the order brings her back; and then there is a product, for which she stays.
 */
export const meetingMore = (aborted: number): Promise<World> => {
  const customerId = 'met';
  const said = { customerId, occurredAt: day('2010-01-01') };
  const consents = [aConsent({ purpose: 'archiving', decidedAt: said.occurredAt })];
  return eventWorld(
    [
      anOrder({ ...said, eventId: 'cancels', orderId: 'cancels', state: 'cancelled' }),
      aRequest({ ...said, kind: 'consentChanged', eventId: 'agrees', consents }),
      decides(customerId),
      anOrder({ ...said, eventId: 'buys', orderId: 'buys', items: [anItem({ productId: 'tv' })] }),
    ],
    { batch: 2, aborts: (attempt) => attempt === aborted },
  );
};
