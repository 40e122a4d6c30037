/** The points of a task's work, in the order of the protocol, at which fault tests stop, kill or fail a member. */
export const CHECKPOINTS = [
  'epoch-taken',
  'fenced',
  'epoch-confirmed',
  'offsets-read',
  'read',
  'decoded',
  'loaded',
  'merged',
  'saved',
  'transaction-begun',
  'sent',
  'offsets-added',
  'committed',
] as const;

/** The points of a sweep of dead letters, which goes on beside the rounds, and only after an erasure. */
export const SWEEP_CHECKPOINTS = ['letters-found', 'letters-moved', 'letters-deleted', 'swept'] as const;

export type Checkpoint = (typeof CHECKPOINTS)[number] | (typeof SWEEP_CHECKPOINTS)[number];

/** Called when a task has passed a checkpoint. What it throws, the task meets as a failure at that point. */
export type CheckpointHook = (checkpoint: Checkpoint, partition: number) => void | Promise<void>;
