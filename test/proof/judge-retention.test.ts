/** Of what retention and the archive have made of customers the judge finds nothing wrong while nothing is. */
import { aConsent, anItem, anOrder, aRequest } from '../helpers/domain.ts';
import { retentionTraffic } from '../helpers/retention-traffic.ts';
import { eventWorld, play, type Playing } from '../helpers/traffic-world.ts';
import { decides } from '../unit/verification/retention-world.ts';
import { judged, leftIn, SETTINGS } from './judge-evidence.ts';
import { RETENTION_SETTINGS, ruled } from './judge-retention-evidence.ts';

const day = (text: string): number => Date.parse(text);

describe('of retention the judge', () => {
  it('finds nothing wrong with customers of whom all was decided that can be', async () => {
    const { violations, totals } = await judged(await ruled(), RETENTION_SETTINGS);
    expect(violations).toEqual([]);
    expect(totals).toMatchObject({
      decided: { held: 1, minimised: 2, archived: 3, 'archived entries': 1, erased: 3, 'erased entries': 1, kept: 2 },
      archived: 2,
    });
  });

  it.each([1, 2, 3, 4])(
    'finds nothing wrong where a command meets more once its batch is read again: transaction %d is aborted',
    async (aborted) => {
      const customerId = 'met';
      const said = { customerId, occurredAt: day('2010-01-01') };
      const world = await eventWorld(
        [
          anOrder({ ...said, eventId: 'cancels', orderId: 'cancels', state: 'cancelled' }),
          aRequest({
            ...{ ...said, kind: 'consentChanged', eventId: 'agrees' },
            consents: [aConsent({ purpose: 'archiving', decidedAt: said.occurredAt })],
          }),
          // The first time it moves the customer to the archive, from where the order brings her back; and then there is a product.
          decides(customerId),
          anOrder({ ...said, eventId: 'buys', orderId: 'buys', items: [anItem({ productId: 'tv' })] }),
        ],
        { batch: 2, aborts: (attempt) => attempt === aborted },
      );
      expect((await judged(leftIn(world), RETENTION_SETTINGS)).violations).toEqual([]);
    },
  );

  it.each<[what: string, seed: number, playing: Playing]>([
    ['as it is', 1, {}],
    ['in batches of one', 2, { batch: 1 }],
    ['in which things are shared', 3, { linkKeys: ['a key of links, and no secret'], batch: 5 }],
    ['in which who comes back shares less', 16, { linkKeys: ['a key of links, and no secret'], batch: 8 }],
    ['in which older orders have moved', 11, { room: { most: 2, hot: 1, chunk: 1 }, batch: 3 }],
    ['in transactions that are aborted now and then', 4, { aborts: (attempt) => attempt % 4 === 1, batch: 7 }],
  ])('finds nothing wrong with traffic in which retention asks again and again, %s', async (_, seed, playing) => {
    const left = leftIn(await play(retentionTraffic(seed), playing));
    const { violations, totals } = await judged(left, { ...SETTINGS, linkKeys: playing.linkKeys ?? [] });
    expect(violations).toEqual([]);
    const decided = (outcome: string): number =>
      (totals.decided[outcome] ?? 0) + (totals.decided[`${outcome} entries`] ?? 0);
    expect([decided('erased') > 10, decided('archived') > 10]).toEqual([true, true]);
  });
});
