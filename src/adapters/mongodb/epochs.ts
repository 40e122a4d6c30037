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

/** The fencing tokens, one document a task: `_id` = `<group>:<partition>`. */
export const createEpochStore = (db: Db): EpochStore => {
  const tasks = db.collection<TaskDocument>(TASKS, { writeConcern: { w: 'majority' } });
  return {
    take: (task) =>
      guarded(async () => {
        const taken = await tasks.findOneAndUpdate(
          { _id: task },
          { $inc: { epoch: 1 } },
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
