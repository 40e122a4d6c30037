/** The rules of the task protocol under the interleavings that broke earlier designs, on real servers. */
import { setTimeout as pause } from 'node:timers/promises';
import { readTopic } from '../../src/adapters/kafka/reader.ts';
import { createDecoder } from '../../src/adapters/registry/decoder.ts';
import { contracts } from '../../src/domain/contracts.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { CheckpointHook } from '../../src/pipeline/checkpoints.ts';
import type { FetchedBatch } from '../../src/pipeline/ports.ts';
import { Task } from '../../src/pipeline/task.ts';
import { contract, order } from '../helpers/events.ts';
import { createWorld, eventually, PARTITION, whether, type World } from '../helpers/protocol-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const CUSTOMER = 'customer-1';
const first = order({ orderId: 'A', occurredAt: 1_700_000_000_000 });
const second = order({ orderId: 'B', occurredAt: 1_700_000_001_000 });
const third = order({ orderId: 'C', occurredAt: 1_700_000_002_000 });

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** [version, previousVersion] of what a read_committed subscriber sees. */
const chain = (updates: readonly CustomerUpdated[]): [number, number][] =>
  updates.map(({ version, previousVersion }) => [version, previousVersion]);

const orders = (from: number, to: number) => world.batch(world.orders, from, to);
const signed = (from: number, to: number) => world.batch(world.contracts, from, to);

/** Saves the batch and dies before its transaction. */
const diesAfterSaving = (...batches: FetchedBatch[]): Promise<void> => world.diesAt('saved', ...batches);

describe('taking a task', () => {
  it.each(['epoch-taken', 'fenced'] as const)(
    'a member overtaken after its %s does no work, and the winner does all of it once',
    async (checkpoint) => {
      await world.publish(world.orders, first);
      const [loser, winner] = [world.member(), world.member()];
      const held = loser.holdAt(checkpoint);
      const opening = loser.open();
      await held.reached;
      await winner.open();
      held.release();
      await expect(opening).rejects.toEqual(code('FENCED'));

      // The loser's late fence may have shut the winner out of Kafka: then it recovers, since the group still names it.
      await winner.round(orders(0, 1)).catch(async () => {
        await winner.open();
        await winner.round(orders(0, 1));
      });
      expect(chain(await world.updates())).toEqual([[1, 0]]);
    },
  );

  it('a predecessor that is still alive can publish nothing any more', async () => {
    await world.publish(world.orders, first, second);
    const [old, successor] = [world.member(), world.member()];
    await old.open();
    const held = old.holdAt('saved');
    const round = old.round(orders(0, 1));
    await held.reached;
    await successor.open();
    held.release();
    await expect(round).rejects.toEqual(code('FENCED'));
    await successor.round(orders(0, 2));
    expect(chain(await world.updates())).toEqual([[2, 0]]);
  });
});

it('what a predecessor commits until the very fence is not done again', async () => {
  await world.publish(world.orders, first, second);
  const old = world.member();
  await old.open();
  const { producers } = old.context;
  const successor = world.member({
    producers: (partition) => {
      const producer = producers(partition);
      const fence = async (): Promise<void> => {
        await old.round(orders(0, 1));
        await producer.fence();
      };
      return { ...producer, fence };
    },
  });
  const { position } = await successor.open();
  expect(position[world.orders]).toBe(1);
  await successor.round(orders(0, 2));
  expect(chain(await world.updates())).toEqual([
    [1, 0],
    [2, 1],
  ]);
});

