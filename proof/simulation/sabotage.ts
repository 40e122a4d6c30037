/** Ways to break a rule of the protocol by wrapping a port. */
import type { TaskContext } from '../../src/pipeline/context.ts';
import type { ProfileDocument, ProfileWrite } from '../../src/pipeline/document.ts';
import type { OutboundRecord, Position, ProfileStore, TaskProducer, Transaction } from '../../src/pipeline/ports.ts';
import { OUTPUT_TOPIC } from './inputs.ts';
import type { Member } from './member.ts';
import { createProfileStore, type StoreDefects } from './stores.ts';
import type { World } from './world.ts';

export type Wrap = (context: TaskContext, world: World, member: Member) => TaskContext;

export const defective =
  (defects: StoreDefects): Wrap =>
  (context, { mongo, call }, member) => ({ ...context, profiles: createProfileStore(mongo, member, call, defects) });

const profiles =
  (wrap: (profiles: ProfileStore) => Partial<ProfileStore>): Wrap =>
  (context) => ({ ...context, profiles: { ...context.profiles, ...wrap(context.profiles) } });

/** Documents are not read as they are. */
export const misread = (change: (document: ProfileDocument) => Partial<ProfileDocument>): Wrap =>
  profiles((store) => ({
    load: async (ids) => {
      const loaded = [...(await store.load(ids))].map(([id, stored]) => {
        const known = stored.read();
        const document = { ...known, ...change(known) };
        return [id, { read: () => document, storedBytes: 1 }] as const;
      });
      return new Map(loaded);
    },
  }));

/** Some writes are not made. */
export const unwritten = (drop: (write: ProfileWrite) => boolean): Wrap =>
  profiles((store) => ({
    save: async (writes) => {
      const kept = writes.filter((write) => !drop(write));
      if (kept.length > 0) await store.save(kept);
    },
  }));

export const isClaim = (write: ProfileWrite): boolean =>
  write.expectedVersion === null ? write.document.version === 0 : write.state.version === undefined;

export const isStub = (write: ProfileWrite): boolean => write.expectedVersion === null && write.document.version === 0;

export const producers =
  (wrap: (producer: TaskProducer, partition: number) => Partial<TaskProducer>): Wrap =>
  (context) => ({
    ...context,
    producers: (partition) => {
      const producer = context.producers(partition);
      return { ...producer, ...wrap(producer, partition) };
    },
  });

/** Transactions that begin others: `run` has the records and offsets of a round, and begins what it likes. */
export const transactions = (
  run: (begin: TaskProducer['begin'], records: readonly OutboundRecord[], offsets: Position) => Promise<void>,
) =>
  producers((producer) => ({
    begin: () => {
      let sent: readonly OutboundRecord[] = [];
      let offsets: Position = {};
      const transaction: Transaction = {
        send: (records) => Promise.resolve(void (sent = records)),
        addOffsets: (position) => Promise.resolve(void (offsets = position)),
        commit: () => run(() => producer.begin(), sent, offsets),
      };
      return Promise.resolve(transaction);
    },
  }));

export const inOne = async (
  begin: TaskProducer['begin'],
  records: readonly OutboundRecord[],
  offsets: Position | null,
) => {
  const transaction = await begin();
  if (records.length > 0) await transaction.send(records);
  if (offsets !== null) await transaction.addOffsets(offsets);
  if (records.length > 0 || offsets !== null) await transaction.commit();
};

export const isUpdate = ({ topic }: OutboundRecord): boolean => topic === OUTPUT_TOPIC;

/** Offsets as they were when the task was about to be taken. */
export const offsetsBeforeFence: Wrap = (context) => {
  const read = new Map<string, Position>();
  return {
    ...context,
    epochs: {
      ...context.epochs,
      take: async (task) => {
        read.set(task, await context.offsets.read(Number(task.split(':')[1])));
        return context.epochs.take(task);
      },
    },
    offsets: { read: (partition) => Promise.resolve(read.get(`${context.group}:${partition}`) ?? {}) },
  };
};

/** Writes wait until the commit is through. */
export const publishBeforeSave: Wrap = (context, { inputs }) => {
  const waiting = new Map<number, readonly ProfileWrite[]>();
  return {
    ...context,
    profiles: {
      ...context.profiles,
      save: (writes) => {
        const partition = inputs.byCustomer.get(writes[0]?.customerId ?? '')?.[0]?.record.partition ?? 0;
        waiting.set(partition, writes);
        return Promise.resolve();
      },
    },
    producers: (partition) => {
      const producer = context.producers(partition);
      const begin = async (): Promise<Transaction> => {
        const transaction = await producer.begin();
        const commit = async (): Promise<void> => {
          await transaction.commit();
          const writes = waiting.get(partition) ?? [];
          waiting.delete(partition);
          if (writes.length > 0) await context.profiles.save(writes);
        };
        return { ...transaction, commit };
      };
      return { ...producer, begin };
    },
  };
};
