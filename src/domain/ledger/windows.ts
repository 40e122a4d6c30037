/** How long before the latest order others still matter for how fast a customer orders. */
import type { VelocityWindow } from '../generated/FraudProfileUpdated.ts';
import type { Placed } from './placements.ts';

/** Orders that a profile names one by one. */
export const RECENT = 5;

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** From the shortest; ms. */
export const WINDOWS: readonly (readonly [window: VelocityWindow, length: number])[] = [
  ['PT1H', HOUR],
  ['PT24H', DAY],
  ['P7D', 7 * DAY],
  ['P30D', 30 * DAY],
];

/** When the longest begins, ms. `placed`: the latest first. */
export const longestWindow = ([latest]: readonly Placed[]): number =>
  (latest?.orderDate ?? 0) - Math.max(...WINDOWS.map(([, length]) => length));
