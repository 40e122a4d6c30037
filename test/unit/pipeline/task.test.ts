/** The life of tasks: how they begin, wait, recover and end. What they do with records is tested on real servers. */
import { setTimeout as pause } from 'node:timers/promises';
import { ProfileError } from '../../../src/errors.ts';
import { backoff } from '../../../src/pipeline/backoff.ts';
import { Task } from '../../../src/pipeline/task.ts';
import type { FetchedBatch } from '../../../src/pipeline/ports.ts';
import { batchOf, handMade, type HandMade } from '../../helpers/hand-made.ts';
import { until } from '../../helpers/until.ts';

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', onUnhandled));
afterEach(async () => {
  await pause(5);
  expect(unhandled).toEqual([]);
});
afterAll(() => process.off('unhandledRejection', onUnhandled));

const states = ({ events }: HandMade): string[] =>
  events.flatMap((event) => (event.type === 'task-state' ? [event.state] : []));

const commits = ({ touched }: HandMade): number => touched.filter((each) => each.startsWith('commit')).length;
const running = (world: HandMade): Promise<void> => until('it runs', () => states(world).at(-1) === 'running');
/** A machine that is busy may open the task later than one offer waits. */
const takes = (task: Task, batch: FetchedBatch): Promise<void> =>
  until('the task takes the batch', async () => (await task.offer(batch)) === 'taken');

