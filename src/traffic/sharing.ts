/** What customers have in common: most nothing, some a household, and a few are accounts of one ring. */
import { createRandom, type Random } from './random.ts';

export interface Shared {
  /** Those of one number live together. */
  readonly household: number | null;
  /** Those of one number order from one device and pay with one instrument. */
  readonly ring: number | null;
}

const HOUSEHOLD = 4;
const HOUSEHOLDS = 0.2;

/** Of so many customers every tenth is in the ring: more than anybody is told of. */
const NEIGHBOURHOOD = 250;
const EVERY = 10;

/** Set these choices apart from those of customers, who are numbered from 0. */
const HOMES = -1;
const RINGS = -2;
const ORDERS = -3;

export const sharedBy = (seed: number, customer: number): Shared => {
  const household = Math.floor(customer / HOUSEHOLD);
  const ring = Math.floor(customer / NEIGHBOURHOOD);
  const isHome = homeOf(seed, household).chance(HOUSEHOLDS);
  const isInRing = createRandom(seed, RINGS, ring).int(0, EVERY - 1) === customer % EVERY;
  return { household: isHome ? household : null, ring: isInRing ? ring : null };
};

/** The choices of a household, from the first. */
export const homeOf = (seed: number, household: number): Random => createRandom(seed, HOMES, household);

/** Of one order, whether it is made with what others have as well. */
export const sharingOf = (seed: number, customer: number, order: number): Random =>
  createRandom(seed, ORDERS, customer, order);

const OFTEN = 0.6;

/** The instrument of an order; `own` more often than not, unless it is used for the accounts of a ring. */
export const instrumentOf = ({ household, ring }: Shared, own: string, random: Random): string => {
  if (ring !== null && random.chance(OFTEN)) return `pm-ring-${ring}`;
  return household !== null && !random.chance(OFTEN) ? `pm-home-${household}` : own;
};

/** The same of its device. */
export const deviceOf = ({ household, ring }: Shared, own: string, random: Random): string => {
  if (ring !== null && random.chance(OFTEN)) return `dev-ring-${ring}`;
  return household !== null && !random.chance(OFTEN) ? `dev-home-${household}` : own;
};
