/** What may have happened in one way or another around an erasure: the judge finds nothing wrong with either. */
import { BROKEN, erased, ERASURE_SETTINGS, HELD, LATE } from './judge-erasure-evidence.ts';
import { header, letter } from './judge-erasure-tamperings.ts';
import { judged, type Left, leftIn, SETTINGS } from './judge-evidence.ts';
import { trafficWorld } from '../helpers/traffic-world.ts';

describe('of an erasure the judge', () => {
  it('tells who was erased, and what was refused', async () => {
    const { totals } = await judged(await erased(), ERASURE_SETTINGS);
    expect(totals).toMatchObject({
      ...{ inputs: 12, applied: 9, refused: 3, customers: 4, documents: 3, erased: 2, versions: 9 },
      refusedByReason: { 'before-erasure': 1, 'legal-hold': 1, undecodable: 1 },
    });
  });

  it.each<[what: string, change: (left: Left) => Left]>([
    ['what is too late came before the request', letter(LATE, () => null)],
    ['what was broken came before the request, and was swept', letter(BROKEN, () => null)],
    ['a letter was moved', letter(HELD, (each) => ({ ...header('dlq-first-offset', '0')(each), offset: 5 }))],
  ])('allows that %s', async (_, change) => {
    expect((await judged(change(await erased()), ERASURE_SETTINGS)).violations).toEqual([]);
  });

  const KEYS = { link: 'what is shared is compared under it', churn: 'churn models know nobody by the id' };

  it.each([1, 4])(
    'finds nothing wrong with traffic in which many are, share things and come back, seed %i',
    async (seed) => {
      const world = await trafficWorld(
        { seed, customers: 40, events: 600, lateRatio: 0.1, requestRatio: 0.05, eraseRatio: 0.03 },
        { linkKeys: [KEYS.link], churnKey: () => KEYS.churn },
      );
      const settings = { ...SETTINGS, linkKeys: [KEYS.link], churnKeys: [KEYS.churn] };
      const { violations, totals } = await judged(leftIn(world), settings);
      expect(violations).toEqual([]);
      expect([totals.erased > 5, world.stubs.length > 0]).toEqual([true, true]);
    },
  );
});
