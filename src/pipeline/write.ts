/** A version as one compare-and-set that holds what is different. */
import { type Change, diff } from '../domain/diff.ts';
import {
  type ArchiveClearance,
  type Archived,
  type DocumentState,
  isStub,
  type ProfileDocument,
  type ProfileWrite,
} from './document.ts';

/** Beyond so many changed paths, replacing facts and profile is cheaper than naming each. */
const MAX_PATHS = 100;

export const writeOf = (
  before: ProfileDocument | null,
  document: ProfileDocument,
  state: DocumentState,
  profileChanges: readonly Change[],
  archived: readonly Archived[] = [],
): ProfileWrite => {
  const { _id: customerId, facts, profile } = document;
  const isApart = isStub(document);
  const archives = archived.length > 0 && { archives: archived };
  if (before === null || isStub(before) !== isApart || before.archive?.version !== document.archive?.version) {
    const comesBack = before !== null && isStub(before) && !isApart && { comesBack: true as const };
    return { customerId, expectedVersion: null, document, ...comesBack, ...archives };
  }
  const update = {
    customerId,
    expectedVersion: before.version,
    ...(isApart && { isStub: true as const }),
    state,
    ...archives,
  };
  if (document.archive !== undefined) return { ...update, changes: [] };
  const factChanges = diff(before.facts, facts, ['facts']);
  if (factChanges.length + profileChanges.length > MAX_PATHS) {
    const whole = [
      { path: ['facts'], value: facts },
      { path: ['profile'], value: profile },
    ];
    return { ...update, changes: whole };
  }
  const ofProfile =
    before.profile === null
      ? [{ path: ['profile'], value: profile }]
      : profileChanges.map(({ path, value }) => ({ path: ['profile', ...path], value }));
  return { ...update, changes: [...factChanges, ...ofProfile] };
};

/** Whoever saved a version that was never published may have crashed before the archive was rid of what that version leaves behind. */
export const clearsOf = ({ version, archive, pending }: ProfileDocument): ArchiveClearance => ({
  below: pending?.erased?.version ?? archive?.version ?? version,
  all: pending?.erased !== undefined,
  ...(archive && { besides: { version: archive.version, epoch: archive.epoch } }),
});
