import { createHealth } from '../../src/operations/health.ts';
import { operationsRoutes, startHttp } from '../../src/operations/http.ts';
import { createMetrics } from '../../src/operations/metrics.ts';
import { aBatch } from '../helpers/batch-event.ts';

const LIMIT = 1000;

const setup = () => {
  let time = 0;
  const health = createHealth(LIMIT, () => time);
  return { ...health, pass: (ms: number) => (time += ms) };
};

const running = (partitions: number[]) => {
  const health = setup();
  health.observe({ type: 'assigned', partitions });
  for (const partition of partitions) health.observe({ type: 'task-state', partition, state: 'running' });
  return health;
};

describe('liveness', () => {
  it('fails when a batch in work makes no step for longer than the limit', () => {
    const { observe, live, pass } = running([0, 1]);
    observe({ type: 'step', partition: 1, step: 'save' });
    pass(LIMIT);
    expect(live().status).toBe('alive');
    pass(1);
    expect(live()).toEqual({ status: 'stuck', stuck: [{ partition: 1, step: 'save', forMs: LIMIT + 1 }] });
    observe({ type: 'step', partition: 1, step: 'publish' });
    expect(live().status).toBe('alive');
  });

  it('fails when a task hangs while it opens', () => {
    const { observe, live, pass } = setup();
    observe({ type: 'assigned', partitions: [2] });
    pass(LIMIT + 1);
    expect(live().stuck).toEqual([{ partition: 2, step: 'opening', forMs: LIMIT + 1 }]);
  });

  it('holds for an idle member and through an outage of any length', () => {
    const { observe, live, pass } = running([0, 1]);
    observe({ type: 'step', partition: 1, step: 'save' });
    observe({ type: 'task-state', partition: 1, state: 'waiting', reason: 'MONGODB_UNAVAILABLE' });
    pass(100 * LIMIT);
    expect(live().status).toBe('alive');
  });

  it('forgets a task that was let go', () => {
    const { observe, live, pass } = running([0, 1]);
    observe({ type: 'step', partition: 0, step: 'load' });
    observe({ type: 'step', partition: 1, step: 'load' });
    observe({ type: 'task-state', partition: 0, state: 'closed' });
    observe({ type: 'assigned', partitions: [] });
    pass(LIMIT + 1);
    expect(live().stuck).toEqual([]);
  });
});

describe('readiness', () => {
  it('begins with joining the group; a member without tasks is ready', () => {
    const { observe, ready } = setup();
    expect(ready()).toEqual({ status: 'not-ready', reasons: ['not in the group'], tasks: [] });
    observe({ type: 'assigned', partitions: [] });
    expect(ready().status).toBe('ready');
    observe({ type: 'unassigned', reason: 'KAFKA_UNAVAILABLE' });
    expect(ready()).toMatchObject({ status: 'not-ready', reasons: ['KAFKA_UNAVAILABLE'] });
  });

  it('waits for every task to open', () => {
    const { observe, ready } = running([0]);
    observe({ type: 'assigned', partitions: [0, 1] });
    expect(ready()).toMatchObject({ status: 'not-ready', reasons: ['tasks are opening'] });
    observe({ type: 'task-state', partition: 1, state: 'running' });
    expect(ready()).toMatchObject({ status: 'ready', reasons: [] });
  });

  it('says during an outage what it waits for, since when, and recovers', () => {
    const { observe, ready, pass } = running([0, 1]);
    pass(500);
    observe({ type: 'task-state', partition: 1, state: 'waiting', reason: 'MONGODB_UNAVAILABLE' });
    pass(500);
    observe({ type: 'task-state', partition: 1, state: 'opening', reason: 'MONGODB_UNAVAILABLE' });
    expect(ready()).toEqual({
      status: 'degraded',
      reasons: ['MONGODB_UNAVAILABLE'],
      tasks: [
        { partition: 0, state: 'running' },
        { partition: 1, state: 'opening', reason: 'MONGODB_UNAVAILABLE', since: '1970-01-01T00:00:00.500Z' },
      ],
    });
    observe({ type: 'task-state', partition: 1, state: 'running' });
    expect(ready().status).toBe('ready');
  });
});

describe('the port', () => {
  it('serves probes and metrics, and nothing that writes', async () => {
    const health = running([0]);
    const metrics = createMetrics('1.2.3');
    metrics.observe(aBatch({ consumed: 5 }));
    const http = await startHttp(0, operationsRoutes(health, metrics));
    const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${http.port}${path}`, { method });
    try {
      expect((await get('/livez')).status).toBe(200);
      expect(await (await get('/readyz?verbose')).json()).toMatchObject({ status: 'ready' });
      health.observe({ type: 'unassigned' });
      expect((await get('/readyz')).status).toBe(503);
      health.observe({ type: 'step', partition: 0, step: 'save' });
      health.pass(LIMIT + 1);
      expect((await get('/livez')).status).toBe(503);
      expect((await get('/constructor')).status).toBe(404);
      expect((await get('/livez', 'POST')).status).toBe(405);
      const text = await (await get('/metrics')).text();
      expect(text).toContain('customer_profile_records_consumed_total 5');
      await expect(startHttp(http.port, {})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    } finally {
      await http.close();
    }
  });
});
