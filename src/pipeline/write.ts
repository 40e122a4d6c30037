/** A version as one compare-and-set that holds what is different. */
import { ARCHIVING } from '../domain/cuts.ts';
import { type Change, diff } from '../domain/diff.ts';
import type { Facts } from '../domain/facts.ts';
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

/**
 * Owners before may have crashed between the archive and the document, or between the document and the archive. Null for whom nothing can
 * lie there. `isPublished`: the version before was, and so it was done with.
 */
export const clearsOf = (
  before: ProfileDocument | null,
  { facts, epoch }: Pick<ProfileDocument, 'facts' | 'epoch'>,
  isPublished: boolean,
): ArchiveClearance | null => {
  const erased = before?.pending?.erased;
  if (erased === undefined && !hasAgreed(facts) && !(before && hasAgreed(before.facts))) return null;
  if (before === null) return { outdated: null, unsaved: [{ version: 1, epoch }] };
  if (isPublished && before.epoch === epoch) return null;
  const { version, archive } = before;
  return {
    outdated: isPublished ? null : { below: erased?.version ?? archive?.version ?? version, all: erased !== undefined },
    unsaved: [
      ...(isPublished || archive === undefined ? [] : [{ version: archive.version, epoch: archive.epoch }]),
      { version: version + 1, epoch },
    ],
  };
};

/** Or took it back since. */
const hasAgreed = ({ consents }: Facts): boolean => Object.keys(consents).some((key) => ARCHIVING.test(key));
