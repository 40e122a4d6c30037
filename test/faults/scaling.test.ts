/** Members come and go under load. */
import type { Member } from '../helpers/member.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const PARTITIONS = 8;
const SESSION_TIMEOUT_MS = 6_000;

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ partitions: PARTITIONS });
});
afterEach(() => scenario.close());

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Waits until the members share all partitions as evenly as they can. */
const balanced = (members: readonly Member[]): Promise<void> =>
  until('the partitions are shared evenly', async () => {
    const shares = members.map((member) => member.partitions());
    const sizes = shares.map(({ length }) => length);
    const all = shares.flat().sort((a, b) => a - b);
    if (all.join() !== range(PARTITIONS).join() || Math.max(...sizes) - Math.min(...sizes) > 1) return false;
    await Promise.all(members.map((member) => member.running()));
    return true;
  });

const opened = (member: Member): number =>
  member.eventsOf('task-state').filter(({ state }) => state === 'opening').length;

it('a member that joins or leaves under load moves only the tasks that must move', async () => {
  const traffic = scenario.traffic({ events: 100_000, rate: 150 });
  const members = [scenario.member()];
  await balanced(members);

  for (const share of [4, 2, 2]) {
    const before = members.map((member) => ({ member, had: member.partitions(), opened: opened(member) }));
    const joining = scenario.member();
    members.push(joining);
    await balanced(members);
    expect(joining.partitions()).toHaveLength(share);
    for (const { member, had, opened: count } of before) {
      expect(had).toEqual(expect.arrayContaining([...member.partitions()]));
      expect(opened(member)).toBe(count);
    }
  }

  while (members.length > 1) {
    const leaving = members.shift();
    const before = members.map((member) => ({ member, had: member.partitions(), opened: opened(member) }));
    const startedAt = performance.now();
    expect(await leaving?.stop()).toEqual({ code: 0, signal: null });
    await balanced(members);
    expect(performance.now() - startedAt).toBeLessThan(SESSION_TIMEOUT_MS);
    for (const { member, had, opened: count } of before) {
      expect(member.partitions()).toEqual(expect.arrayContaining([...had]));
      expect(opened(member) - count).toBe(member.partitions().length - had.length);
    }
  }

  await traffic.stop();
  await scenario.drained();
  for (const member of members) expect(member.eventsOf('recovery')).toEqual([]);
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
}, 180_000);
