/** A graceful stop under load. */
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const SESSION_TIMEOUT_MS = 6_000;

let scenario: Scenario;
beforeEach(async () => {
  scenario = await createScenario();
});
afterEach(() => scenario.close());

it('SIGTERM under load ends the process within seconds, and others own its partitions at once', async () => {
  const traffic = scenario.traffic({ events: 100_000, rate: 150 });
  const leaving = await scenario.run();
  await leaving.is('ready');
  const staying = scenario.member();
  await staying.running();
  await until('they share the work', () => staying.partitions().length === 3);

  const startedAt = performance.now();
  leaving.signal('SIGTERM');
  expect(await leaving.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  await until('the other owns everything', () => staying.partitions().length === 6);
  await staying.running();
  expect(performance.now() - startedAt).toBeLessThan(SESSION_TIMEOUT_MS);

  await traffic.stop();
  await scenario.drained();
  expect(staying.eventsOf('recovery')).toEqual([]);
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
}, 180_000);
