/** What a member has to be allowed of MongoDB, and no more; and what it is not. */
import type { Db } from 'mongodb';
import { ARCHIVE } from './archive.ts';
import { OWNERS } from './database.ts';
import { TASKS } from './epochs.ts';
import { guarded } from './errors.ts';
import { HISTORY } from './history.ts';
import { LINKS } from './links.ts';
import { ERASED } from './profile-writes.ts';
import { PROFILES } from './profiles.ts';
import { DECISIONS } from './retention.ts';
import { SWEEPS } from './sweeps.ts';

/** Actions on one collection of the database, by MongoDB's own names. */
export interface Privilege {
  readonly collection: string;
  readonly actions: readonly string[];
}

const CHANGES = ['find', 'insert', 'update'];
const ALL = [...CHANGES, 'remove', 'createIndex'];

export const MEMBER_PRIVILEGES: readonly Privilege[] = [
  ...[ARCHIVE, ERASED, HISTORY, PROFILES].map((collection) => ({ collection, actions: ALL })),
  { collection: DECISIONS, actions: ['insert', 'update', 'remove', 'createIndex'] },
  { collection: LINKS, actions: [...CHANGES, 'createIndex'] },
  ...[OWNERS, SWEEPS, TASKS].map((collection) => ({ collection, actions: CHANGES })),
];

/** As the server says of who is authenticated. */
interface Granted {
  readonly resource: {
    readonly db?: string;
    readonly collection?: string;
    readonly anyResource?: boolean;
  };
  readonly actions: readonly string[];
}

interface Status {
  readonly authInfo: {
    readonly authenticatedUsers: readonly unknown[];
    readonly authenticatedUserPrivileges: readonly Granted[];
  };
}

/** Those of the privileges that the user lacks; none where nobody has to say who they are. Throws MONGODB_UNAVAILABLE. */
export const missingPrivileges = async (db: Db, needed: readonly Privilege[]): Promise<Privilege[]> => {
  const { authInfo } = await guarded(
    async () => (await db.command({ connectionStatus: 1, showPrivileges: true })) as unknown as Status,
  );
  if (authInfo.authenticatedUsers.length === 0) return [];
  return needed.flatMap(({ collection, actions }) => {
    const granted = authInfo.authenticatedUserPrivileges.filter(({ resource }) => isOf(resource, db, collection));
    const lacking = actions.filter((action) => !granted.some((each) => each.actions.includes(action)));
    return lacking.length === 0 ? [] : [{ collection, actions: lacking }];
  });
};

/** An empty name stands for all of them. */
const isOf = ({ db, collection, anyResource }: Granted['resource'], { databaseName }: Db, wanted: string): boolean =>
  anyResource === true || ([databaseName, ''].includes(db ?? 'none') && [wanted, ''].includes(collection ?? 'none'));
