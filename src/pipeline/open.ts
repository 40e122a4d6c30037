/** Rule 1: taking a task. */
import { ProfileError } from '../errors.ts';
import type { TaskContext } from './context.ts';
import type { Position, TaskProducer } from './ports.ts';

/** A task that is ours: whoever had it before can neither save nor publish any more. */
export interface OpenTask {
  readonly partition: number;
  readonly epoch: number;
  readonly producer: TaskProducer;
  /** The committed offsets as of the fence. */
  readonly position: Position;
  /** Is told of every round that has published an erasure. */
  readonly onErased?: () => void;
}

/**
 * Takes epoch → Kafka fence → "the epoch is still mine" → committed offsets.
 * Throws FENCED when another member took the task meanwhile; the producer is closed on any failure.
 */
export const openTask = async (context: TaskContext, partition: number): Promise<OpenTask> => {
  const { epochs, producers, offsets, passed, group } = context;
  const task = `${group}:${partition}`;

  const epoch = await epochs.take(task);
  await passed('epoch-taken', partition);

  const producer = producers(partition);
  try {
    await producer.fence();
    await passed('fenced', partition);

    if (!(await epochs.confirm(task, epoch))) {
      throw new ProfileError('FENCED', 'another member took the task while it was being fenced');
    }
    await passed('epoch-confirmed', partition);

    const position = await offsets.read(partition);
    await passed('offsets-read', partition);
    return { partition, epoch, producer, position };
  } catch (error) {
    await producer.close();
    throw error;
  }
};
