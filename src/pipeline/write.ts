/** A version as one compare-and-set that holds what is different. */
import { type Change, diff } from '../domain/diff.ts';
import { type DocumentState, isErasedStub, type ProfileDocument, type ProfileWrite } from './document.ts';

/** Beyond so many changed paths, replacing facts and profile is cheaper than naming each. */
const MAX_PATHS = 100;

export const writeOf = (
  before: ProfileDocument | null,
  document: ProfileDocument,
  state: DocumentState,
  profileChanges: readonly Change[],
): ProfileWrite => {
  const { _id: customerId, facts, profile } = document;
  const isStub = isErasedStub(document);
  if (before === null || isErasedStub(before) !== isStub) return { customerId, expectedVersion: null, document };
  const update = { customerId, expectedVersion: before.version, ...(isStub && { isStub }), state };
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
