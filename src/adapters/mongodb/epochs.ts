import type { Db } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import { FORMAT } from '../../pipeline/format.ts';
import type { EpochStore } from '../../pipeline/ports.ts';
import { guarded } from './errors.ts';

export const TASKS = 'tasks';

interface TaskDocument {
  readonly _id: string;
  readonly epoch: number;
  /** Of what its owners have written, the highest; missing where that was before formats had numbers. */
  readonly format?: number;
  /** Set by the owner once it has fenced its predecessor, for people who look. */
  readonly confirmedEpoch?: number;
}

/**
 * The fencing tokens, one document a task: `_id` = `<group>:<partition>`. A token is also no smaller than any that was taken before:
 * where the partition count, the group or a publisher's partitioner has changed, a task finds documents that another one has written.
 * `format`: the highest that this release knows.
 */
export const createEpochStore = (db: Db, format = FORMAT): EpochStore => {
  const tasks = db.collection<TaskDocument>(TASKS, { writeConcern: { w: 'majority' } });
  return {
    take: (task) =>
      guarded(async () => {
        const [highest] = await tasks.find().sort({ epoch: -1 }).limit(1).toArray();
        const next = { $add: [{ $ifNull: ['$epoch', 0] }, 1] };
        const taken = await tasks.findOneAndUpdate(
          { _id: task },
          [
            {
              $replaceWith: {
                $cond: [
                  { $gt: ['$format', format] },
                  '$$ROOT',
                  { $mergeObjects: ['$$ROOT', { epoch: { $max: [next, highest?.epoch ?? 1] }, format }] },
                ],
              },
            },
          ],
          { upsert: true, returnDocument: 'after' },
        );
        if (taken === null) throw new ProfileError('MONGODB_UNAVAILABLE', 'MongoDB returned no epoch');
        if ((taken.format ?? 0) > format) {
          const text = `a newer release has taken ${task}: it writes format ${taken.format}, and this one knows up to ${format}`;
          throw new ProfileError('RELEASE_OUTDATED', text);
        }
        return taken.epoch;
      }),

    confirm: (task, epoch) =>
      guarded(async () => {
        const { matchedCount } = await tasks.updateOne({ _id: task, epoch }, { $set: { confirmedEpoch: epoch } });
        return matchedCount === 1;
      }),
  };
};
