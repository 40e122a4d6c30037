/** What one batch does to a customer whose older orders have been moved out of the document. */
import { LIMITS } from '../../domain/ledger/limits.ts';
import { ROOM } from '../../domain/past/move-out.ts';
import type { ProfileDocument } from '../document.ts';
import type { Delivery } from '../fold.ts';
import { assertOwned, type Consequences, type CustomerPlan, planFolded, type Stretch } from '../plan.ts';
import type { HistoryStore } from '../ports.ts';
import { foldWithHistory } from './fold.ts';

/** As `planCustomer`, but that it looks up what the deliveries are about. */
export const planWithHistory = async (
  history: HistoryStore,
  before: ProfileDocument,
  deliveries: readonly Delivery[],
  stretch: Stretch,
  then: Consequences,
): Promise<CustomerPlan> => {
  assertOwned(before, stretch);
  const { _id: customerId } = before;
  const chunks = {
    read: history.read.bind(history, customerId),
    find: history.find.bind(history, customerId),
    put: history.put.bind(history, customerId),
  };
  const folded = await foldWithHistory(before, deliveries, chunks, {
    ...{ epoch: stretch.epoch, room: then.room ?? ROOM, limits: LIMITS },
  });
  return planFolded(customerId, before, deliveries, folded, stretch, then);
};
