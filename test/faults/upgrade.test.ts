/** The latest release and this one in one group. */
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { TASKS } from '../../src/adapters/mongodb/epochs.ts';
import { FORMAT } from '../../src/pipeline/format.ts';
import { releasedMain } from '../helpers/released.ts';
import type { RunProcess } from '../helpers/run-process.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const PRESENT = 'src/main.ts';
const RELEASED = releasedMain();

let scenario: Scenario;
afterEach(() => scenario.close());

const valueOf = async (member: RunProcess, series: string): Promise<number> => {
  const line = (await member.metrics()).split('\n').find((each) => each.startsWith(`customer_profile_${series} `));
  return Number(line?.split(' ').at(-1) ?? 0);
};

/** Every member has tasks, and they change profiles. */
const allAtWork = (members: readonly RunProcess[]): Promise<void> =>
  until('every member is at work', async () => {
    const before = await Promise.all(members.map((member) => valueOf(member, 'events_applied_total')));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const after = await Promise.all(members.map((member) => valueOf(member, 'events_applied_total')));
    return after.every((count, at) => count > (before[at] ?? 0));
  });

it('a rolling upgrade, a crash in the middle of it, and the way back lose nothing and double nothing', async () => {
  // Small enough that orders move out of documents all the time.
  scenario = await createScenario({ env: { LINK_KEY: 'the key that links are named by', PROFILE_ORDERS: '4' } });
  const members = [await scenario.run(RELEASED), await scenario.run(RELEASED)];
  const traffic = scenario.traffic({ events: 1_000_000, rate: 150, requestRatio: 0.05, eraseRatio: 0.02 });
  await allAtWork(members);

  const roll = async (main: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const leaving = members.shift();
    leaving?.signal(signal);
    const { code } = (await leaving?.ended) ?? {};
    expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
    members.push(await scenario.run(main));
    await allAtWork(members);
  };
  await roll(PRESENT);
  await roll(RELEASED, 'SIGKILL');
  await roll(PRESENT);
  await roll(PRESENT);
  await roll(RELEASED);
  await roll(PRESENT);

  await traffic.stop();
  await scenario.drained();
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
}, 240_000);

it('a release leaves alone what a newer one has had, says so, and goes on with the rest', async () => {
  scenario = await createScenario({ partitions: 2 });
  const { env, group } = scenario;
  const mongo = await connectMongo({ uri: String(env['MONGODB_URI']), database: String(env['MONGODB_DATABASE']) });
  try {
    const tasks = mongo.db.collection<{ _id: string; epoch: number; format: number }>(TASKS);
    await tasks.insertOne({ _id: `${group}:0`, epoch: 7, format: FORMAT + 1 });
    const member = await scenario.run(RELEASED);
    await until('it says what it waits for', async () => {
      const { body } = await member.probe('/readyz');
      return body.reasons?.includes('RELEASE_OUTDATED') === true;
    });
    scenario.traffic({ events: 200 });
    await until('it does the rest', async () => (await valueOf(member, 'events_applied_total')) > 50);
    expect(await tasks.findOne({ _id: `${group}:0` })).toEqual({ _id: `${group}:0`, epoch: 7, format: FORMAT + 1 });
    expect((await scenario.offsets.read(0))[scenario.inputs[0]] ?? 0).toBe(0);
  } finally {
    await mongo.close();
  }
});
