/** Orders that move out of the document: counted once, known again, in their place, and gone with their customer. */
import type { Guard } from '../guard.ts';

const PROPERTY = 'test/property/history.test.ts';
const SERVERS = 'test/integration/history.test.ts';
const PLANNED = 'test/unit/pipeline/history.test.ts';
const WHOLE = 'is known and told as if none had been';
const RULE = 'history';
const RECALL = 'src/domain/past/recall.ts';
const STALE = 'src/domain/past/stale.ts';
const MOVE = 'src/domain/past/move-out.ts';
const REBUILD = 'src/pipeline/history/rebuild.ts';
const RECORD = 'src/domain/ledger/record.ts';
const PLAN = 'src/pipeline/plan.ts';
const TAKE_BACK = 'src/pipeline/history/take-back.ts';
const ROUND = 'src/pipeline/round.ts';
const HISTORY = 'src/adapters/mongodb/history.ts';

export const history: readonly Guard[] = [
  {
    name: 'A chunk counts whoever wrote it.',
    rule: RULE,
    edits: [{ file: RECALL, find: '?.epoch === epoch', replace: '!== undefined' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'A product is what it was when it was left out first.',
    rule: RULE,
    edits: [{ file: RECALL, find: 'toSorted((a, b) => a.number - b.number)', replace: 'toReversed()' }],
    caughtBy: { file: 'test/unit/domain/past.test.ts', test: 'is recalled as it was at last' },
  },
  {
    name: 'A product that has been recalled counts among those left out as well.',
    rule: RULE,
    edits: [{ file: RECALL, find: 'count(unlisted, product, -1)', replace: 'void product' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'A correction of an order that has been moved is not seen.',
    rule: RULE,
    edits: [{ file: STALE, find: 'return was !== register;', replace: 'return false;' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'An order that comes late takes effect after those that have been moved.',
    rule: RULE,
    edits: [{ file: STALE, find: 'compareEffects(inEffect(register), past.upTo) <= 0', replace: 'past.next < 0' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'What is forgotten stays in the history.',
    rule: RULE,
    edits: [{ file: STALE, find: '>= earliestAt', replace: '> 1e15' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'A product leaves the ledger that an order in the document names.',
    rule: RULE,
    edits: [{ file: MOVE, find: 'namedBy(stay)', replace: 'namedBy([])' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'A product leaves the ledger that an open order waits for.',
    rule: RULE,
    edits: [{ file: RECORD, find: ' || awaited.has(productId)', replace: '' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'Chunks made anew hold orders that have been replaced.',
    rule: RULE,
    edits: [{ file: REBUILD, find: 'isReplaced(order) || left(order) !== order', replace: 'left(order) !== order' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'An order loses what was stated since it was forgotten.',
    rule: RULE,
    edits: [
      { file: REBUILD, find: 'if (still !== null && still !== order) others.push(still);', replace: 'void still;' },
    ],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'An erasure takes orders that were stated since.',
    rule: RULE,
    edits: [{ file: 'src/domain/erasure.ts', find: 'facts.past.statedAt > at', replace: 'facts.past.heardAt > at' }],
    caughtBy: { file: PROPERTY, test: WHOLE },
  },
  {
    name: 'Orders leave the document before they are in the history.',
    rule: RULE,
    edits: [
      {
        file: ROUND,
        find: '  for (const { customerId, chunks } of moving) await history.put(customerId, chunks);\n  if (writes.length > 0) await profiles.save(writes);\n',
        replace:
          '  if (writes.length > 0) await profiles.save(writes);\n  for (const { customerId, chunks } of moving) await history.put(customerId, chunks);\n',
      },
    ],
    caughtBy: { file: SERVERS, test: 'keeps orders in the document until they are in the history' },
  },
  {
    name: 'What a crash or a zombie has left of the history is never removed.',
    rule: RULE,
    edits: [
      {
        file: ROUND,
        find: '  await Promise.all(outdated.map(({ customerId, past, epoch }) => history.tidy(customerId, past, epoch)));\n',
        replace: '  void outdated;\n',
      },
    ],
    caughtBy: { file: SERVERS, test: 'loses and doubles nothing when a member dies after it has' },
  },
  {
    name: 'The history of an erased customer stays where a crash came between.',
    rule: RULE,
    edits: [
      {
        file: PLAN,
        find: '  if (publish && document?.pending?.erased !== undefined) return true;\n',
        replace: '  void publish;\n',
      },
    ],
    caughtBy: { file: SERVERS, test: 'also where a crash comes between' },
  },
  {
    name: 'Retention decides while an order that came again counts twice.',
    rule: RULE,
    edits: [
      { file: 'src/pipeline/history/fold.ts', find: 'if (isCommand || wasCommand)', replace: 'if (parts.length < 1)' },
    ],
    caughtBy: { file: PLANNED, test: 'is judged by retention as it is' },
  },
  {
    name: 'An old order that has been moved is kept for a product that has ended since.',
    rule: RULE,
    edits: [
      {
        file: 'src/domain/retention/decide.ts',
        find: "moved.left.get(productId) === true : held.product.status === 'active'",
        replace: 'moved.left.get(productId) === true : held.changed > 0',
      },
    ],
    caughtBy: { file: PLANNED, test: 'loses old orders of a product that has ended' },
  },
  {
    name: 'What is made anew looks up what counts now, and not what may come to count.',
    rule: RULE,
    edits: [{ file: REBUILD, find: 'orders.flatMap(statementsIn).flatMap(', replace: 'orders.flatMap(' }],
    caughtBy: { file: PROPERTY, test: 'knows what an order names that comes to count only when' },
  },
  {
    name: 'What retention has forgotten stays in the history where a crash came between.',
    rule: RULE,
    edits: [
      { file: PLAN, find: 'hasMoved(before) && !isPublished(before, from)', replace: '!hasMoved(before) && !from' },
    ],
    caughtBy: { file: PLANNED, test: 'leaves nothing that is forgotten in the history' },
  },
  {
    name: 'What a zombie has moved of somebody erased stays in the history.',
    rule: RULE,
    edits: [{ file: TAKE_BACK, find: 'if (document.epoch > epoch)', replace: 'if (document.epoch < 0)' }],
    caughtBy: { file: SERVERS, test: 'that a paused owner moves when it goes on' },
  },
  {
    name: 'What a zombie has moved of somebody erased is not looked for when the customer is met again.',
    rule: RULE,
    edits: [{ file: ROUND, find: 'known?.losers !== undefined || isErasedStub(was)', replace: 'stretch.epoch < 0' }],
    caughtBy: { file: SERVERS, test: 'when the customer is met again' },
  },
  {
    name: 'A customer goes on with less when a chunk is gone.',
    rule: RULE,
    edits: [
      {
        file: HISTORY,
        find: '          if (next.number !== expected) break;\n          expected += 1;\n',
        replace: '          expected = past.next;\n',
      },
    ],
    caughtBy: { file: SERVERS, test: 'waits rather than going on with less' },
  },
  {
    name: 'An old order goes that has been moved and that a product depends on.',
    rule: RULE,
    edits: [
      {
        file: 'src/domain/retention/decide.ts',
        find: 'orders.set(id, products.some(isActive) ? null : register.at)',
        replace: 'orders.set(id, products.some(isActive) ? register.at : register.at)',
      },
    ],
    caughtBy: { file: SERVERS, test: 'single old orders that have been moved' },
  },
  {
    name: 'Chunks are numbered from the start again where a customer is erased.',
    rule: RULE,
    edits: [{ file: 'src/pipeline/plan.ts', find: 'next: before?.facts.past?.next ?? 0', replace: 'next: 0' }],
    caughtBy: { file: 'test/unit/pipeline/plan.test.ts', test: 'writes over no orders that have been moved' },
  },
];
