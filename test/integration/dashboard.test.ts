/** The dashboard and the alerts ask a real Prometheus, which has read real members under load, and get answers. */
import { findPrometheus, NO_PROMETHEUS } from '../../scripts/prometheus.ts';
import { queries } from '../helpers/dashboard.ts';
import { type PrometheusServer, startPrometheus } from '../helpers/prometheus.ts';
import { createScenario, type Scenario, type Traffic } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const found = await findPrometheus();
const ALL_READ = 'count_over_time(customer_profile_build_info[1m]) > 1';
const described = found === null ? describe.skip : describe;

described(`over members at work${found === null ? ` (${NO_PROMETHEUS})` : ''}`, () => {
  let scenario: Scenario;
  let prometheus: PrometheusServer;
  let traffic: Traffic;

  beforeAll(async () => {
    scenario = await createScenario({ env: { CACHE_MAX_BYTES: '1048576' } });
    const members = [await scenario.run(), await scenario.run()];
    for (const member of members) await member.is('ready');
    prometheus = await startPrometheus(
      found?.prometheus ?? '',
      members.map(({ port }) => port),
    );
    traffic = scenario.traffic({ seed: 7, customers: 50, events: 100_000, rate: 200, brokenRatio: 0.05 });
    await until('both have been read', async () => (await prometheus.query(ALL_READ)).length === members.length);
    // Tasks move to a third one, and back; the others are told of it, and keep theirs.
    const third = await scenario.run();
    await third.is('ready');
    await third.stop();
  });

  afterAll(async () => {
    await traffic.stop();
    await prometheus.stop();
    await scenario.close();
  });

  it.each(queries)('Prometheus answers %s', async (query) => {
    const asked = query.replaceAll('$__rate_interval', '10s').replaceAll('$job', '.*');
    await until('the answer is a number', async () => (await prometheus.query(asked)).some(Number.isFinite), 30_000);
  });

  it('finds every alert well formed, and nothing to alarm anybody about', async () => {
    const rules = await prometheus.rules();
    expect(rules.length).toBeGreaterThan(6);
    await until('all of them have been evaluated', async () =>
      (await prometheus.rules()).every(({ health }) => health === 'ok'),
    );
    expect((await prometheus.rules()).filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual([]);
  });
});
