import type { Facts } from '../../../src/domain/facts.ts';
import { moveOut } from '../../../src/domain/past/move-out.ts';
import { LIMITS } from '../../../src/domain/ledger/limits.ts';
import { ProfileError } from '../../../src/errors.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import { planCustomer } from '../../../src/pipeline/plan.ts';
import { wholeDocument } from '../../../src/verification/whole-document.ts';
import { anOrder, factsOf } from '../../helpers/domain.ts';
import { createHistoryMemory } from '../../helpers/history-memory.ts';
import { RULES } from '../../helpers/rules.ts';

const ROOM = { most: 2, hot: 1, chunk: 2 };
const orders = [1, 2, 3, 4, 5].map((n) => anOrder({ orderId: `o-${n}`, eventId: `e-${n}`, occurredAt: n }));
const whole = factsOf(orders);

const documentOf = (facts: Facts, version: number): ProfileDocument => {
  const then = { rules: RULES, audiences: [], hash: null };
  const deliveries = orders.map((input, offset) => ({ topic: 't', offset, input }));
  const { document } = planCustomer('c', null, deliveries, { epoch: 1, from: { t: 0 }, to: { t: 9 } }, then);
  if (document === null) throw new Error('no document was planned');
  return { ...document, version, facts };
};

/** A history in which only the chunks from a number on are left. */
const movedFrom = async (next: number) => {
  const history = createHistoryMemory('key');
  const { facts, chunks } = moveOut(whole, ROOM, { epoch: 1, limits: LIMITS, next });
  await history.put('c', chunks);
  const read: typeof history.read = (customerId, past) => {
    if (past.next !== facts.past?.next) throw new ProfileError('HISTORY_DAMAGED', 'a chunk is not there');
    return history.read(customerId, past);
  };
  return { facts, history: { read } };
};

describe('a document that is read whole', () => {
  it('is read again when its history was made anew meanwhile', async () => {
    const before = await movedFrom(0);
    const { facts, history } = await movedFrom(9);
    const read = await wholeDocument(documentOf(before.facts, 1), history, () => Promise.resolve(documentOf(facts, 2)));
    expect(read).toMatchObject({ version: 2, facts: whole });
  });

  it('is damaged when it is as it was', async () => {
    const { facts } = await movedFrom(0);
    const { history } = await movedFrom(9);
    const load = () => Promise.resolve(documentOf(facts, 1));
    await expect(wholeDocument(documentOf(facts, 1), history, load)).rejects.toMatchObject({ code: 'HISTORY_DAMAGED' });
  });
});
