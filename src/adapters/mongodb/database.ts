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
  const mismatch = owner && mismatchOf(owner, claim);
  if (mismatch !== null) throw new ProfileError('GROUP_MISMATCH', `${mismatch}: ${OWNER_REMEDY}`);
};

/** What a person can do who means it. */
export const OWNER_REMEDY =
  'use another MONGODB_DATABASE, or, when the inputs are drained and all members stopped, remove the document from its ' +
  `collection ${OWNERS}`;

/** Whom the database belongs to instead; null when to nobody else. */
export const describeOwner = async (db: Db, group: string, rekeyed: readonly string[]): Promise<string | null> => {
  const owner = await guarded(() => db.collection<Owner>(OWNERS).findOne({ _id: 'owner' }));
  return owner && mismatchOf(owner, { group, partitions: owner.partitions, rekeyed });
};

const mismatchOf = (owner: Owner, claim: Claim): string | null =>
  inWords(owner) === inWords(claim)
    ? null
    : `this database belongs to consumer group ${inWords(owner)}, not to ${inWords(claim)}`;

const inWords = ({ group, partitions, rekeyed = [] }: Claim | Owner): string =>
  `${group} with ${partitions} partitions and ${rekeyed.toSorted().join(',') || 'no'} input rekeyed`;

/** Server version and whether it takes writes. */
export const describeMongo = (db: Db): Promise<{ version: string; writable: boolean }> =>
  guarded(async () => {
    const [build, hello] = await Promise.all([db.admin().buildInfo(), db.command({ hello: 1 })]);
    return { version: String(build.version), writable: hello.isWritablePrimary === true || hello.msg === 'isdbgrid' };
  });
