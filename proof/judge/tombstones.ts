/** Tombstones: every erasure that changes something is told, and nothing from before it is named again. */
import { type Accepted, statementsIn } from './causes.ts';
import { isInternal } from './contracts.ts';
import { erasureIn } from './facts.ts';
import type { Find } from './findings.ts';
import type { Chain } from './outputs.ts';
import { isTombstone, tombstonesIn } from './published.ts';
import { ERASURE, type Statement } from './statements.ts';

/** Those that change something, in the order of the log: they come in one topic. */
const erasuresIn = (accepted: readonly Accepted[]): Statement[] => {
  const erasures: Statement[] = [];
  for (const statement of statementsIn(accepted)) {
    const { about, at } = statement;
    if (about[0] === ERASURE && at > (erasures.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) erasures.push(statement);
  }
  return erasures;
};

/** What each tombstone tells, by version. Several erasures may be told by one, and which of them is known of the last one only. */
export const erasuresTold = (accepted: readonly Accepted[], { versions }: Chain): Map<number, readonly Statement[]> => {
  const erasures = erasuresIn(accepted);
  const tombstones = tombstonesIn(versions);
  const isEach = erasures.length === tombstones.length;
  const told = new Map<number, readonly Statement[]>();
  for (const [i, { version }] of tombstones.entries()) {
    if (isEach || i === tombstones.length - 1) told.set(version, erasures.slice(0, isEach ? i + 1 : undefined));
  }
  return told;
};

export const checkTombstones = (
  customerId: string,
  accepted: readonly Accepted[],
  chain: Chain | undefined,
  find: Find,
): void => {
  const erasures = erasuresIn(accepted);
  const tombstones = tombstonesIn(chain?.versions);
  if (erasures.length > 0 && tombstones.length === 0) find('tombstone-missing', customerId);
  for (const { version } of tombstones.slice(erasures.length)) {
    find('tombstone-unexpected', customerId, `version ${version}`);
  }
  checkCausesSince(customerId, { accepted, erasures, versions: chain?.versions ?? [] }, find);
};

interface Since {
  readonly accepted: readonly Accepted[];
  readonly erasures: readonly Statement[];
  readonly versions: Chain['versions'];
}

const checkCausesSince = (customerId: string, { accepted, erasures, versions }: Since, find: Find): void => {
  if (erasures.length === 0) return;
  const byId = Map.groupBy(accepted, ({ eventId }) => eventId);
  let told = 0;
  for (const published of versions) {
    if (isTombstone(published)) told += 1;
    // With so many tombstones all up to that time is gone, or more.
    const erasedAt = erasures[Math.min(told, erasures.length) - 1]?.at ?? Number.NEGATIVE_INFINITY;
    const isOfBefore = ({ type, occurredAt, statements }: Accepted): boolean =>
      occurredAt <= erasedAt && !isInternal(type) && erasureIn(statements) === null;
    const isErased = published.causes.some((eventId) => {
      const those = byId.get(eventId);
      return those !== undefined && those.every(isOfBefore);
    });
    if (isErased) find('cause-erased', customerId, `version ${published.version}`);
  }
};
