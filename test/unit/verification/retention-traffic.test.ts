/** Verification agrees with what a correct system makes of traffic in which retention asks again and again. */
import { verify } from '../../../src/verification/index.ts';
import { retentionTraffic } from '../../helpers/retention-traffic.ts';
import { play, type Playing } from '../../helpers/traffic-world.ts';
import { meetingMore } from './retention-world.ts';
import { audiencesOf, sourcesOf } from './sources.ts';

it.each<[what: string, seed: number, playing: Playing]>([
  ['as it is', 1, {}],
  ['in batches of one', 2, { batch: 1 }],
  ['in which things are shared', 3, { linkKeys: ['a key of links, and no secret'], batch: 5 }],
  ['in transactions that are aborted now and then', 4, { aborts: (attempt) => attempt % 4 === 1, batch: 7 }],
])('agrees with what a correct system makes of traffic %s', async (_, seed, playing) => {
  const left = await play(retentionTraffic(seed), playing);
  const report = await verify({ ...sourcesOf(left), audiences: audiencesOf(left) });
  expect(report.violations).toEqual([]);
  const decided = (outcome: string): number => left.decisions.filter((each) => each.outcome === outcome).length;
  expect([decided('erased') > 10, decided('archived') > 10]).toEqual([true, true]);
});

it.each([1, 2, 3, 4])(
  'agrees where a command meets more once its batch is read again: transaction %d',
  async (aborted) => {
    const left = await meetingMore(aborted);
    const report = await verify({ ...sourcesOf(left), audiences: audiencesOf(left) });
    expect(report.violations).toEqual([]);
  },
);
