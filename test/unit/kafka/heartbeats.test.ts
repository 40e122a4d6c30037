import { setTimeout as pause } from 'node:timers/promises';
import { HeartbeatWaiters, keepAlive } from '../../../src/adapters/kafka/heartbeats.ts';

const settled = async (promise: Promise<void>): Promise<'pending' | 'confirmed' | 'refused'> => {
  const outcome = promise.then(
    () => 'confirmed' as const,
    () => 'refused' as const,
  );
  return Promise.race([outcome, pause(5, 'pending' as const)]);
};

const never = new AbortController().signal;

describe('the group’s word on a membership', () => {
  it('is not the first acknowledgement, which may answer a heartbeat sent before it was asked', async () => {
    const heartbeats = new HeartbeatWaiters();
    const confirmed = heartbeats.confirmed(never);
    heartbeats.acknowledged();
    expect(await settled(confirmed)).toBe('pending');
    heartbeats.acknowledged();
    expect(await settled(confirmed)).toBe('confirmed');
  });

  it('counts for each who asks from the moment of asking', async () => {
    const heartbeats = new HeartbeatWaiters();
    const early = heartbeats.confirmed(never);
    heartbeats.acknowledged();
    const late = heartbeats.confirmed(never);
    heartbeats.acknowledged();
    expect(await settled(early)).toBe('confirmed');
    expect(await settled(late)).toBe('pending');
    heartbeats.acknowledged();
    expect(await settled(late)).toBe('confirmed');
  });

  it('is no longer waited for once the task closes', async () => {
    const closing = new AbortController();
    const heartbeats = new HeartbeatWaiters();
    const closed = heartbeats.confirmed(closing.signal);
    const other = heartbeats.confirmed(never);
    heartbeats.acknowledged();
    closing.abort();
    await expect(closed).rejects.toMatchObject({ code: 'CLOSED' });
    heartbeats.acknowledged();
    expect(await settled(other)).toBe('confirmed');
  });

  it('is not asked for at all by a task that is closed already', async () => {
    await expect(new HeartbeatWaiters().confirmed(AbortSignal.abort())).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('a handler at work', () => {
  it('keeps the membership alive, whatever a heartbeat meets, until it is done', async () => {
    let beats = 0;
    const stop = keepAlive(() => (beats++, Promise.reject(new Error('rebalancing'))), 5, 10_000);
    while (beats < 2) await pause(5);
    stop();
    const before = beats;
    expect(before).toBeGreaterThan(1);
    await pause(30);
    expect(beats).toBe(before);
  });

  it('that hangs loses it', async () => {
    let beats = 0;
    const stop = keepAlive(() => (beats++, Promise.resolve()), 5, 40);
    await pause(80);
    const before = beats;
    await pause(60);
    expect(beats).toBe(before);
    stop();
  });
});
