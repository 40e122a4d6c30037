/** When letters are swept, beside the rounds of a task. What a sweep does is tested on real servers. */
import { setTimeout as pause } from 'node:timers/promises';
import { ProfileError } from '../../../src/errors.ts';
import type { ErasureMark } from '../../../src/pipeline/ports.ts';
import type { Sweeping } from '../../../src/pipeline/sweep.ts';
import { Task } from '../../../src/pipeline/task.ts';
import { batchOf, handMade, type HandMade } from '../../helpers/hand-made.ts';
import { noSweeps } from '../../helpers/no-sweeps.ts';
import { until } from '../../helpers/until.ts';

const sweepingOf = (said: Partial<Sweeping> & { latest: () => Promise<ErasureMark | null> }, done: string[]) => {
  let written: ErasureMark | null = null;
  const sweeping: Sweeping = {
    ...noSweeps,
    ...said,
    letters: {
      ...noSweeps.letters,
      extents: () => {
        done.push('extents');
        return Promise.resolve(new Map());
      },
    },
    marks: {
      latest: said.latest,
      read: () => Promise.resolve(written),
      write: (_, mark) => {
        written = mark;
        done.push(`swept ${mark.latest}`);
        return Promise.resolve();
      },
    },
  };
  return sweeping;
};

const states = ({ events }: HandMade): string[] =>
  events.flatMap((event) => (event.type === 'task-state' ? [event.state] : []));

const takes = (task: Task): Promise<void> =>
  until('the task takes the batch', async () => (await task.offer(batchOf(0, 0, 1))) === 'taken');

describe('sweeps of a task', () => {
  it('begin once it is open, and go on when others have erased somebody', async () => {
    const done: string[] = [];
    let latest = 1;
    const sweeping = sweepingOf({ latest: () => Promise.resolve({ latest, recent: 1 }), everyMs: 50 }, done);
    const world = handMade({ sweeping });
    const task = new Task(world.context, 0);
    await until('it sweeps', () => done.includes('swept 1'));
    await pause(30);
    expect(done).toEqual(['extents', 'swept 1']);
    latest = 2;
    await until('it sweeps again', () => done.includes('swept 2'));
    await task.close();
    const after = done.length;
    latest = 3;
    await pause(30);
    expect(done).toHaveLength(after);
  });

  it('do not look where letters end while a round is at work, which may not know of the erasure yet', async () => {
    const done: string[] = [];
    const held = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<ErasureMark>();
    const sweeping = sweepingOf({ latest: () => asked.promise }, done);
    const world = handMade({
      sweeping,
      passed: async (checkpoint) => {
        if (checkpoint === 'loaded') await held.promise;
        if (checkpoint === 'committed') done.push('committed');
      },
    });
    const task = new Task(world.context, 0);
    await takes(task);
    await until('the round is at work', () => world.touched.includes('load '));
    asked.resolve({ latest: 1, recent: 1 });
    await pause(30);
    expect(done).toEqual([]);
    held.resolve(undefined);
    await until('it sweeps', () => done.includes('swept 1'));
    expect(done).toEqual(['committed', 'extents', 'swept 1']);
    await task.close();
  });

  it('that fail are an outage like any other, and rounds go on', async () => {
    const done: string[] = [];
    let outage = true;
    const latest = () =>
      outage
        ? Promise.reject(new ProfileError('MONGODB_UNAVAILABLE', 'gone'))
        : Promise.resolve({ latest: 1, recent: 1 });
    const world = handMade({ sweeping: sweepingOf({ latest }, done) });
    const task = new Task(world.context, 0);
    await until('it waits', () => states(world).includes('waiting'));
    await takes(task);
    outage = false;
    await until('it sweeps', () => done.includes('swept 1'));
    await until('it commits', () => world.touched.includes('commit 0'));
    expect(world.events.find(({ type }) => type === 'recovery')).toMatchObject({ cause: 'MONGODB_UNAVAILABLE' });
    await task.close();
    expect(world.open()).toBe(0);
  });

  it('end with a member that another one has taken the task from', async () => {
    const done: string[] = [];
    const sweeping = sweepingOf({ latest: () => Promise.resolve({ latest: 1, recent: 1 }) }, done);
    const world = handMade({ sweeping });
    const lost = { ...world.context.epochs, confirm: () => Promise.resolve(world.events.length < 2) };
    const task = new Task({ ...world.context, epochs: lost }, 0);
    await until('it recovers', () => world.events.some(({ type }) => type === 'recovery'));
    await task.close();
    expect(world.events.find(({ type }) => type === 'recovery')).toMatchObject({ cause: 'FENCED' });
    expect(done).toEqual([]);
  });
});
