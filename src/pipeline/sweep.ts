/**
 * Takes letters from before an erasure out of the dead letters of one partition. Kafka deletes only from the beginning: what has to
 * stay and lies before the last of them is written once more at the end first.
 */
import { ProfileError } from '../errors.ts';
import type { TaskContext } from './context.ts';
import { aboutOf, readableKey } from './decode.ts';
import { headerOf, identityOf, moved, notedIn } from './letters.ts';
import { OffsetSet } from './offset-set.ts';
import type { OpenTask } from './open.ts';
import type { ErasureMark, EventDecoder, Extent, InboundRecord, LetterLog, SweepMarks } from './ports.ts';
import { sentAt } from './router.ts';

/** What sweeps work with. */
export interface Sweeping {
  readonly letters: LetterLog;
  readonly marks: SweepMarks;
  /** Of every topic that letters may come from; what it does not know, it never waits for. */
  readonly decoder: EventDecoder;
  /** How often is looked for erasures that other tasks have carried out, ms; null: only when told. */
  readonly everyMs: number | null;
}

/** A task in whose partition letters are swept. */
export interface Sweep {
  readonly context: TaskContext;
  readonly task: Pick<OpenTask, 'partition' | 'epoch' | 'producer'>;
  /** Runs a step while no round is under way. */
  readonly between: <T>(step: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

interface Counts {
  readonly letters: number;
  readonly erased: number;
  readonly moved: number;
}

/** Sweeps if there have been erasures since the last time, and tells whether. */
export const sweep = async (own: Sweep): Promise<boolean> => {
  const { context, task, between } = own;
  const { marks, letters } = context.sweeping;
  const name = `${context.group}:${task.partition}`;
  const [latest, swept] = await Promise.all([marks.latest(), marks.read(name)]);
  if (latest === null || isSame(latest, swept)) return false;
  const startedAt = context.clock.now();
  // Whoever takes the task after this sees those erasures before it writes a letter; and so does every round of ours from here on.
  if (!(await context.epochs.confirm(name, task.epoch)))
    throw new ProfileError('FENCED', 'another member has the task');
  const extents = await between(() => letters.extents(task.partition));
  const counts: Counts[] = [];
  for (const [topic, extent] of extents)
    if (extent.end > extent.start) counts.push(await sweepTopic(own, topic, extent));
  await marks.write(name, latest);
  await context.passed('swept', task.partition);
  const ms = context.clock.now() - startedAt;
  context.observe({ type: 'swept', partition: task.partition, ...sumOf(counts), ms });
  return true;
};

const isSame = (one: ErasureMark, other: ErasureMark | null): boolean =>
  one.latest === other?.latest && one.recent === other.recent;

const sumOf = (counts: readonly Counts[]): Counts => ({
  letters: counts.reduce((sum, { letters }) => sum + letters, 0),
  erased: counts.reduce((sum, { erased }) => sum + erased, 0),
  moved: counts.reduce((sum, each) => sum + each.moved, 0),
});

const sweepTopic = async (own: Sweep, topic: string, extent: Extent): Promise<Counts> => {
  const { context, task, signal } = own;
  const { partition } = task;
  const found = await find(own, topic, extent);
  if (found.last === null) return { letters: found.letters, erased: 0, moved: 0 };
  await context.passed('letters-found', partition);
  const count = await move(own, topic, { start: extent.start, end: found.last + 1 }, found);
  await context.passed('letters-moved', partition);
  signal.throwIfAborted();
  await context.sweeping.letters.deleteBefore(topic, partition, found.last + 1);
  await context.passed('letters-deleted', partition);
  return { letters: found.letters, erased: found.erased, moved: count };
};

interface Found {
  letters: number;
  erased: number;
  /** Of those that go, the one behind which nothing has to move. */
  last: number | null;
  /** Offsets of those that go. */
  readonly going: OffsetSet;
  /** Identities of those that go. */
  readonly gone: OffsetSet;
  /** Identities of what was moved behind the last one already, by a sweep that was interrupted. */
  readonly behind: OffsetSet;
}

const find = async ({ context, task, signal }: Sweep, topic: string, extent: Extent): Promise<Found> => {
  const found: Found = {
    ...{ letters: 0, erased: 0, last: null },
    ...{ going: new OffsetSet(), gone: new OffsetSet(), behind: new OffsetSet() },
  };
  await context.sweeping.letters.read({ topic, partition: task.partition, ...extent, signal }, async (letters) => {
    const going = await ofErased(context, letters);
    found.letters += letters.length;
    for (const letter of letters) {
      if (going.has(letter)) {
        found.erased += 1;
        found.last = letter.offset;
        found.going.add(letter.offset);
        found.gone.add(identityOf(letter));
        found.behind.clear();
      } else if (identityOf(letter) !== letter.offset) found.behind.add(identityOf(letter));
    }
  });
  return found;
};

/** Those among the letters that concern somebody who was erased since the message was sent. */
const ofErased = async (
  { erased, sweeping, router }: TaskContext,
  letters: readonly InboundRecord[],
): Promise<Set<InboundRecord>> => {
  const full = letters.filter(({ key, value }) => key !== null || value !== null);
  await sweeping.decoder.prepare(full.map(({ value }) => value));
  const about = full.map((letter) => {
    const message = messageOf(letter);
    const ids = aboutOf(readableKey(letter.key), sweeping.decoder.decode(message.topic, letter.value));
    return { letter, ids, sentAt: sentAt(router, message) };
  });
  const ids = [...new Set(about.flatMap((each) => each.ids))];
  const erasedUpTo = ids.length > 0 ? await erased.among(ids) : new Map<string, number>();
  const isGone = (id: string, sent: number): boolean => sent <= (erasedUpTo.get(id) ?? -Infinity);
  return new Set(about.filter((each) => each.ids.some((id) => isGone(id, each.sentAt))).map(({ letter }) => letter));
};

const SUFFIX = '.dlq';

/** As it was when it was refused. */
const messageOf = (letter: InboundRecord): InboundRecord => {
  const said = headerOf(letter.headers, 'dlq-timestamp');
  const timestamp = said === null ? NaN : Number(said);
  return {
    ...letter,
    topic: letter.topic.slice(0, -SUFFIX.length),
    timestamp: Number.isSafeInteger(timestamp) ? timestamp : letter.timestamp,
  };
};

/** Writes what has to stay once more at the end, unless it is there already. Returns how much that was. */
const move = async (own: Sweep, topic: string, extent: Extent, { going, gone, behind }: Found): Promise<number> => {
  const { context, task, between, signal } = own;
  let count = 0;
  await context.sweeping.letters.read({ topic, partition: task.partition, ...extent, signal }, async (letters) => {
    const staying = letters.filter((letter) => {
      const noted = notedIn(letter);
      if (going.has(letter.offset) || (noted !== null && gone.has(noted))) return false;
      const identity = identityOf(letter);
      if (behind.has(identity)) return false;
      behind.add(identity);
      return true;
    });
    if (staying.length === 0) return;
    await between(async () => {
      const transaction = await task.producer.begin();
      await transaction.send(staying.map(moved));
      await transaction.commit();
    });
    count += staying.length;
  });
  return count;
};
