import type { Db } from 'mongodb';
import type { EpochStore } from '../../pipeline/ports.ts';
import { ProfileError } from '../../errors.ts';
import { guarded } from './errors.ts';

export const TASKS = 'tasks';

interface TaskDocument {
  readonly _id: string;
  readonly epoch: number;
  /** Set by the owner once it has fenced its predecessor, for people who look. */
  readonly confirmedEpoch?: number;
}

/**
 * The fencing tokens, one document a task: `_id` = `<group>:<partition>`. A token is also no smaller than any that was taken before:
 * where the partition count, the group or a publisher's partitioner has changed, a task finds documents that another one has written.
 */
export const createEpochStore = (db: Db): EpochStore => {
  const tasks = db.collection<TaskDocument>(TASKS, { writeConcern: { w: 'majority' } });
  return {
    take: (task) =>
      guarded(async () => {
        const [highest] = await tasks.find().sort({ epoch: -1 }).limit(1).toArray();
        const next = { $add: [{ $ifNull: ['$epoch', 0] }, 1] };
        const taken = await tasks.findOneAndUpdate(
          { _id: task },
          [{ $set: { epoch: { $max: [next, highest?.epoch ?? 1] } } }],
          { upsert: true, returnDocument: 'after' },
        );
        if (taken === null) throw new ProfileError('MONGODB_UNAVAILABLE', 'MongoDB returned no epoch');
        return taken.epoch;
      }),

    confirm: (task, epoch) =>
      guarded(async () => {
        const { matchedCount } = await tasks.updateOne({ _id: task, epoch }, { $set: { confirmedEpoch: epoch } });
        return matchedCount === 1;
      }),
  };
};
