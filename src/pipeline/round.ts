/** One round of a task: read → decode → load → merge → save → count → publish, as in the protocol, top to bottom. */
import type { Change } from '../domain/diff.ts';
import type { Chunk } from '../domain/past/chunk.ts';
import type { Past } from '../domain/past/past.ts';
import { announce } from './announce.ts';
import type { TaskContext } from './context.ts';
import { decode, type Decoded } from './decode.ts';
import { isErasedStub, type ProfileDocument, type ProfileWrite } from './document.ts';
import type { RefusedDelivery } from './fold.ts';
import { planWithHistory } from './history/plan.ts';
import { withTakeBack } from './history/take-back.ts';
import { type Known, load } from './load.ts';
import type { OpenTask } from './open.ts';
import { planCustomer, type Stretch } from './plan.ts';
import type { Statement } from './links/answers.ts';
import { answerRecords } from './links/links.ts';
import type { FetchedBatch, InboundRecord, OutboundRecord, Position, RecordedDecision, StoredLoser } from './ports.ts';
import { deadLettersOf, refusedByPlan } from './refused.ts';
import { stopwatch, type Stopwatch } from './stopwatch.ts';
import { summaryOf } from './summary.ts';
import { takeBack } from './take-back.ts';
import { goingOn, type RoundTrace, traced } from './tracing.ts';

/** Processes what the batches hold beyond the task's position; returns the position after the commit. */
export const processRound = (
  context: TaskContext,
  task: OpenTask,
  batches: readonly FetchedBatch[],
): Promise<Position> => withTakeBack(context, task.epoch, (noted) => roundOf(noted, task, batches));

const roundOf = async (context: TaskContext, task: OpenTask, batches: readonly FetchedBatch[]): Promise<Position> => {
  const { passed } = context;
  const { partition } = task;
  const timed = stopwatch(context, partition);
  const read = await timed('read', () => readNew(task.position, batches));
  await passed('read', partition);
  if (read.position === task.position) return read.position;
  return traced(context, partition, read.records, (trace) =>
    work(context, task, read, stopwatch(context, partition, trace, timed.stages), trace),
  );
};

const work = async (
  context: TaskContext,
  task: OpenTask,
  { records, position }: Read,
  timed: Stopwatch,
  trace: RoundTrace | undefined,
): Promise<Position> => {
  const { passed } = context;
  const { partition } = task;
  const decoded = await timed('decode', () => decode(context, records));
  await passed('decoded', partition);

  const before = await timed('load', () => load(context, partition, decoded));
  await passed('loaded', partition);

  const stretch = { epoch: task.epoch, from: task.position, to: position };
  const merged = await timed('merge', () => mergeAll(context, partition, decoded, before.documents, stretch, trace));
  await passed('merged', partition);

  const refused = [...decoded.refused, ...refusedByPlan(context, records, merged.refused)];
  const outputs: OutboundRecord[] = [...merged.announcements];
  try {
    await timed('save', () => save(context, task.epoch, merged, before.losers, decoded.statements));
    await passed('saved', partition);

    const answers = await timed('count', () => answerRecords(context.links, decoded.statements));
    const letters = deadLettersOf(refused, before.erased, merged.erased);
    outputs.push(...answers, ...decoded.routed, ...letters);
    await timed('publish', () => publish(context, task, outputs, moved(task.position, position)));
  } catch (error) {
    await takeBack(context, task.epoch, merged.writes, error);
    throw error;
  }
  await passed('committed', partition);
  if (merged.erases > 0) task.onErased?.();

  for (const { document, changes, storedBytes } of merged.hot) {
    context.cache.set(partition, document, changes, storedBytes);
  }
  const told = { records, decoded, refused, merged, outputs, cached: before.cached };
  context.observe({
    type: 'batch',
    partition,
    ...summaryOf(told),
    cacheBytes: context.cache.bytes,
    stages: timed.stages,
  });
  return position;
};

interface Read {
  readonly records: readonly InboundRecord[];
  readonly position: Position;
}

/** Rule 6: what is below the position has been done. That nothing is missing above it is the inbox's care. */
const readNew = (position: Position, batches: readonly FetchedBatch[]): Read => {
  const records: InboundRecord[] = [];
  let reached = position;
  for (const batch of batches) {
    const next = reached[batch.topic] ?? 0;
    for (const record of batch.records) if (record.offset >= next) records.push(record);
    if (batch.nextOffset > next) reached = { ...reached, [batch.topic]: batch.nextOffset };
  }
  return { records, position: reached };
};

