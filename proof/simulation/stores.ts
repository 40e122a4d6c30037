/** The ports to the simulated MongoDB: compare-and-set of documents, and the epochs of tasks. */
import { ProfileError } from '../../src/errors.ts';
import type { Change } from '../../src/domain/diff.ts';
import type { ProfileDocument, ProfileWrite } from '../../src/pipeline/document.ts';
import type { EpochStore, ProfileStore, StoredProfile } from '../../src/pipeline/ports.ts';
import type { Caller, CallPort } from './call.ts';
import type { SimulatedMongo } from './mongodb.ts';

/** What a store may leave out, so that it can be shown what each is for. */
export interface StoreDefects {
  readonly ignoresVersion?: boolean;
  readonly ignoresEpoch?: boolean;
  readonly ignoresConflicts?: boolean;
  readonly readsLocally?: boolean;
  readonly writesLocally?: boolean;
}

export const createProfileStore = (
  mongo: SimulatedMongo,
  caller: Caller,
  call: CallPort,
  defects: StoreDefects = {},
): ProfileStore => ({
  load: (customerIds) => {
    const { profiles } = defects.readsLocally ? mongo.primary : mongo.majority;
    const found = new Map<string, StoredProfile>();
    const read = (): void => {
      for (const id of customerIds) {
        const document = profiles.get(id);
        if (document !== undefined) found.set(id, { read: () => document, storedBytes: 1 });
      }
    };
    return call(caller, { name: 'profiles.load', server: 'mongodb', effects: [read], answer: () => found });
  },

  save: (writes) => {
    let matched = 0;
    let end = 0;
    const effects = writes.map((write) => () => {
      if (compareAndSet(mongo, write, defects)) matched += 1;
      end = mongo.end;
    });
    return call(caller, {
      name: 'profiles.save',
      server: 'mongodb',
      effects,
      acknowledged: () => defects.writesLocally === true || mongo.isReplicated(end),
      answer: () => {
        if (matched === writes.length || defects.ignoresConflicts) return;
        throw new ProfileError('CONFLICT', 'a document has another version or a newer epoch');
      },
      detail: writes.map(describe).join(', '),
    });
  },

  /** Nobody is erased here. */
  discard: () => Promise.reject(new Error('there are no stubs of erased customers')),
});

const describe = (write: ProfileWrite): string => {
  const { customerId, expectedVersion } = write;
  const { version, epoch } = expectedVersion === null ? write.document : write.state;
  return `${customerId} v${expectedVersion ?? '-'}→${version ?? 'claim'} e${epoch}`;
};

const compareAndSet = (mongo: SimulatedMongo, write: ProfileWrite, defects: StoreDefects): boolean => {
  const known = mongo.primary.profiles.get(write.customerId);
  if (write.expectedVersion === null) {
    if (known !== undefined) return false;
    mongo.setProfile(write.document);
    return true;
  }
  if (known === undefined) return false;
  if (known.version !== write.expectedVersion && !defects.ignoresVersion) return false;
  if (known.epoch > write.state.epoch && !defects.ignoresEpoch) return false;
  mongo.setProfile(write.changes.reduce(withChange, { ...known, ...write.state }));
  return true;
};

const withChange = (document: ProfileDocument, { path, value }: Change): ProfileDocument =>
  setIn(document as unknown as Tree, path, value) as unknown as ProfileDocument;

type Tree = Readonly<Record<string, unknown>>;

const setIn = (tree: Tree, [name = '', ...below]: readonly string[], value: unknown): Tree => {
  const after: Record<string, unknown> = { ...tree };
  if (below.length > 0) after[name] = setIn((tree[name] ?? {}) as Tree, below, value);
  else if (value === undefined) Reflect.deleteProperty(after, name);
  else after[name] = value;
  return after;
};

export const createEpochStore = (
  mongo: SimulatedMongo,
  caller: Caller,
  call: CallPort,
  { writesLocally = false }: StoreDefects = {},
): EpochStore => {
  const majority = <T>(name: string, effect: () => T): Promise<T> => {
    let result: T;
    let end = 0;
    return call(caller, {
      name,
      server: 'mongodb',
      effects: [
        () => {
          result = effect();
          end = mongo.end;
        },
      ],
      acknowledged: () => writesLocally || mongo.isReplicated(end),
      answer: () => result,
    });
  };
  return {
    take: (task) =>
      majority('epochs.take', () => {
        const epoch = (mongo.primary.tasks.get(task) ?? 0) + 1;
        mongo.setEpoch(task, epoch);
        return epoch;
      }),
    confirm: (task, epoch) =>
      majority('epochs.confirm', () => {
        const latest = mongo.primary.tasks.get(task) === epoch;
        if (latest) mongo.setEpoch(task, epoch);
        return latest;
      }),
  };
};
