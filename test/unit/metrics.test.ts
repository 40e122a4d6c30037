/** What Prometheus reads of a member. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createMetrics } from '../../src/operations/metrics.ts';
import { aBatch } from '../helpers/batch-event.ts';

/** Value by series, those of ours. */
const told = async ({ text }: ReturnType<typeof createMetrics>): Promise<Record<string, number>> => {
  const series = (await text()).matchAll(/^customer_profile_(\S+) (\S+)$/gm);
  return Object.fromEntries(Array.from(series, ([, name, value]) => [String(name), Number(value)]));
};

const owning = (partition: number) => {
  const metrics = createMetrics('1.2.3');
  metrics.observe({ type: 'assigned', partitions: [partition] });
  metrics.observe({ type: 'task-state', partition, state: 'opening' });
  metrics.observe({ type: 'task-state', partition, state: 'running' });
  return metrics;
};

it('say what batches have done', async () => {
  const metrics = owning(0);
  const did = { consumed: 5, applied: 2, unchanged: 2, stale: 1, published: 2, erased: 1, routed: 1 };
  metrics.observe(
    aBatch({
      ...{ ...did, refused: { undecodable: 2 }, decided: { archived: 3 }, stages: { save: 20 } },
      ...{ sent: { 'customer-updated': 2, letters: 1 }, cached: { hits: 3, misses: 1 }, cacheBytes: 4_096 },
      sentAt: { oldest: Date.now() - 20_000, latest: {} },
    }),
  );
  metrics.observe(aBatch({ sent: { letters: 4 }, cacheBytes: 1_024 }));
  expect(await told(metrics)).toMatchObject({
    ...{ records_consumed_total: 5, events_applied_total: 2, events_unchanged_total: 2, events_stale_total: 1 },
    ...{ versions_published_total: 2, customers_erased_total: 1, events_routed_total: 1 },
    'records_refused_total{reason="undecodable"}': 2,
    'retention_decisions_total{outcome="archived"}': 3,
    'records_published_total{topic="customer-updated"}': 2,
    'records_published_total{topic="letters"}': 5,
    'batch_stage_seconds_sum{stage="save"}': 0.02,
    ...{ cache_hits_total: 3, cache_misses_total: 1, cache_bytes: 1_024 },
    ...{ 'event_age_seconds_bucket{le="10"}': 0, 'event_age_seconds_bucket{le="30"}': 1 },
  });
});

it('say how far each topic partition of the own tasks is behind, in records and in seconds', async () => {
  const metrics = owning(0);
  const now = Date.now();
  metrics.observe(aBatch({ sentAt: { oldest: now - 9_000, latest: { orders: now - 3_000, contracts: now - 5_000 } } }));
  metrics.observe(aBatch({ sentAt: { oldest: now - 9_000, latest: { orders: now - 2_000 } } }));
  const waiting = (contracts: number) => [
    { topic: 'orders', partition: 0, records: 7 },
    { topic: 'contracts', partition: 0, records: contracts },
    { topic: 'new', partition: 0, records: 1 },
    { topic: 'orders', partition: 1, records: 9 },
  ];
  metrics.lagging(waiting(1));
  const behind = await told(metrics);
  expect(behind).toMatchObject({
    'lag_records{topic="orders",partition="0"}': 7,
    'lag_records{topic="contracts",partition="0"}': 1,
    'lag_records{topic="new",partition="0"}': 1,
  });
  expect(behind['lag_seconds{topic="orders",partition="0"}']).toBeCloseTo(2, 0);
  expect(behind['lag_seconds{topic="contracts",partition="0"}']).toBeCloseTo(5, 0);
  expect(Object.keys(behind).filter((name) => name.includes('partition="1"'))).toEqual([]);
  expect(behind).not.toHaveProperty('lag_seconds{topic="new",partition="0"}');

  metrics.lagging(waiting(0));
  expect(await told(metrics)).toMatchObject({ 'lag_seconds{topic="contracts",partition="0"}': 0 });
  metrics.observe({ type: 'task-state', partition: 0, state: 'closed' });
  metrics.lagging(waiting(0));
  expect(Object.keys(await told(metrics)).filter((name) => name.startsWith('lag_'))).toEqual([]);
});

it('say what tasks wait for, why they recover, and what a rebalance costs those that stay and those that move', async () => {
  const metrics = owning(0);
  metrics.observe({ type: 'recovery', partition: 0, cause: 'FENCED' });
  metrics.observe({ type: 'task-state', partition: 0, state: 'waiting', reason: 'MONGODB_UNAVAILABLE' });
  metrics.observe({ type: 'incident', kind: 'out-of-range', topic: 'orders', partition: 0 });
  metrics.observe({ type: 'swept', partition: 0, letters: 3, erased: 2, moved: 0, ms: 1 });
  // The first generation took nothing from anybody.
  expect(await told(metrics)).toMatchObject({ rebalances_total: 1, rebalance_pause_seconds_count: 0 });
  metrics.observe({ type: 'rebalancing' });
  metrics.observe({ type: 'rebalancing' });
  await pause(20);
  metrics.observe({ type: 'assigned', partitions: [0] });
  const last = (await told(metrics))['last_rebalance_seconds{tasks="stayed"}'];
  expect(last).toBeGreaterThan(0.01);
  expect(last).toBeLessThan(10);
  metrics.observe({ type: 'rebalancing' });
  metrics.observe({ type: 'unassigned' });
  metrics.observe({ type: 'assigned', partitions: [0] });
  expect(await told(metrics)).toMatchObject({
    'task_recoveries_total{cause="FENCED"}': 1,
    'task_waits_total{reason="MONGODB_UNAVAILABLE"}': 1,
    'incidents_total{kind="out-of-range"}': 1,
    dead_letters_erased_total: 2,
    'tasks{state="waiting"}': 1,
    'tasks{state="running"}': 0,
    ...{ 'last_rebalance_seconds{tasks="stayed"}': 0, 'last_rebalance_seconds{tasks="moved"}': 0 },
    ...{ task_opening_seconds_count: 1, rebalances_total: 3, rebalance_pause_seconds_count: 1 },
  });
});

it('begin at zero where the list is closed, so that the first of a kind is an increase', async () => {
  expect(await told(createMetrics('1.2.3'))).toMatchObject({
    ...{ 'incidents_total{kind="position-lost"}': 0, 'records_refused_total{reason="unknown-schema"}': 0 },
    ...{ 'task_recoveries_total{cause="CONFLICT"}': 0, 'task_waits_total{reason="KAFKA_UNAVAILABLE"}': 0 },
    'retention_decisions_total{outcome="erased"}': 0,
  });
});

it('say what runs', async () => {
  const metrics = createMetrics('1.2.3');
  const info = Object.keys(await told(metrics)).find((name) => name.startsWith('build_info'));
  expect(info).toBe(`build_info{version="1.2.3",node="${process.versions.node}"}`);
  expect(await metrics.text()).toContain('nodejs_eventloop_lag_p99_seconds');
});

it('are all in the documentation, with what they say', async () => {
  const families = [
    ...(await createMetrics('0').text()).matchAll(/^# HELP customer_profile_(\w+) (.*)\n# TYPE \S+ (\w+)$/gm),
  ];
  const rows = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` *\| (\w+) *\| [^|]*\| (.*?) *\|$/gm)];
  expect(rows.map(([, name, type, says]) => [name, says, type])).toEqual(families.map(([, ...family]) => family));
});