/** What a round does to all its customers. */
interface Merged {
  readonly writes: ProfileWrite[];
  /** Versions for subscribers, each with what audiences hear of it. */
  readonly announcements: OutboundRecord[];
  /** For the cache, once committed. */
  readonly hot: { document: ProfileDocument; changes: readonly Change[]; storedBytes: number | undefined }[];
  readonly refused: RefusedDelivery[];
  readonly decided: RecordedDecision[];
  /** Orders that leave their document. */
  readonly moved: { customerId: string; chunks: readonly Chunk[] }[];
  /** Customers of whom the history may hold more than counts, up to whose epoch. */
  readonly outdated: { customerId: string; past: Past | undefined; epoch: number }[];
  /** Up to when customers of the round have been erased, ms. */
  readonly erased: Map<string, number>;
  /** Customers whose erasure this very round publishes. */
  erases: number;
  published: number;
  applied: number;
  stale: number;
}

/**
 * One customer after the other, from bytes to bytes: a document lives for a moment only, and never through the I/O that
 * follows, or copying it would be most of what the garbage collector does.
 */
const mergeAll = async (
  context: TaskContext,
  partition: number,
  { byCustomer }: Decoded,
  before: ReadonlyMap<string, Known>,
  stretch: Stretch,
  trace: RoundTrace | undefined,
): Promise<Merged> => {
  const merged: Merged = {
    ...{
      writes: [],
      announcements: [],
      hot: [],
      refused: [],
      decided: [],
      moved: [],
      outdated: [],
      erased: new Map(),
      erases: 0,
      published: 0,
      applied: 0,
      stale: 0,
    },
  };
  const { rules, audiences, room } = context;
  const then = { rules, audiences, room, hash: context.links.hash };
  for (const [customerId, deliveries] of byCustomer) {
    const known = before.get(customerId);
    const was = known?.read() ?? null;
    const plan =
      was?.facts.past === undefined
        ? planCustomer(customerId, was, deliveries, stretch, then)
        : await planWithHistory(context.history, was, deliveries, stretch, then);
    const { write, document, publish, refused, chunks } = plan;
    if (refused.length > 0) merged.refused.push(...refused);
    for (const decision of plan.decisions) merged.decided.push({ ...decision, epoch: stretch.epoch });
    if (document?.facts.erased !== undefined) merged.erased.set(customerId, document.facts.erased.at);
    if (write !== null) merged.writes.push(write);
    if (chunks.length > 0) merged.moved.push({ customerId, chunks });
    if (was !== null && (known?.losers !== undefined || isErasedStub(was))) {
      // Of owners before the one who wrote it, none of whom can save any more.
      merged.outdated.push({ customerId, past: was.facts.past, epoch: was.epoch - 1 });
    }
    if (plan.leavesChunks) merged.outdated.push({ customerId, past: document?.facts.past, epoch: stretch.epoch });
    if (publish && document?.pending?.erased !== undefined) merged.erases += 1;
    if (publish) {
      const continued = trace?.continued(document?.marker ?? null);
      merged.announcements.push(...goingOn(announce(context, partition, plan), customerId, continued));
    }
    merged.published += publish ? 1 : 0;
    merged.applied += plan.applied;
    merged.stale += plan.stale;
    if (document !== null && context.cache.wants(partition, customerId)) {
      merged.hot.push({ document, changes: changesOf(write), storedBytes: known?.storedBytes });
    }
  }
  byCustomer.clear();
  return merged;
};

const changesOf = (write: ProfileWrite | null): readonly Change[] =>
  write === null || write.expectedVersion === null ? [] : write.changes;

const save = async (
  { profiles, links, decisions, history }: TaskContext,
  ownEpoch: number,
  { writes, decided, moved: moving, outdated }: Merged,
  losers: readonly StoredLoser[],
  statements: readonly Statement[],
): Promise<void> => {
  // Before what they do: no customer is gone without a word why.
  if (decided.length > 0) await decisions.record(decided);
  // Before they leave the document: whoever fails between leaves them in both, where only the document counts.
  for (const { customerId, chunks } of moving) await history.put(customerId, chunks);
  if (writes.length > 0) await profiles.save(writes);
  // After the document is ours: no owner before can save it any more, and count on them.
  await Promise.all(outdated.map(({ customerId, past, epoch }) => history.tidy(customerId, past, epoch)));
  // What this owner has just archived is no loser's, nor is what a newer one has.
  if (losers.length > 0) await profiles.discard(losers, ownEpoch - 1);
  if (statements.length > 0) await links.store.save(statements);
};

/** Updates, dead letters and offsets become visible together or not at all. */
const publish = async (
  { passed }: TaskContext,
  { producer, partition }: OpenTask,
  records: readonly OutboundRecord[],
  position: Position,
): Promise<void> => {
  const transaction = await producer.begin();
  await passed('transaction-begun', partition);
  if (records.length > 0) await transaction.send(records);
  await passed('sent', partition);
  await transaction.addOffsets(position);
  await passed('offsets-added', partition);
  await transaction.commit();
};

const moved = (from: Position, to: Position): Position =>
  Object.fromEntries(Object.entries(to).filter(([topic, offset]) => offset !== from[topic]));