describe('a task', () => {
  it('opens by itself, works and closes', async () => {
    const world = handMade();
    const task = new Task(world.context, 3);
    await takes(task, batchOf(3, 0, 2));
    await until('it commits', () => commits(world) === 1);
    await task.close();
    expect(states(world)).toEqual(['opening', 'running', 'closed']);
    expect(world.touched.slice(0, 2)).toEqual(['epoch group:3', 'fence 3']);
    expect(world.open()).toBe(0);
  });

  it('takes the next batch while one is in work, and works on it only after the commit', async () => {
    const held = Promise.withResolvers<undefined>();
    const rounds: string[] = [];
    const world = handMade({
      passed: async (checkpoint) => {
        if (checkpoint === 'read' || checkpoint === 'committed') rounds.push(checkpoint);
        if (checkpoint === 'loaded') await held.promise;
      },
    });
    const task = new Task(world.context, 0);
    await takes(task, batchOf(0, 0, 1));
    await until('the first is in work', () => rounds.length === 1);
    await takes(task, batchOf(0, 1, 2));
    await pause(50);
    expect(rounds).toEqual(['read']);
    held.resolve(undefined);
    await until('both are committed', () => commits(world) === 2);
    await task.close();
    expect(rounds).toEqual(['read', 'committed', 'read', 'committed']);
  });

  it('does the records of overlapping batches once', async () => {
    const world = handMade();
    const task = new Task(world.context, 0);
    await takes(task, batchOf(0, 0, 3));
    await until('it commits', () => commits(world) === 1);
    await takes(task, batchOf(0, 1, 5));
    await until('it commits again', () => commits(world) === 2);
    await task.close();
    expect(world.events.flatMap((each) => (each.type === 'batch' ? [each.consumed] : []))).toEqual([3, 2]);
  });

  it('closes while it waits for an outage to end', async () => {
    const world = handMade();
    world.fail('fence', Infinity);
    const task = new Task(world.context, 0);
    await until('it waits', () => states(world).includes('waiting'));
    await task.close();
    const touched = world.touched.length;
    await pause(100);
    expect(world.touched).toHaveLength(touched);
    expect(states(world).at(-1)).toBe('closed');
    expect(world.open()).toBe(0);
  });

  it('touches nothing any more once closing has resolved, whatever it was doing', async () => {
    for (let delay = 0; delay < 15; delay += 1) {
      const world = handMade();
      const task = new Task(world.context, 0);
      const offered = task.offer(batchOf(0, 0, 5));
      await pause(delay);
      await task.close();
      const touched = [...world.touched];
      expect(['taken', 'full']).toContain(await offered);
      await pause(20);
      expect(world.touched).toEqual(touched);
      expect(world.open()).toBe(0);
    }
  });

  it('leaves nothing in the cache, a round that was under way included', async () => {
    const committing = Promise.withResolvers<undefined>();
    const world = handMade({
      passed: (checkpoint) => (checkpoint === 'offsets-added' ? committing.promise : undefined),
    });
    const task = new Task(world.context, 0);
    await takes(task, batchOf(0, 0, 1));
    await until('it is about to commit', () => world.touched.includes('offsets 0'));
    const closing = task.close();
    committing.resolve(undefined);
    await closing;
    expect(commits(world)).toBe(1);
    expect(world.context.cache.get(0, 'customer-0-0')).toBeUndefined();
  });

  it('has no room any more once it is closed', async () => {
    const world = handMade();
    const task = new Task(world.context, 0);
    await running(world);
    await task.close();
    expect(await task.offer(batchOf(0, 0, 1))).toBe('full');
    expect(world.sleeps.length).toBeLessThanOrEqual(1);
  });

  it('lets an offer go that waits for room when it closes', async () => {
    const world = handMade();
    world.fail('fence', Infinity);
    const task = new Task(world.context, 0);
    const waiting = task.offer(batchOf(0, 0, 1));
    await task.close();
    expect(await waiting).toBe('full');
  });

  it('tells the client after a while that it has no room, without spinning meanwhile', async () => {
    const released = Promise.withResolvers<undefined>();
    const world = handMade({ membership: { confirmed: () => released.promise } });
    world.fail('fence', 1);
    const task = new Task(world.context, 0);
    await until('it waits', () => states(world).includes('waiting'));
    const began = world.context.clock.now();
    expect(await task.offer(batchOf(0, 0, 1))).toBe('full');
    expect(world.context.clock.now() - began).toBeGreaterThanOrEqual(900);
    expect(world.sleeps).toHaveLength(2);
    released.resolve(undefined);
    await running(world);
    await takes(task, batchOf(0, 0, 1));
    await task.close();
  });

  it('waits longer and longer for what keeps failing, whether it opens or not, until a commit', async () => {
    const world = handMade();
    const task = new Task(world.context, 0);
    await running(world);
    world.fail('prepare', 4);
    await takes(task, batchOf(0, 0, 1));
    await until('it commits', () => commits(world) === 1);
    const delays = world.sleeps.splice(0);
    expect(delays).toHaveLength(4);
    delays.forEach((delay, failures) => {
      expect(delay).toBeGreaterThanOrEqual(backoff(failures, 0));
      expect(delay).toBeLessThanOrEqual(backoff(failures, 1));
    });
    world.fail('commit', 1);
    await takes(task, batchOf(0, 1, 2));
    await until('it commits again', () => commits(world) === 3);
    expect(world.sleeps[0]).toBeLessThanOrEqual(backoff(0, 1));
    await task.close();
  });

  it('closes the producer that failed before it asks the group and opens another', async () => {
    const world: HandMade = handMade({
      membership: {
        confirmed: () => {
          world.touched.push('ask');
          return Promise.resolve();
        },
      },
    });
    world.fail('commit', 1);
    const task = new Task(world.context, 0);
    await takes(task, batchOf(0, 0, 1));
    await until('it commits again', () => commits(world) === 2);
    await task.close();
    const recovery = world.touched.slice(
      world.touched.indexOf('commit 0') + 1,
      world.touched.lastIndexOf('fence 0') + 1,
    );
    expect(recovery).toEqual(['close 0', 'ask', 'epoch group:0', 'fence 0']);
  });

  it('does not open again while the group has not confirmed it, and says nothing after it is closed', async () => {
    const world = handMade({
      membership: {
        confirmed: (signal) =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new ProfileError('CLOSED', 'closed')), { once: true }),
          ),
      },
    });
    world.fail('commit', 1);
    const task = new Task(world.context, 0);
    await takes(task, batchOf(0, 0, 1));
    await until('it waits', () => states(world).includes('waiting'));
    await pause(100);
    expect(world.touched.filter((each) => each === 'fence 0')).toHaveLength(1);
    await task.close();
    expect(states(world).at(-1)).toBe('closed');
  });
});

describe('the delay before another attempt', () => {
  it('grows up to a bound and is jittered', () => {
    const shortest = Array.from({ length: 40 }, (_, attempt) => backoff(attempt, 0));
    const longest = Array.from({ length: 40 }, (_, attempt) => backoff(attempt, 0.999));
    expect(shortest).toEqual(shortest.toSorted((a, b) => a - b));
    expect(shortest[3]).toBeGreaterThan(shortest[0] ?? Infinity);
    expect(Math.max(...longest)).toBeLessThanOrEqual(5_000);
    shortest.forEach((delay, attempt) => expect((longest[attempt] ?? 0) / delay).toBeGreaterThan(1.9));
    expect(new Set(Array.from({ length: 20 }, () => backoff(0))).size).toBeGreaterThan(1);
  });
});
