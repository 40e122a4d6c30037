/** What MongoDB would make of a write, and refuse of it; so that a document is known to come back as it went in. */
import { BSON } from 'mongodb';
import { unescapeKey, mapFactKeys } from '../../src/adapters/mongodb/keys.ts';
import { bulkOperation } from '../../src/adapters/mongodb/profile-writes.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import type { Facts } from '../../src/domain/facts.ts';
import type { ProfileDocument, ProfileWrite } from '../../src/pipeline/document.ts';

const MOST_BYTES = 16 * 1024 * 1024;
/** As the client serialises. */
const OPTIONS = { ignoreUndefined: true, checkKeys: false };

export interface Update {
  readonly $set: Readonly<Record<string, unknown>>;
  readonly $unset?: Readonly<Record<string, 1>>;
}

/** The bytes of the document after the write. Throws where MongoDB would refuse it. */
export const afterWrite = (before: Uint8Array | null, write: ProfileWrite): Uint8Array => {
  const operation = bulkOperation(write);
  if ('insertOne' in operation) {
    if (before !== null) throw new Error('inserts a document that there is');
    return serialized(operation.insertOne.document);
  }
  if (!('updateOne' in operation) || before === null) throw new Error('updates a document that there is not');
  return afterUpdate(before, operation.updateOne.update as Update);
};

export const afterUpdate = (before: Uint8Array, update: Update): Uint8Array => {
  const { $set, $unset = {} } = BSON.deserialize(serialized(update)) as Update;
  const document = BSON.deserialize(before);
  refuseConflicts([...Object.keys($set), ...Object.keys($unset)]);
  for (const [path, value] of Object.entries($set)) setAt(document, path, value);
  for (const path of Object.keys($unset)) unsetAt(document, path);
  return serialized(document);
};

const serialized = (document: object): Uint8Array => {
  const bytes = BSON.serialize(document, OPTIONS);
  if (bytes.length > MOST_BYTES) throw new Error(`a document of ${bytes.length} bytes`);
  return bytes;
};

/** Two paths of which one leads through the other cannot be written at once. */
const refuseConflicts = (paths: readonly string[]): void => {
  const sorted = paths.toSorted();
  for (const [index, path] of sorted.entries()) {
    const within = `${path}.`;
    if (path === sorted[index - 1]) throw new Error('a path is written twice');
    // What sorts between a path and those within it begins with the path as well.
    for (let next = index + 1; sorted[next]?.startsWith(path); next++) {
      if (sorted[next]?.startsWith(within)) throw new Error('a path is written within another');
    }
  }
};

const stepsOf = (path: string): readonly string[] => {
  const steps = path.split('.');
  for (const step of steps) {
    if (step === '' || step.startsWith('$') || step.includes('\0')) throw new Error('a path that MongoDB refuses');
  }
  return steps;
};

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const define = (tree: Tree, name: string, value: unknown): void =>
  void Object.defineProperty(tree, name, { value, writable: true, enumerable: true, configurable: true });

const setAt = (document: Tree, path: string, value: unknown): void => {
  const steps = stepsOf(path);
  let tree = document;
  for (const step of steps.slice(0, -1)) {
    if (!Object.hasOwn(tree, step)) define(tree, step, {});
    const inner = tree[step];
    if (!isTree(inner)) throw new Error('a path leads through what is no document');
    tree = inner;
  }
  define(tree, steps.at(-1) ?? '', value);
};

const unsetAt = (document: Tree, path: string): void => {
  const steps = stepsOf(path);
  let tree: unknown = document;
  for (const step of steps.slice(0, -1)) tree = isTree(tree) && Object.hasOwn(tree, step) ? tree[step] : undefined;
  if (isTree(tree)) Reflect.deleteProperty(tree, steps.at(-1) ?? '');
};

/** Whether the bytes hold this very document. */
export const holds = (bytes: Uint8Array, document: ProfileDocument): boolean => {
  const stored = BSON.deserialize(bytes) as ProfileDocument;
  const read = { ...stored, facts: mapFactKeys<Facts>(stored.facts, unescapeKey) };
  return canonicalJson(read) === canonicalJson(document);
};
