/** Inputs that are keyed by something else, judged: the judge sends on as the product does, by code of its own. */
import fc from 'fast-check';
import { createPlacement } from '../../src/adapters/kafka/placement.ts';
import { generateTraffic } from '../../src/traffic/index.ts';
import { partitionOf } from '../../proof/judge/murmur2.ts';
import { trafficWorld } from '../helpers/traffic-world.ts';
import { judged, leftIn, SETTINGS } from './judge-evidence.ts';

it('places every key as the client does', () => {
  const places = [1, 6, 12, 100].map((partitions) => [partitions, createPlacement(partitions)] as const);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.uuid()), (key) => {
      for (const [partitions, place] of places) expect(partitionOf(key, partitions)).toBe(place(key));
    }),
    { numRuns: 2_000 },
  );
});

it('places keys as Kafka does: values of its own tests', () => {
  // https://github.com/apache/kafka/blob/4.1.0/clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java
  const hashes: [key: string, hash: number][] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ];
  for (const [key, hash] of hashes) expect(partitionOf(key, 1_000_003)).toBe((hash & 0x7fffffff) % 1_000_003);
});

it.each([
  ['orders', ['order-finalized']],
  ['orders and contracts', ['order-finalized', 'contract-signed']],
])('agrees with what a correct system makes of traffic whose %s are keyed otherwise', async (_, rekeyed) => {
  const traffic = { seed: 7, customers: 40, events: 600, brokenRatio: 0.06, duplicateRatio: 0.1, lateRatio: 0.1 };
  const aborts = (attempt: number): boolean => attempt % 5 === 2;
  const left = leftIn(await trafficWorld(traffic, { rekeyed, aborts, batch: 9 }));
  const judgement = await judged(left, { ...SETTINGS, rekeyed });
  expect(judgement.violations).toEqual([]);
  const { totals } = judgement;
  expect(totals.inputs).toBe(600);
  expect(totals.sentOn).toBeGreaterThan(rekeyed.length * 80);
  expect(totals.applied + totals.refused).toBe(600);
  // A key that is missing or another one is no reason any more.
  const broken = [...generateTraffic(traffic)].filter(({ expected }) => expected !== 'applied');
  expect(totals.refused).toBeLessThan(broken.length);
});
