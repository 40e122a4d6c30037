/** What retention looks for, and what it has decided. */
import type { Db } from 'mongodb';
import type { DecisionLog, RecordedDecision } from '../../pipeline/ports.ts';
import type { Decided } from '../../pipeline/retention.ts';
import { guarded, isDuplicate } from './errors.ts';
import { DUE_TIMES } from './due-customers.ts';
import { createStubNames, ERASED } from './profile-writes.ts';
import { PROFILES } from './profiles.ts';

export const DECISIONS = 'decisions';

/** Creates the indexes, where they are missing, by which what is due is found, and who was decided of. */
export const prepareRetention = (db: Db): Promise<void> =>
  guarded(async () => {
    await db.collection(PROFILES).createIndexes(
      DUE_TIMES.map((name) => ({
        key: { 'due.jurisdiction': 1, [`due.${name}`]: 1 } as const,
        partialFilterExpression: { [`due.${name}`]: { $exists: true } },
      })),
    );
    const key = { 'due.jurisdiction': 1, 'due.archived': 1 } as const;
    const partialFilterExpression = { 'due.archived': { $exists: true } };
    await db.collection(ERASED).createIndexes([{ key, partialFilterExpression }]);
    await db.collection(DECISIONS).createIndexes([{ key: { customer: 1 } }, { key: { recordedAt: 1 } }]);
  });

/** One decision as it is kept: nothing in it names the customer. */
export interface StoredDecision extends Omit<
  RecordedDecision,
  'commandId' | 'customerId' | 'orders' | 'agreements' | 'effect'
> {
  /** Identifier of the command. */
  readonly _id: string;
  /** The name that the customer's stub has or would have. */
  readonly customer: string;
  /** How many. */
  readonly orders: number;
  readonly agreements: number;
  readonly recordedAt: Date;
}

export const createDecisionLog = (db: Db, keys: readonly string[]): DecisionLog => {
  const decisions = db.collection<StoredDecision>(DECISIONS, { writeConcern: { w: 'majority' } });
  const namesOf = createStubNames(keys);
  return {
    record: (made) =>
      guarded(async () => {
        const operations = made.map(({ commandId, customerId, orders, agreements, effect, ...decision }) => {
          const stored = {
            ...decision,
            customer: namesOf(customerId)[0] ?? '',
            ...{ orders: orders.length, agreements: agreements.length },
          };
          const filter = { _id: commandId, ...replacedBy(decision, effect) };
          if (effect === 'nobody') return { deleteOne: { filter } };
          const update = { $set: stored, $currentDate: { recordedAt: true as const } };
          return { updateOne: { filter, update, upsert: true } };
        });
        try {
          await decisions.bulkWrite(operations, { ordered: false });
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      }),
  };
};

const NO_EPOCH = -1;

/** A command that comes twice finds nothing to do the second time, and may not take back what is recorded of the first. */
const replacedBy = ({ epoch, offset }: Pick<RecordedDecision, 'epoch' | 'offset'>, effect: Decided['effect']) => {
  if (effect === 'changed') return { epoch: { $lte: epoch } };
  return effect === 'done' ? { epoch: NO_EPOCH } : { epoch: { $lte: epoch }, offset };
};

/** The latest first. `customer`: only of this one. */
export const latestDecisions = (
  db: Db,
  {
    customer,
    outcome,
    limit,
    keys,
  }: { customer: string | undefined; outcome: string | undefined; limit: number; keys: readonly string[] },
): Promise<StoredDecision[]> =>
  guarded(() =>
    db
      .collection<StoredDecision>(DECISIONS)
      .find({
        ...(customer !== undefined && { customer: { $in: createStubNames(keys)(customer) } }),
        ...(outcome !== undefined && { outcome: outcome as StoredDecision['outcome'] }),
      })
      .sort({ recordedAt: -1, _id: 1 })
      .limit(limit)
      .toArray(),
  );
