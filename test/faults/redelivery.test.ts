/** Handlers that fail, and offsets that are gone. */
import { setTimeout } from 'node:timers/promises';
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import { withAdmin } from '../../src/adapters/kafka/admin.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ partitions: 1 });
});
afterEach(() => scenario.close());

it.each<Checkpoint>(['loaded', 'saved', 'sent', 'offsets-added', 'committed'])(
  'after a failure at %s in the middle of the stream, delivery goes on at the committed offset',
  async (at) => {
    const count = await scenario.traffic({ events: 1_500 }).published;
    const member = scenario.member({ action: 'throw', at, pass: 2 });
    await member.struck;
    await scenario.drained();
    expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });

    // A failure after the commit comes before the member tells of its batch.
    const told = () => member.eventsOf('batch').reduce((sum, batch) => sum + batch.consumed, 0);
    if (at === 'committed') expect(told()).toBeLessThan(count);
    else await until('the member has told of every record once', () => told() === count);
    expect(member.eventsOf('recovery')).toHaveLength(1);
    expect(member.eventsOf('incident')).toEqual([]);
  },
);

describe('when records were deleted beyond the committed offset', () => {
  const deleteBelow = (offset: number): Promise<void> =>
    withAdmin(scenario.kafka, 'deleting records', async (admin) => {
      const topic = scenario.inputs[0];
      // The client finds the leader only of topics that it has asked for before.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    });
  const end = async (): Promise<number> => (await scenario.records(scenario.inputs[0])).at(-1)?.offset ?? 0;

  it('a member that starts raises an incident and goes on from the start of the log', async () => {
    await scenario.traffic({ events: 200 }).published;
    const first = scenario.member();
    await scenario.drained();
    await first.stop();
    await scenario.traffic({ events: 200, seed: 2 }).published;
    await deleteBelow((await end()) - 20);

    const second = scenario.member();
    await scenario.drained();
    expect(second.eventsOf('incident')).toContainEqual({
      type: 'incident',
      kind: 'out-of-range',
      topic: scenario.inputs[0],
      partition: 0,
    });
  });

  it('a member at work raises an incident and goes on from the start of the log', async () => {
    await scenario.traffic({ events: 200 }).published;
    const member = scenario.member();
    await scenario.drained();
    member.signal('SIGSTOP');
    // The fetch that was waiting at the broker must come back empty.
    await setTimeout(1_000);
    await scenario.traffic({ events: 200, seed: 2 }).published;
    await deleteBelow((await end()) - 20);
    member.signal('SIGCONT');

    await until('it raises the incident', () =>
      member.eventsOf('incident').some(({ kind }) => kind === 'out-of-range'),
    );
    await scenario.drained();
  });
});
