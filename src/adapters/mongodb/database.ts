import type { Db } from 'mongodb';
import { ProfileError } from '../../errors.ts';
import { keyedHash } from '../../pipeline/keyed-hash.ts';
import { DUPLICATE_KEY, guarded } from './errors.ts';
import { MongoServerError } from 'mongodb';

export const OWNERS = 'owners';

/** Who works on a database, and how. */
interface Claim {
  readonly group: string;
  readonly partitions: number;
  /** Inputs that are keyed by something else than the customer. */
  readonly rekeyed: readonly string[];
  /** Secrets under which erased customers are remembered, the present one first. */
  readonly erasureKeys: readonly string[];
}

/** Whose database it is, in words. */
type Described = Pick<Claim, 'group' | 'partitions'> & Partial<Pick<Claim, 'rekeyed'>>;

interface Owner extends Omit<Claim, 'rekeyed' | 'erasureKeys'> {
  readonly _id: 'owner';
  /** Sorted; missing where there are none. */
  readonly rekeyed?: readonly string[];
  /** By which a key can be told, and not be found out. */
  readonly erasureKeys?: readonly string[];
}

/**
 * One consumer group a database, with one partition count and one way to read its inputs: a second group would fork every customer,
 * and another count or another topic would hand customers to other tasks while their markers name the old ones. Nor may the key get lost
 * under which customers were erased: they would come back. Throws GROUP_MISMATCH.
 */
export const claimDatabase = async (db: Db, claim: Claim): Promise<void> => {
  const owners = db.collection<Owner>(OWNERS, { writeConcern: { w: 'majority' }, readConcern: { level: 'majority' } });
  const owner = await guarded(async () => {
    try {
      const { rekeyed, group, partitions } = claim;
      await owners.insertOne({
        _id: 'owner',
        group,
        partitions,
        ...(rekeyed.length > 0 && { rekeyed: rekeyed.toSorted() }),
      });
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
    }
    return owners.findOne({ _id: 'owner' });
  });
  const mismatch = owner && mismatchOf(owner, claim);
  if (mismatch !== null) throw new ProfileError('GROUP_MISMATCH', `${mismatch}: ${OWNER_REMEDY}`);
  const present = fingerprintsFor(owner, claim.erasureKeys);
  await guarded(() => owners.updateOne({ _id: 'owner' }, { $addToSet: { erasureKeys: { $each: present } } }));
};

const fingerprint = (key: string): string => keyedHash(key, 'fingerprint');

/** Of the keys, which have to be all that customers are remembered under. */
const fingerprintsFor = (owner: Owner | null, keys: readonly string[]): string[] => {
  const present = keys.map(fingerprint);
  if (owner?.erasureKeys?.some((known) => !present.includes(known))) throw new ProfileError('GROUP_MISMATCH', KEY_LOST);
  return present;
};

const KEY_LOST =
  'customers of this database were erased under another ERASURE_KEY and would come back: give that one as ERASURE_KEY_PREVIOUS';

/** What a person can do who means it. */
export const OWNER_REMEDY =
  'use another MONGODB_DATABASE, or, when the inputs are drained and all members stopped, remove the document from its ' +
  `collection ${OWNERS}`;

/** Whom the database belongs to instead; null when to nobody else. */
export const describeOwner = async (db: Db, group: string, rekeyed: readonly string[]): Promise<string | null> => {
  const owner = await guarded(() => db.collection<Owner>(OWNERS).findOne({ _id: 'owner' }));
  return owner && mismatchOf(owner, { group, partitions: owner.partitions, rekeyed });
};

const mismatchOf = (owner: Described, claim: Described): string | null =>
  inWords(owner) === inWords(claim)
    ? null
    : `this database belongs to consumer group ${inWords(owner)}, not to ${inWords(claim)}`;

const inWords = ({ group, partitions, rekeyed = [] }: Described): string =>
  `${group} with ${partitions} partitions and ${rekeyed.toSorted().join(',') || 'no'} input rekeyed`;

/** Throws GROUP_MISMATCH when customers of the database are remembered under another key, or under more than these. */
export const checkErasureKeys = async (db: Db, keys: readonly string[]): Promise<void> => {
  const owner = await guarded(() => db.collection<Owner>(OWNERS).findOne({ _id: 'owner' }));
  fingerprintsFor(owner, keys);
};

/** Server version and whether it takes writes. */
export const describeMongo = (db: Db): Promise<{ version: string; writable: boolean }> =>
  guarded(async () => {
    const [build, hello] = await Promise.all([db.admin().buildInfo(), db.command({ hello: 1 })]);
    return { version: String(build.version), writable: hello.isWritablePrimary === true || hello.msg === 'isdbgrid' };
  });
