/** Writes of profiles, and of the stubs of erased customers, as the driver takes them. */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { Change } from '../../domain/diff.ts';
import { emptyFacts, type Facts } from '../../domain/facts.ts';
import {
  type DocumentState,
  isErasedStub,
  isStub,
  type ProfileDocument,
  type ProfileWrite,
} from '../../pipeline/document.ts';
import { keyedHash } from '../../pipeline/keyed-hash.ts';
import type { StoredLoser } from '../../pipeline/ports.ts';
import { escapeKey, mapFactKeys } from './keys.ts';

/** What is left of erased and archived customers: one stub each, under a name that only who has the key can tell. */
export const ERASED = 'erased';

/** The names of a customer's stub under every key, the present one first. */
export type StubNames = (customerId: string) => string[];

export const createStubNames =
  (keys: readonly string[]): StubNames =>
  (customerId) =>
    keys.map((key) => keyedHash(key, `erased:${customerId}`));

type Operation = AnyBulkWriteOperation<ProfileDocument>;

/** One compare-and-set. Writes what changed: a `$set` of a few paths costs a fifth of a replacement. */
export const bulkOperation = (write: ProfileWrite): Operation => {
  if (write.expectedVersion !== null) return { updateOne: { filter: matching(write), update: updateOf(write) } };
  const { document } = write;
  const stored = { ...document, facts: mapFactKeys(document.facts, escapeKey) };
  if (!tellsOfErasure(write)) return { insertOne: { document: stored } };
  // Inserts as well, since no document has that version, and only an update is dated by the server.
  const { _id, ...state } = stored;
  return { updateOne: { filter: { _id, version: NO_VERSION }, update: { $set: state, ...RECORDED }, upsert: true } };
};

/** A stub takes the place of an older one; where there is none, on condition that there is none. */
export const stubOperation = (write: ProfileWrite, namesOf: StubNames): Operation => {
  const names = namesOf(write.customerId);
  if (write.expectedVersion !== null) {
    return { updateOne: { filter: { ...matching(write), _id: { $in: names } }, update: updateOf(write) } };
  }
  const { _id, ...state } = write.document;
  const filter = { _id: names[0] ?? _id, epoch: { $lte: state.epoch } };
  const isInArchive = state.archive !== undefined;
  const pending = isInArchive && state.pending ? { ...state.pending, causes: [] } : state.pending;
  const $set = { ...state, pending, facts: marksOf(state.facts, isInArchive) };
  const gone = OPTIONAL.filter((name) => state[name] === undefined).map((name) => [name, 1] as const);
  return { updateOne: { filter, update: { $set, $unset: Object.fromEntries(gone), ...RECORDED }, upsert: true } };
};

/** What a stub that it takes the place of may have had. */
const OPTIONAL = ['archive', 'due'] as const;

/** What is stated of somebody lies in the archive, or nowhere. There lie cuts as well, which may name orders, and the events by which the customer moved there. */
const marksOf = ({ erased, cuts, retention }: Facts, isInArchive: boolean): Facts => ({
  ...emptyFacts,
  ...(erased && { erased }),
  ...(cuts && !isInArchive && { cuts }),
  ...(retention && { retention }),
});

export const isOfStub = (write: ProfileWrite): boolean =>
  write.expectedVersion === null ? isStub(write.document) : write.isStub === true;

export const isNew = ({ expectedVersion }: ProfileWrite): boolean => expectedVersion === null;

/** A profile of somebody of whom a stub is left. */
export const comesBack = (write: ProfileWrite): boolean => write.expectedVersion === null && write.comesBack === true;

const tellsOfErasure = (write: ProfileWrite): boolean =>
  write.expectedVersion === null && write.document.facts.erased !== undefined;

/** Those of whom nothing may lie in the archive from before, or nothing but single entries. */
export const leavesArchive = (write: ProfileWrite) => {
  const { customerId } = write;
  // Who is known again by the time the erasure is saved leaves no stub.
  const erased = write.expectedVersion === null ? write.document.pending?.erased : write.state.pending?.erased;
  if (erased !== undefined) return [{ customerId, below: erased.version, all: true }];
  if (write.expectedVersion !== null) return write.clears?.outdated ? [{ customerId, ...write.clears.outdated }] : [];
  if (!comesBack(write) && !isOfStub(write)) return [];
  const { document } = write;
  return [{ customerId, below: document.version, all: isErasedStub(document) }];
};

/** What owners before may have put there and never saved. */
export const leavesUnsaved = ({ customerId, archives: [saved] = [], clears }: ProfileWrite) =>
  [...(saved ? [saved] : []), ...(clears?.unsaved ?? [])].map(({ version, epoch }) => ({ customerId, version, epoch }));

/** Removes what the new documents among the writes take the place of. `idsOf`: where it may lie. */
export const removals = (writes: readonly ProfileWrite[], idsOf: (customerId: string) => string[]): Operation[] =>
  writes.flatMap((write) => {
    if (write.expectedVersion !== null) return [];
    const { epoch } = write.document;
    return idsOf(write.customerId).map((_id) => ({ deleteOne: { filter: { _id, epoch: { $lte: epoch } } } }));
  });

export const discardal = ({ id, version, epoch }: StoredLoser): Operation => ({
  deleteOne: { filter: { _id: id, version, epoch } },
});

type Update = Exclude<ProfileWrite, { readonly expectedVersion: null }>;

const NO_VERSION = -1;

const matching = ({ customerId, expectedVersion, state }: Update) => ({
  ...{ _id: customerId, version: expectedVersion, epoch: { $lte: state.epoch } },
});

/** What tells of an erasure says when that was recorded, by the clock of the server. */
const RECORDED = { $currentDate: { recordedAt: true as const } };

const updateOf = ({ state, changes }: Update) => ({
  ...fieldsOf(state, changes),
  ...(state.pending?.erased && RECORDED),
});

const fieldsOf = (
  state: Partial<DocumentState>,
  changes: readonly Change[],
): { $set: Record<string, unknown>; $unset?: Record<string, 1> } => {
  const $set: Record<string, unknown> = { ...state };
  const $unset: Record<string, 1> = {};
  for (const { path, value } of changes) {
    const field = path.map(escapeKey).join('.');
    if (value === undefined) $unset[field] = 1;
    else $set[field] = field === 'facts' ? mapFactKeys(value as Facts, escapeKey) : value;
  }
  return Object.keys($unset).length > 0 ? { $set, $unset } : { $set };
};