describe('a zombie that took over an unpublished version', () => {
  it.each(['orders', 'contracts'] as const)('meets the claim of its successor (%s)', async (topic) => {
    await world.publish(world.orders, first, second);
    await world.publish(world.contracts, contract({ customerId: CUSTOMER }));
    await diesAfterSaving(orders(0, 1));

    const [zombie, successor] = [world.member(), world.member()];
    await zombie.open();
    const held = zombie.holdAt('merged');
    const stale = zombie.round(topic === 'orders' ? orders(0, 2) : signed(0, 1));
    await held.reached;
    await successor.open();
    await successor.round(orders(0, 1));
    held.release();
    await expect(stale).rejects.toEqual(code('CONFLICT'));

    await successor.round(orders(1, 2), signed(0, 1));
    expect(chain(await world.updates())).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('conflicts when its late save arrives after the successor saved', async () => {
    await world.publish(world.orders, first, second);
    await diesAfterSaving(orders(0, 1));
    const [zombie, successor] = [world.member(), world.member()];
    await zombie.open();
    const held = zombie.holdAt('merged');
    const stale = zombie.round(orders(0, 2));
    await held.reached;
    await successor.open();
    await successor.round(orders(0, 2));
    held.release();
    await expect(stale).rejects.toEqual(code('CONFLICT'));
    expect(chain(await world.updates())).toEqual([[2, 0]]);
    expect((await world.document(CUSTOMER))?.version).toBe(2);
  });
});

it('after silence on one zombie’s save, the stale save of another conflicts', async () => {
  await world.publish(world.orders, first, second);
  const [stale, owner] = [world.member(), world.member()];
  await stale.open();
  const held = stale.holdAt('merged');
  const late = stale.round(orders(0, 1));
  await held.reached;
  await diesAfterSaving(orders(0, 2));

  await owner.open();
  await owner.round(orders(0, 1));
  expect(await world.updates()).toEqual([]);
  held.release();
  await expect(late).rejects.toEqual(code('CONFLICT'));
  await owner.round(orders(1, 2));
  expect(chain(await world.updates())).toEqual([[1, 0]]);
});

it('a zombie that saves between load and republication causes a conflict, never two forks', async () => {
  await world.publish(world.orders, first, second);
  await diesAfterSaving(orders(0, 1));
  const [zombie, owner] = [world.member(), world.member()];
  await zombie.open();
  const zombieHeld = zombie.holdAt('merged');
  const zombieRound = zombie.round(orders(0, 2)).catch((error: unknown) => error);
  await zombieHeld.reached;
  await owner.open();
  const ownerHeld = owner.holdAt('merged');
  const claim = owner.round(orders(0, 1));
  await ownerHeld.reached;
  zombieHeld.release();
  expect(await zombieRound).toEqual(code('FENCED'));
  ownerHeld.release();
  await expect(claim).rejects.toEqual(code('CONFLICT'));

  await owner.open();
  await owner.round(orders(0, 2));
  expect(chain(await world.updates())).toEqual([[2, 0]]);
});

describe('a task', () => {
  const offered = async (task: Task, ...batches: FetchedBatch[]): Promise<void> => {
    for (const batch of batches) await eventually(async () => (await task.offer(batch)) === 'taken');
  };

  /** Offers batches one after the other and waits until the position has passed them. */
  const worked = async (task: Task, ...batches: FetchedBatch[]): Promise<void> => {
    for (const batch of batches) {
      await offered(task, batch);
      await eventually(async () => ((await world.committed())[batch.topic] ?? 0) >= batch.nextOffset);
    }
  };

  it('never overlaps two deliveries between load and commit', async () => {
    await world.publish(world.orders, first, second);
    await world.publish(world.contracts, contract({ customerId: CUSTOMER }));
    const steps: string[] = [];
    const passed: CheckpointHook = async (checkpoint) => {
      steps.push(checkpoint);
      await pause(5);
    };
    const task = new Task(world.member({ passed }).context, PARTITION);
    // The next batch is there while one is in work.
    await Promise.all([offered(task, orders(0, 1), orders(1, 2)), offered(task, signed(0, 1))]);
    await worked(task, orders(0, 2), signed(0, 1));
    await task.close();
    const rounds = steps.slice(steps.indexOf('read'));
    const round = rounds.slice(0, rounds.indexOf('committed') + 1);
    expect(round).toHaveLength(9);
    expect(rounds).toEqual(Array.from({ length: rounds.length / round.length }, () => round).flat());
    expect((await world.document(CUSTOMER))?.version).toBe((await world.updates()).length);
  });

  it('forgets what it had cached when it recovers, and goes on at the committed offset', async () => {
    await world.publish(world.orders, first, second);
    const failing = world.member();
    const { context, events } = failing;
    const task = new Task(context, PARTITION);
    await worked(task, orders(0, 1));
    expect(context.cache.get(PARTITION, CUSTOMER)?.version).toBe(1);
    const held = failing.holdAt('epoch-taken');
    failing.failAt('sent');
    expect(await task.offer(orders(1, 2))).toBe('taken');
    await held.reached;
    expect(context.cache.get(PARTITION, CUSTOMER)).toBeUndefined();
    held.release();
    await worked(task, orders(0, 2));
    await task.close();
    expect(events).toContainEqual(expect.objectContaining({ type: 'recovery', cause: 'UNEXPECTED' }));
    expect(chain(await world.updates())).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('drops what was delivered from below its position and never goes on above it', async () => {
    await world.publish(world.orders, first, second, third);
    const { context, events } = world.member();
    const task = new Task(context, PARTITION);
    await worked(task, orders(0, 1));
    expect(await task.offer(orders(0, 1))).toBe('taken');
    expect(await task.offer(orders(2, 3))).toBe('gap');
    expect(events).toContainEqual(expect.objectContaining({ type: 'incident', kind: 'position-lost' }));
    await worked(task, orders(0, 3));
    await task.close();
    expect(chain(await world.updates())).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('that lost its partition meets its successor and does not fence it: no ping-pong', async () => {
    await world.publish(world.orders, first, second);
    const revoked = {
      confirmed: (signal: AbortSignal) =>
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('closed')))),
    };
    const { context, events } = world.member({ membership: revoked });
    const old = new Task(context, PARTITION);
    await worked(old, orders(0, 1));
    const successor = world.member();
    const { epoch } = await successor.open();
    expect(await old.offer(orders(1, 2))).toBe('taken');
    await eventually(() => events.some(({ type }) => type === 'recovery'));
    await pause(1_000);
    expect(await world.epoch()).toBe(epoch);
    await successor.round(orders(1, 2));
    await old.close();
    expect(await world.updates()).toHaveLength(2);
  });

  it('does not repeat a commit whose reply was lost', async () => {
    await world.publish(world.orders, first);
    const { context, events } = world.member();
    let losses = 1;
    const losing: typeof context = {
      ...context,
      producers: (partition) => {
        const producer = context.producers(partition);
        return {
          ...producer,
          begin: async () => {
            const transaction = await producer.begin();
            return {
              ...transaction,
              commit: async () => {
                await transaction.commit();
                if (losses-- > 0) throw new Error('the reply was lost');
              },
            };
          },
        };
      },
    };
    const task = new Task(losing, PARTITION);
    await worked(task, orders(0, 1));
    await eventually(() => events.some(({ type }) => type === 'recovery'));
    await eventually(() => context.epochs.confirm(`${world.group}:${PARTITION}`, 2));
    await task.close();
    expect(chain(await world.updates())).toEqual([[1, 0]]);
  });
});

it('what an aborted transaction published stays invisible', async () => {
  await world.publish(world.orders, first);
  const dying = world.member();
  await dying.open();
  dying.failAt('offsets-added');
  await expect(dying.round(orders(0, 1))).rejects.toThrow('crashed');
  const owner = world.member();
  await owner.open();
  await owner.round(orders(0, 1));
  expect(chain(await world.updates())).toEqual([[1, 0]]);
  expect(await world.updates('read_uncommitted')).toHaveLength(2);
});

it('a refused record is a dead letter once, in the transaction that publishes its neighbours', async () => {
  const tomorrow = order({ orderId: 'T', occurredAt: Date.now() + 24 * 60 * 60 * 1000 });
  await world.publish(world.orders, tomorrow, first);
  const dying = world.member();
  await dying.open();
  dying.failAt('offsets-added');
  await expect(dying.round(orders(0, 2))).rejects.toThrow('crashed');
  const owner = world.member();
  await owner.open();
  await owner.round(orders(0, 2));
  expect(chain(await world.updates())).toEqual([[1, 0]]);

  const deadLetters = async (): Promise<string[]> => {
    const reasons: string[] = [];
    const topic = `${world.orders}.dlq`;
    await readTopic(world.kafka, { topic, from: 'beginning', until: 'end' }, ({ headers }) => {
      reasons.push(String(headers['dlq-reason']));
    });
    return reasons;
  };
  await eventually(async () => (await deadLetters()).length > 0);
  expect(await deadLetters()).toEqual(['from-the-future']);
});

it('two events saved together and redelivered one by one are published once, with the second', async () => {
  await world.publish(world.orders, first, second);
  await diesAfterSaving(orders(0, 2));
  const owner = world.member();
  await owner.open();
  await owner.round(orders(0, 1));
  expect(await world.updates()).toEqual([]);
  await owner.round(orders(1, 2));
  const updates = await world.updates();
  expect(chain(updates)).toEqual([[1, 0]]);
  expect(updates[0]?.causes.map(({ eventId }) => eventId)).toEqual([first.event.eventId, second.event.eventId]);
});

it('half of a bulk write that survived a crash: both documents are published once', async () => {
  await world.publish(world.orders, first, order({ customerId: 'customer-2', orderId: 'X' }));
  const dying = world.member();
  const { profiles } = dying.context;
  const half = world.member({
    profiles: {
      ...profiles,
      save: async (writes) => {
        await profiles.save(writes.slice(0, 1));
        throw new Error('crashed in the middle of the bulk');
      },
    },
  });
  await half.open();
  await expect(half.round(orders(0, 2))).rejects.toThrow('crashed');
  const owner = world.member();
  await owner.open();
  await owner.round(orders(0, 2));
  const updates = await world.updates();
  expect(chain(updates)).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(new Set(updates.map(({ customerId }) => customerId)).size).toBe(2);
});

it('an unknown schema, refused by the owner, is not applied behind its back by a zombie that knows it', async () => {
  await world.publish(world.orders, first, second);
  const zombie = world.member();
  await zombie.open();
  const held = zombie.holdAt('merged');
  const stale = zombie.round(orders(0, 1));
  await held.reached;

  const lagging = { ...world.registry, writerType: () => Promise.resolve('unknown' as const) };
  const prefix = world.orders.slice(0, -'order-finalized'.length);
  const decoder = createDecoder(lagging, contracts(prefix), { unknownSchemaGraceMs: 0 });
  const owner = world.member({ decoder });
  await owner.open();
  // A refusal comes after the grace; until then the round fails as in an outage.
  await eventually(() => owner.round(orders(0, 1)).then(...whether));
  held.release();
  await expect(stale).rejects.toEqual(code('CONFLICT'));
  expect(await world.updates()).toEqual([]);
  expect(await world.document(CUSTOMER)).toMatchObject({ version: 0, profile: null });

  const successor = world.member();
  await successor.open();
  await successor.round(orders(1, 2));
  expect(chain(await world.updates())).toEqual([[1, 0]]);
});

it('a rewind of the offsets gives repeats with the same event id and nothing else', async () => {
  await world.publish(world.orders, first, second);
  const owner = world.member();
  await owner.open();
  await owner.round(orders(0, 1));
  await owner.round(orders(1, 2));
  const before = await world.updates();
  const admin = world.kafka.admin();
  await admin.connect();
  await admin.setOffsets({ groupId: world.group, topic: world.orders, partitions: [{ partition: 0, offset: '0' }] });
  await admin.disconnect();

  const again = world.member();
  const { position } = await again.open();
  expect(position[world.orders]).toBe(0);
  await again.round(orders(0, 2));
  const repeats = (await world.updates()).slice(before.length);
  expect(repeats.map(({ eventId }) => eventId)).toEqual([`${CUSTOMER}:2`]);
  expect(repeats[0]).toEqual(before[1]);
});
