import type { Db } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import { DUPLICATE_KEY, guarded } from './errors.ts';
import { MongoServerError } from 'mongodb';

const OWNERS = 'owners';

/** Who works on a database, and how. */
interface Claim {
  readonly group: string;
  readonly partitions: number;
  /** Inputs that are keyed by something else than the customer. */
  readonly rekeyed: readonly string[];
}

interface Owner extends Omit<Claim, 'rekeyed'> {
  readonly _id: 'owner';
  /** Sorted; missing where there are none. */
  readonly rekeyed?: readonly string[];
}

/**
 * One consumer group a database, with one partition count and one way to read its inputs: a second group would fork every customer,
 * and another count or another topic would hand customers to other tasks while their markers name the old ones. Throws GROUP_MISMATCH.
 */
export const claimDatabase = async (db: Db, claim: Claim): Promise<void> => {
  const owners = db.collection<Owner>(OWNERS, { writeConcern: { w: 'majority' }, readConcern: { level: 'majority' } });
  const owner = await guarded(async () => {
    try {
      const { rekeyed, ...rest } = claim;
      await owners.insertOne({ _id: 'owner', ...rest, ...(rekeyed.length > 0 && { rekeyed: rekeyed.toSorted() }) });
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
    }
    return owners.findOne({ _id: 'owner' });
  });
  if (owner === null || inWords(owner) === inWords(claim)) return;
  throw new ProfileError(
    'GROUP_MISMATCH',
    `this database belongs to consumer group ${inWords(owner)}, not to ${inWords(claim)}: use another MONGODB_DATABASE, or, ` +
      `when the inputs are drained and all members stopped, remove the document from its collection ${OWNERS}`,
  );
};

const inWords = ({ group, partitions, rekeyed = [] }: Claim | Owner): string =>
  `${group} with ${partitions} partitions and ${rekeyed.toSorted().join(',') || 'no'} input rekeyed`;

/** Server version and whether it takes writes. */
export const describeMongo = (db: Db): Promise<{ version: string; writable: boolean }> =>
  guarded(async () => {
    const [build, hello] = await Promise.all([db.admin().buildInfo(), db.command({ hello: 1 })]);
    return { version: String(build.version), writable: hello.isWritablePrimary === true || hello.msg === 'isdbgrid' };
  });
