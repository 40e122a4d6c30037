/** kill -9 at every named point. */
import { type Checkpoint, CHECKPOINTS } from '../../src/pipeline/checkpoints.ts';
import type { Fault } from '../helpers/fault.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario();
});
afterEach(() => scenario.close());

const OPENING: readonly Checkpoint[] = ['epoch-taken', 'fenced', 'epoch-confirmed', 'offsets-read'];

/** Once at each point of opening, at a later passing of each point of a batch, and again at those that leave traces. */
const FAULTS: readonly Fault[] = [
  ...CHECKPOINTS.map((at, index): Fault => ({ action: 'kill', at, pass: OPENING.includes(at) ? 1 : 3 + (index % 4) })),
  { action: 'kill', at: 'saved', pass: 1 },
  { action: 'kill', at: 'sent', pass: 1 },
  { action: 'kill', at: 'offsets-added', pass: 2 },
];

it('kill -9 at any point loses nothing, doubles nothing and breaks no chain', async () => {
  const traffic = scenario.traffic({ events: 100_000, rate: 150 });
  const waiting = [...FAULTS];

  /** A place in the group: whoever is killed there is replaced at once. */
  const place = async (): Promise<Checkpoint[]> => {
    const killedAt: Checkpoint[] = [];
    for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
      const member = scenario.member(fault);
      expect(await member.ended).toEqual({ code: null, signal: 'SIGKILL' });
      killedAt.push(fault.at);
    }
    await scenario.member().running();
    return killedAt;
  };
  const killedAt = (await Promise.all([place(), place(), place()])).flat();

  await traffic.stop();
  await scenario.drained();
  expect(new Set(killedAt)).toEqual(new Set(CHECKPOINTS));
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
}, 300_000);
