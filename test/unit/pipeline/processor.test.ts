import { setTimeout as pause } from 'node:timers/promises';
import { Processor } from '../../../src/pipeline/processor.ts';
import { batchOf, handMade, type HandMade } from '../../helpers/hand-made.ts';
import { until } from '../../helpers/until.ts';

const fences = ({ touched }: HandMade, partition: number): number =>
  touched.filter((each) => each === `fence ${partition}`).length;

const closed = ({ events }: HandMade): number[] =>
  events.flatMap((event) => (event.type === 'task-state' && event.state === 'closed' ? [event.partition] : []));

const opened = (world: HandMade, ...partitions: number[]): Promise<void> =>
  until('the tasks run', () =>
    partitions.every((partition) =>
      world.events.some(
        (each) => each.type === 'task-state' && each.partition === partition && each.state === 'running',
      ),
    ),
  );

describe('the tasks of a member', () => {
  it('that stay with it are not opened again by a rebalance', async () => {
    const world = handMade();
    const processor = new Processor(world.context);
    processor.assigned([0, 1], false);
    await opened(world, 0, 1);
    processor.assigned([1, 2], true);
    await opened(world, 2);
    expect(closed(world)).toEqual([0]);
    expect([0, 1, 2].map((partition) => fences(world, partition))).toEqual([1, 1, 1]);
    expect(await processor.offer(batchOf(1, 0, 1))).toBe('taken');
    await processor.stop();
  });

  it('are all closed and opened anew when it was kicked, the same partitions too', async () => {
    const world = handMade();
    const processor = new Processor(world.context);
    processor.assigned([0, 1], false);
    await opened(world, 0, 1);
    processor.assigned([0, 1], false);
    expect(closed(world)).toEqual([0, 1]);
    await until('both are fenced again', () => fences(world, 0) === 2 && fences(world, 1) === 2);
    await processor.stop();
    expect(world.open()).toBe(0);
  });

  it('have no room for partitions that it does not own, and it does not spin on them', async () => {
    const world = handMade();
    const processor = new Processor(world.context);
    processor.assigned([0], false);
    expect(await processor.offer(batchOf(7, 0, 1))).toBe('full');
    expect(world.sleeps.every((ms) => ms > 0)).toBe(true);
    expect(world.sleeps).toHaveLength(1);
    processor.assigned([], true);
    expect(await processor.offer(batchOf(0, 0, 1))).toBe('full');
    expect(world.sleeps).toHaveLength(2);
    await processor.stop();
    expect(await processor.offer(batchOf(0, 0, 1))).toBe('full');
  });

  it('touch nothing any more once it has stopped, those let go before included', async () => {
    const committing = Promise.withResolvers<undefined>();
    const world = handMade({
      passed: async (checkpoint) => {
        if (checkpoint === 'offsets-added') await committing.promise;
      },
    });
    const processor = new Processor(world.context);
    processor.assigned([0, 1], false);
    await opened(world, 0);
    await processor.offer(batchOf(0, 0, 1));
    await until('the transaction is about to commit', () => world.touched.includes('offsets 0'));
    processor.assigned([1], true);

    let stopped = false;
    const stopping = processor.stop().then(() => (stopped = true));
    await pause(50);
    expect(stopped).toBe(false);
    committing.resolve(undefined);
    await stopping;
    expect(world.touched).toContain('commit 0');
    expect(world.open()).toBe(0);
    const touched = world.touched.length;
    await pause(50);
    expect(world.touched).toHaveLength(touched);
  });

  it('are told to observers with every assignment, none included', () => {
    const world = handMade();
    const processor = new Processor(world.context);
    processor.assigned([], false);
    expect(world.events).toEqual([{ type: 'assigned', partitions: [] }]);
  });
});
