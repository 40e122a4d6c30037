import fc from 'fast-check';
import { type Candidate, planTasks } from '../../src/pipeline/assignor.ts';

const memberIds = (least = 1) =>
  fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: least, maxLength: 8 });
const taskCount = fc.nat({ max: 40 });
const garbage = fc.oneof(fc.nat({ max: 45 }), fc.integer(), fc.double(), fc.constantFrom(NaN, Infinity, -0, -1));

/** Members that claim anything at all. */
const candidates = memberIds().chain((ids) =>
  fc.tuple(
    ...ids.map((memberId) =>
      fc.record({ memberId: fc.constant(memberId), owned: fc.array(garbage, { maxLength: 50 }), fresh: fc.boolean() }),
    ),
  ),
);

const ascending = (tasks: readonly number[]): number[] => tasks.toSorted((a, b) => a - b);
const range = (count: number): number[] => Array.from({ length: count }, (_, task) => task);
const sizes = (plan: Map<string, number[]>): number[] => [...plan.values()].map((tasks) => tasks.length);

const newcomers = (ids: readonly string[]): Candidate[] =>
  ids.map((memberId) => ({ memberId, owned: [], fresh: false }));
const settled = (plan: Map<string, number[]>): Candidate[] =>
  [...plan].map(([memberId, owned]) => ({ memberId, owned, fresh: true }));

/** The tasks that are elsewhere than before. */
const moved = (before: Map<string, number[]>, after: Map<string, number[]>): number[] =>
  [...before].flatMap(([memberId, tasks]) => tasks.filter((task) => !after.get(memberId)?.includes(task)));

/** What a group must move at the very least: what its members hold beyond the largest fair shares. */
const unavoidable = (count: number, held: readonly number[]): number => {
  const least = Math.floor(count / held.length);
  const larger = held.filter((tasks) => tasks > least).length;
  const surplus = held.reduce((sum, tasks) => sum + Math.max(0, tasks - least), 0);
  return surplus - Math.min(larger, count % held.length);
};

describe('a plan of tasks', () => {
  it('gives every task to exactly one member, in balanced shares, whatever the members claim', () => {
    fc.assert(
      fc.property(taskCount, candidates, (count, members) => {
        const plan = planTasks(count, members);
        expect(new Set(plan.keys())).toEqual(new Set(members.map(({ memberId }) => memberId)));
        expect(ascending([...plan.values()].flat())).toEqual(range(count));
        expect(Math.max(...sizes(plan)) - Math.min(...sizes(plan))).toBeLessThanOrEqual(1);
        for (const tasks of plan.values()) expect(tasks).toEqual(ascending(tasks));
      }),
    );
  });

  it('does not depend on the order in which the members are listed', () => {
    const shuffled = candidates.chain((members) =>
      fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length })),
    );
    fc.assert(
      fc.property(taskCount, shuffled, (count, [members, others]) => {
        const asObject = (listed: readonly Candidate[]) => Object.fromEntries(planTasks(count, listed));
        expect(asObject(others)).toEqual(asObject(members));
      }),
    );
  });

  it('stays as it is while nobody joins or leaves', () => {
    fc.assert(
      fc.property(taskCount, memberIds(), (count, ids) => {
        const before = planTasks(count, newcomers(ids));
        expect(moved(before, planTasks(count, settled(before)))).toEqual([]);
      }),
    );
  });

  it('moves no more tasks than the newcomers must get', () => {
    fc.assert(
      fc.property(taskCount, memberIds(2), fc.nat(), (count, ids, at) => {
        const split = 1 + (at % (ids.length - 1));
        const before = planTasks(count, newcomers(ids.slice(0, split)));
        const joining = newcomers(ids.slice(split));
        const after = planTasks(count, [...settled(before), ...joining]);
        expect(moved(before, after)).toHaveLength(unavoidable(count, [...sizes(before), ...joining.map(() => 0)]));
      }),
    );
  });

  it('moves only the tasks of those who leave', () => {
    fc.assert(
      fc.property(taskCount, memberIds(2), fc.nat(), (count, ids, at) => {
        const before = planTasks(count, newcomers(ids));
        const leaving = ids.slice(0, 1 + (at % (ids.length - 1)));
        const staying = settled(before).filter(({ memberId }) => !leaving.includes(memberId));
        const after = planTasks(count, staying);
        const orphaned = leaving.flatMap((memberId) => before.get(memberId) ?? []);
        expect(ascending(moved(before, after))).toEqual(ascending(orphaned));
      }),
    );
  });

  it('moves as little as any balanced plan can, whatever disjoint shares the members hold', () => {
    const held = memberIds().chain((ids) =>
      fc.record({ ids: fc.constant(ids), holders: fc.array(fc.nat({ max: ids.length - 1 }), { maxLength: 40 }) }),
    );
    fc.assert(
      fc.property(held, ({ ids, holders }) => {
        const before = new Map(ids.map((id, index) => [id, range(holders.length).filter((t) => holders[t] === index)]));
        const after = planTasks(holders.length, settled(before));
        expect(moved(before, after)).toHaveLength(unavoidable(holders.length, sizes(before)));
      }),
    );
  });

  it('believes the present owner rather than a member that was kicked out and claims the same', () => {
    fc.assert(
      fc.property(taskCount, memberIds(2), (count, ids) => {
        const [kicked = '', ...owners] = ids;
        const before = planTasks(count, newcomers(owners));
        const stale = { memberId: kicked, owned: range(count), fresh: false };
        const after = planTasks(count, [stale, ...settled(before)]);
        expect(moved(before, after)).toHaveLength(unavoidable(count, [...sizes(before), 0]));
      }),
    );
  });
});
