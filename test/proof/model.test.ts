/** The model of the task protocol, within small bounds: clean as written, and broken without any one of its guards. */
import { exploreAll, SMALL_WORLDS } from '../../proof/model/campaigns.ts';
import { explore } from '../../proof/model/explore.ts';
import { ERASURES, logsOf, ONE_EACH, THREE_FIELDS, TWO_FIELDS } from '../../proof/model/logs.ts';
import { MUTANTS, SPARE } from '../../proof/model/mutants.ts';
import { GUARDS, without, WRITTEN } from '../../proof/model/rules.ts';
import type { Logs, World } from '../../proof/model/world.ts';

const violationOf = (worlds: readonly World[], rules = WRITTEN): string | null =>
  exploreAll(worlds, rules).counterexample?.violation ?? null;

describe('the protocol as written', () => {
  it.each(SMALL_WORLDS)('is clean: $name', (world) => {
    expect(violationOf([world])).toBeNull();
  });

  it('is taken, saved and published in every world, or being clean would mean nothing', () => {
    const idle = SMALL_WORLDS.filter(
      (world) => violationOf([world], without('publishWhenRedelivered', 'saveBeforePublish')) === null,
    );

    expect(idle).toEqual([]);
  });
});

describe('the protocol without a guard', () => {
  it.each(MUTANTS)('is caught, $name', ({ guard, world }) => {
    expect(violationOf([world], without(guard))).not.toBeNull();
  });

  it('is caught in a world where the rules as written are clean', () => {
    expect(MUTANTS.filter(({ world }) => !SMALL_WORLDS.includes(world))).toEqual([]);
  });

  it.each(SPARE)('makes no difference to the model, $name', ({ guard }) => {
    expect(violationOf(SMALL_WORLDS, without(guard))).toBeNull();
  });

  it('is caught or known to make no difference, for every guard', () => {
    const listed = [...MUTANTS, ...SPARE].map(({ guard }) => guard);

    expect(listed.toSorted()).toEqual(Object.keys(GUARDS).toSorted());
  });
});

describe('a counterexample', () => {
  it('is a shortest one, in the words of the checkpoints, and keeps apart who did what', () => {
    const world = { name: 'two members', logs: ONE_EACH, members: 2, takes: 2 };

    const { counterexample } = exploreAll([world], without('kafkaFence'));

    expect(counterexample?.violation).toBe('AGAIN: version 1 after version 1');
    expect(counterexample?.trace).toEqual([
      'member 1 epoch-confirmed epoch 1',
      'member 2 epoch-confirmed epoch 2',
      'member 1 offsets-read    A 0, B 0',
      'member 2 offsets-read    A 0, B 0',
      'member 1 merged          A up to 1 into nothing: to save version 1 (marker A0, previous 0, epoch 1)',
      'member 1 saved           version 1 (marker A0, previous 0, epoch 1)',
      'member 2 merged          A up to 1 into version 1 (marker A0, previous 0, epoch 1): to claim for epoch 2',
      'member 1 committed       A to 1, publishes version 1 after 0, paths 1',
      'member 2 saved           version 1 (marker A0, previous 0, epoch 2)',
      'member 2 committed       A to 1, publishes version 1 after 0, paths 1',
    ]);
  });

  it('is not taken for missing when there are more states than can be known', () => {
    const world = { name: 'too large', logs: ONE_EACH, members: 2, takes: 2 };

    expect(() => explore(world, WRITTEN, ONE_EACH[0] ?? [], 100)).toThrow('more than 100 states: too large');
  });
});

describe('the bounds', () => {
  const world = { name: 'out of bounds', logs: ONE_EACH, members: 2, takes: 2 };
  const event = { field: 0, at: 1 };

  it.each<[string, World, Logs]>([
    ['takes', { ...world, takes: 15 }, [[event], []]],
    ['failovers', { ...world, failovers: 4 }, [[event], []]],
    ['records', world, [[event, event, event, event, event], []]],
    ['topics', world, [[event], [], []]],
    ['fields', world, [[{ field: 4, at: 1 }], []]],
    ['registers', world, [[{ field: 0, at: 4 }], []]],
  ])('are told, or states that differ would be taken for one: %s', (_, outside, logs) => {
    expect(() => explore(outside, WRITTEN, logs)).toThrow('more than the keys of states tell apart: out of bounds');
  });

  it('of lanes are one process', () => {
    expect(() => explore(world, without('mutex'), ONE_EACH[0] ?? [])).toThrow('lanes are modelled in a single process');
  });
});

/** As many states as the first model of the protocol, which was written in Python, has within the same bounds. */
describe('the number of states', () => {
  const two = { members: 2, takes: 3 };
  const A0 = { topic: 0, offset: 0 };
  const A1 = { topic: 0, offset: 1 };
  const B0 = { topic: 1, offset: 0 };
  const bounds: [what: string, logs: readonly Logs[], bounds: Omit<World, 'name' | 'logs'>, states: number][] = [
    ['two topics, left alone', logsOf(1, 1, THREE_FIELDS), { ...two, finishes: true }, 14_618],
    ['one topic', logsOf(2, 0, THREE_FIELDS), two, 10_221],
    ['three members', logsOf(1, 1, TWO_FIELDS), { members: 3, takes: 3 }, 31_640],
    ['a task taken in steps', logsOf(1, 1, TWO_FIELDS), { ...two, takenInSteps: true }, 38_514],
    ['a failover', logsOf(2, 0, THREE_FIELDS), { members: 2, takes: 2, failovers: 1 }, 3_384],
    ['a cache', logsOf(2, 0, TWO_FIELDS), { ...two, cache: true }, 10_729],
    ['a refused record', logsOf(2, 1, TWO_FIELDS), { members: 1, takes: 3, refused: [A1] }, 19_194],
    ['disputed records', ONE_EACH, { ...two, disputed: [A0, B0] }, 9_920],
    ['an erasure', ERASURES, { members: 2, takes: 2, erasure: B0 }, 8_182],
    ['rewound offsets', logsOf(1, 1, TWO_FIELDS), { members: 2, takes: 2, rewinds: 1 }, 3_974],
  ];

  it.each(bounds)('is the same, %s', (name, logs, world, expected) => {
    // The first model merges again after a conflict.
    const { states, counterexample } = exploreAll([{ name, logs, ...world }], without('conflictRecovers'));

    expect(counterexample).toBeNull();
    expect(states).toBe(expected);
  });
});
