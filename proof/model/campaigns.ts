/** The worlds in which the protocol is explored: small ones for every test run, large ones for the long form. */
import { explore, type Exploration } from './explore.ts';
import { ERASURES, logsOf, ONE_EACH, THREE_FIELDS, TWO_AND_ONE, TWO_FIELDS } from './logs.ts';
import type { Rules } from './rules.ts';
import type { World } from './world.ts';

const A0 = { topic: 0, offset: 0 };
const A1 = { topic: 0, offset: 1 };
const B0 = { topic: 1, offset: 0 };

const small = {
  twoTopics: { name: 'two topics', logs: logsOf(1, 1, TWO_FIELDS), members: 2, takes: 3 },
  oneTopic: { name: 'one topic', logs: logsOf(2, 0, TWO_FIELDS), members: 2, takes: 3 },
  threeEvents: { name: 'three events', logs: TWO_AND_ONE, members: 2, takes: 3 },
  threeMembers: { name: 'three members', logs: ONE_EACH, members: 3, takes: 3 },
  leftAlone: { name: 'left alone', logs: logsOf(1, 1, TWO_FIELDS), members: 2, takes: 2, finishes: true },
  takenInSteps: { name: 'taken in steps', logs: ONE_EACH, members: 2, takes: 3, takenInSteps: true },
  failover: { name: 'a failover', logs: logsOf(2, 0, TWO_FIELDS), members: 2, takes: 2, failovers: 1 },
  oneMember: { name: 'one member', logs: logsOf(1, 1, THREE_FIELDS), members: 1, takes: 3 },
  cache: { name: 'a cache', logs: ONE_EACH, members: 2, takes: 3, cache: true, finishes: true },
  refused: { name: 'a refused record', logs: TWO_AND_ONE, members: 2, takes: 3, refused: [A1] },
  disputed: { name: 'disputed records', logs: ONE_EACH, members: 2, takes: 3, disputed: [A0, B0] },
  erasure: { name: 'an erasure', logs: ERASURES, members: 2, takes: 2, erasure: B0 },
  rebalance: { name: 'a rebalance', logs: ONE_EACH, members: 2, takes: 6, takenInSteps: true, rebalances: 1 },
  rewound: { name: 'rewound offsets', logs: ONE_EACH, members: 2, takes: 3, rewinds: 1 },
  skipped: { name: 'skipped offsets', logs: TWO_AND_ONE, members: 1, takes: 3, skips: 1 },
} as const satisfies Record<string, World>;

/** By name: each mutant is caught in one of them. */
export const SMALL: Readonly<Record<keyof typeof small, World>> = small;

/** Seconds in all. */
export const SMALL_WORLDS: readonly World[] = Object.values(SMALL);

const two = { members: 2, takes: 3 };

/** Minutes in all. */
export const LARGE_WORLDS: readonly World[] = [
  { name: 'A1 B1, two members', logs: logsOf(1, 1, THREE_FIELDS), ...two, finishes: true },
  { name: 'A2, two members', logs: logsOf(2, 0, THREE_FIELDS), ...two },
  { name: 'A2 B2, one member', logs: logsOf(2, 2, THREE_FIELDS), members: 1, takes: 3 },
  { name: 'A2 B2, two members', logs: logsOf(2, 2, TWO_FIELDS), ...two },
  { name: 'A3 B1, two members', logs: logsOf(3, 1, TWO_FIELDS), ...two, finishes: true },
  { name: 'A2 B1, four takes', logs: logsOf(2, 1, TWO_FIELDS), members: 2, takes: 4 },
  { name: 'A2 B1, three members', logs: logsOf(2, 1, TWO_FIELDS), members: 3, takes: 3 },
  { name: 'A1 B1, three members', logs: logsOf(1, 1, THREE_FIELDS), members: 3, takes: 4, finishes: true },
  { name: 'A2 B1, taken in steps', logs: logsOf(2, 1, TWO_FIELDS), ...two, takenInSteps: true },
  {
    name: 'A1 B1, three members, taken in steps',
    logs: logsOf(1, 1, TWO_FIELDS),
    members: 3,
    takes: 4,
    takenInSteps: true,
    finishes: true,
  },
  { name: 'A2, a failover', logs: logsOf(2, 0, THREE_FIELDS), members: 2, takes: 2, failovers: 1 },
  { name: 'A2 B1, a failover', logs: logsOf(2, 1, TWO_FIELDS), ...two, failovers: 1 },
  { name: 'A2 B1, a cache', logs: logsOf(2, 1, TWO_FIELDS), ...two, cache: true, finishes: true },
  { name: 'A2 B1, A1 refused', logs: logsOf(2, 1, TWO_FIELDS), ...two, refused: [A1] },
  { name: 'A2 B1, A0 and A1 disputed', logs: logsOf(2, 1, TWO_FIELDS), members: 1, takes: 4, disputed: [A0, A1] },
  { name: 'A2, A0 and A1 disputed', logs: logsOf(2, 0, TWO_FIELDS), ...two, disputed: [A0, A1] },
  { name: 'A1 B1, A0 and B0 disputed', logs: logsOf(1, 1, TWO_FIELDS), ...two, disputed: [A0, B0] },
  { name: 'A2 B1, an erasure', logs: ERASURES, ...two, erasure: B0, finishes: true },
  { name: 'A2 B1, rewound offsets', logs: logsOf(2, 1, TWO_FIELDS), ...two, rewinds: 1 },
  { name: 'A2 B1, skipped offsets', logs: logsOf(2, 1, TWO_FIELDS), members: 1, takes: 3, skips: 1 },
  {
    name: 'A1 B1, taken in steps, a cache, a failover',
    logs: logsOf(1, 1, TWO_FIELDS),
    ...two,
    takenInSteps: true,
    cache: true,
    failovers: 1,
  },
  { name: 'A1 B1, two rebalances', logs: ONE_EACH, members: 2, takes: 7, takenInSteps: true, rebalances: 2 },
];

/** Explores one world and one pair of logs after the other, up to the first counterexample. */
export const exploreAll = (worlds: readonly World[], rules: Rules): Exploration => {
  let states = 0;
  for (const world of worlds) {
    for (const logs of world.logs) {
      const explored = explore(world, rules, logs);
      states += explored.states;
      if (explored.counterexample !== null) return { states, counterexample: explored.counterexample };
    }
  }
  return { states, counterexample: null };
};
