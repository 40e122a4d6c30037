/** Of what retention and the archive have made of customers the judge finds nothing wrong while nothing is. */
import { retentionTraffic } from '../helpers/retention-traffic.ts';
import { play, type Playing } from '../helpers/traffic-world.ts';
import { meetingMore } from '../unit/verification/retention-world.ts';
import { judged, leftIn, SETTINGS } from './judge-evidence.ts';
import { RETENTION_SETTINGS, ruled } from './judge-retention-evidence.ts';

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
      const world = await meetingMore(aborted);
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
