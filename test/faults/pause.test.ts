/** A paused owner that wakes after its partition moved. */
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario({ partitions: 2 });
});
afterEach(() => scenario.close());

it.each<Checkpoint>(['merged', 'saved', 'sent'])(
  'an owner stopped at %s changes and publishes nothing when it wakes, and lives on',
  async (at) => {
    const traffic = scenario.traffic({ events: 100_000, rate: 100 });
    const [owner, successor] = [scenario.member(), scenario.member()];
    await Promise.all([owner.running(), successor.running()]);
    await until('each has its share', () => owner.partitions().length === 1 && successor.partitions().length === 1);

    const partition = await owner.break({ action: 'stop', at, pass: 3 });
    await until('the partition moves', () => successor.partitions().includes(partition));
    const count = successor.eventsOf('batch').length;
    await until('the successor works on it', () =>
      successor
        .eventsOf('batch')
        .slice(count)
        .some((batch) => batch.partition === partition),
    );

    const before = owner.events.length;
    owner.signal('SIGCONT');
    const since = () => owner.events.slice(before);
    const joined = () => since().findIndex((event) => event.type === 'assigned' && event.partitions.length > 0);
    await until('it joins again', () => joined() >= 0);
    expect(since().slice(0, joined())).not.toContainEqual(expect.objectContaining({ type: 'batch' }));
    await until('it works again', () => since().some(({ type }) => type === 'batch'));
    // It has not fenced its successor either.
    expect(successor.eventsOf('recovery')).toEqual([]);

    await traffic.stop();
    await scenario.drained();
    expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
  },
  180_000,
);
