/** Up to which erasures each task has swept its dead letters, one document a task: `_id` = `<group>:<partition>`. */
import type { Db } from 'mongodb';
import type { ErasureMark, SweepMarks } from '../../pipeline/ports.ts';
import { guarded } from './errors.ts';
import { ERASED } from './profile-writes.ts';
import { PROFILES } from './profiles.ts';

export const SWEEPS = 'sweeps';

interface SweepDocument {
  readonly _id: string;
  readonly latest: Date;
  readonly recent: number;
  /** For people who look. */
  readonly sweptAt: Date;
}

/** More than the clocks of two servers differ by, and than a write takes to be seen. */
const RECENT_MS = 60_000;
/** Where there are as many, the latest is another one soon. */
const MOST_RECENT = 1_000;

export const createSweepMarks = (db: Db): SweepMarks => {
  const options = { readPreference: 'primary', readConcern: { level: 'majority' } } as const;
  const sweeps = db.collection<SweepDocument>(SWEEPS, { ...options, writeConcern: { w: 'majority' } });
  const recorded = [ERASED, PROFILES].map((name) => db.collection<{ recordedAt?: Date }>(name, options));
  const latestIn = async (collection: (typeof recorded)[number]): Promise<number> => {
    const newest = collection
      .find({ recordedAt: { $exists: true } })
      .sort({ recordedAt: -1 })
      .limit(1);
    const [found] = await newest.project<{ recordedAt: Date }>({ recordedAt: 1 }).toArray();
    return found?.recordedAt.getTime() ?? -Infinity;
  };
  return {
    latest: () =>
      guarded(async () => {
        const latest = Math.max(...(await Promise.all(recorded.map(latestIn))));
        if (latest === -Infinity) return null;
        const since = { recordedAt: { $gte: new Date(latest - RECENT_MS) } };
        const counts = await Promise.all(recorded.map((each) => each.countDocuments(since, { limit: MOST_RECENT })));
        return { latest, recent: counts.reduce((sum, count) => sum + count, 0) };
      }),

    read: (task) =>
      guarded(async (): Promise<ErasureMark | null> => {
        const found = await sweeps.findOne({ _id: task });
        return found && { latest: found.latest.getTime(), recent: found.recent };
      }),

    write: (task, { latest, recent }) =>
      guarded(async () => {
        const update = { $set: { latest: new Date(latest), recent }, $currentDate: { sweptAt: true as const } };
        await sweeps.updateOne({ _id: task }, update, { upsert: true });
      }),
  };
};
