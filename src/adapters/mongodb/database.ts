import type { Db } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import { DUPLICATE_KEY, guarded } from './errors.ts';
import { MongoServerError } from 'mongodb';

const OWNERS = 'owners';

interface Owner {
  readonly _id: 'owner';
  readonly group: string;
  readonly partitions: number;
}

/**
 * One consumer group a database, with one partition count: a second group would fork every customer, and another count
 * would hand customers to other tasks while their markers name the old ones. Throws GROUP_MISMATCH.
 */
export const claimDatabase = async (db: Db, group: string, partitions: number): Promise<void> => {
  const owners = db.collection<Owner>(OWNERS, { writeConcern: { w: 'majority' }, readConcern: { level: 'majority' } });
  const owner = await guarded(async () => {
    try {
      await owners.insertOne({ _id: 'owner', group, partitions });
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
    }
    return owners.findOne({ _id: 'owner' });
  });
  if (owner === null || (owner.group === group && owner.partitions === partitions)) return;
  throw new ProfileError(
    'GROUP_MISMATCH',
    `this database belongs to consumer group ${owner.group} with ${owner.partitions} partitions, ` +
      `not to ${group} with ${partitions}: use another MONGODB_DATABASE, or, when the inputs are drained and all members ` +
      `stopped, remove the document from its collection ${OWNERS}`,
  );
};

/** Server version and whether it takes writes. */
export const describeMongo = (db: Db): Promise<{ version: string; writable: boolean }> =>
  guarded(async () => {
    const [build, hello] = await Promise.all([db.admin().buildInfo(), db.command({ hello: 1 })]);
    return { version: String(build.version), writable: hello.isWritablePrimary === true || hello.msg === 'isdbgrid' };
  });
