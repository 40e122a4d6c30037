/**
 * One batch of good messages with mutants among them, played with the mutants and without: what a mutant does, the judge
 * knows, and to everybody else it may do nothing.
 */
import type { InputEvent } from '../../src/domain/events.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import type { Stretch } from '../../src/pipeline/plan.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import { type Message, TOPICS } from './cases.ts';
import { type Customer, faultOfDeadLetter, faultOfPlan, faultOfStorage, faultOfVerdict, type Judge } from './checks.ts';
import { coordinates, play, type Played, type Road } from './road.ts';

/** One message of a cell; a mutant may be anything. */
export interface Member {
  readonly message: Message;
  readonly mutant: boolean;
}

export interface Finding {
  readonly kind: 'crash' | 'verdict' | 'dead-letter' | 'neighbour' | 'storage' | 'size';
  readonly detail: string;
  /** The member it is about; null when it is about a customer or the batch. */
  readonly member: Member | null;
}

export interface CellReport {
  readonly findings: readonly Finding[];
  /** `applied` or the reason, of each mutant. */
  readonly outcomes: readonly string[];
}

interface Batch {
  readonly records: readonly InboundRecord[];
  readonly stretch: Stretch;
}

/** As the output topic takes them. */
const MOST_UPDATE_BYTES = 4 * 1024 * 1024;

/** `before` is a batch of its own, so that the cell finds documents. */
export const playCell = async (
  road: Road,
  judge: Judge,
  before: readonly Message[],
  members: readonly Member[],
): Promise<CellReport> => {
  const batchOf = createBatches();
  const earlier = batchOf(before);
  const { records, stretch } = batchOf(members.map(({ message }) => message));
  const { plans } = await play(road, earlier.records, new Map(), earlier.stretch);
  const documents = new Map<string, ProfileDocument>();
  for (const [id, { document }] of plans) if (document !== null) documents.set(id, document);

  const goods = records.filter((_, index) => members[index]?.mutant === false);
  const without = await play(road, goods, documents, stretch);
  const found = createFindings();
  const whole = await attempt(() => play(road, records, documents, stretch));
  if ('error' in whole) {
    await blame(road, members, { records, stretch }, documents, found);
    if (found.all.length === 0) found('crash', `only as a batch: ${textOf(whole.error)}`);
    return { findings: found.all, outcomes: [] };
  }

  const played = whole.result;
  const mutants = checkMembers(played, judge, members, records, found);
  for (const [customerId, plan] of played.plans) {
    const customer: Customer = {
      plan,
      before: documents.get(customerId) ?? null,
      alone: without.plans.get(customerId),
      applied: mutants.applied.get(customerId) ?? [],
      claimed: mutants.claimed.has(customerId),
    };
    const tell = (kind: Finding['kind'], detail: string): void =>
      found(kind, `customer ${JSON.stringify(customerId)}: ${detail}`);
    const fault = faultOfPlan(customer);
    if (fault !== null) tell('neighbour', fault);
    const { length = 0 } = played.updates.get(customerId) ?? {};
    if (length > MOST_UPDATE_BYTES) tell('size', `an update of ${length} bytes`);
    if (customer.applied.length === 0) continue;
    const stored = await attempt(() => faultOfStorage(customer));
    if ('error' in stored) tell('storage', textOf(stored.error));
    else if (stored.result !== null) tell('storage', stored.result);
  }
  return { findings: found.all, outcomes: mutants.outcomes };
};

/** Gives messages their offsets, topic by topic, batch after batch. */
const createBatches = (): ((messages: readonly Message[]) => Batch) => {
  let from: Record<string, number> = Object.fromEntries(Object.values(TOPICS).map((topic) => [topic, 0]));
  return (messages) => {
    const to = { ...from };
    const records = messages.map((message): InboundRecord => {
      const offset = to[message.topic] ?? 0;
      to[message.topic] = offset + 1;
      return { ...message, partition: 0, offset };
    });
    const stretch = { epoch: 1, from, to };
    from = to;
    return { records, stretch };
  };
};

type Found = ((kind: Finding['kind'], detail: string, member?: Member) => void) & { readonly all: Finding[] };

const createFindings = (): Found => {
  const all: Finding[] = [];
  const found = (kind: Finding['kind'], detail: string, member?: Member): void =>
    void all.push({ kind, detail, member: member ?? null });
  return Object.assign(found, { all });
};

const attempt = async <T>(work: () => T | Promise<T>): Promise<{ result: T } | { error: unknown }> => {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
};

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What became of the mutants. */
interface Mutants {
  readonly outcomes: readonly string[];
  /** By customer. */
  readonly applied: ReadonlyMap<string, readonly InputEvent[]>;
  /** Customers of mutants refused for their unknown schema. */
  readonly claimed: ReadonlySet<string>;
}

const checkMembers = (
  played: Played,
  judge: Judge,
  members: readonly Member[],
  records: readonly InboundRecord[],
  found: Found,
): Mutants => {
  const outcomes: string[] = [];
  const applied = new Map<string, InputEvent[]>();
  const claimed = new Set<string>();
  const check = (member: Member, record: InboundRecord): void => {
    const place = coordinates(record);
    const outcome = played.outcomes.get(place);
    if (outcome === undefined) {
      found('verdict', 'neither applied nor refused', member);
      return;
    }
    if (outcome.kind === 'refused') {
      const fault = faultOfDeadLetter(record, played.deadLetters.get(place));
      if (fault !== null) found('dead-letter', fault, member);
    }
    if (!member.mutant) {
      if (outcome.kind === 'refused') found('verdict', `a good message is refused: ${outcome.reason}`, member);
      return;
    }
    try {
      const fault = faultOfVerdict(judge, record, outcome);
      if (fault !== null) found('verdict', fault, member);
    } catch (error) {
      found('crash', `the judge: ${textOf(error)}`, member);
    }
    outcomes.push(outcome.kind === 'applied' ? 'applied' : outcome.reason);
    if (outcome.kind === 'applied') {
      const { input } = outcome;
      // What is said of a link is not said of a customer.
      if (input.type === 'CustomerLink') return;
      const { customerId } = input.event;
      applied.set(customerId, [...(applied.get(customerId) ?? []), input]);
    } else if (outcome.reason === 'unknown-schema' && record.key !== null) claimed.add(String(record.key));
  };
  for (const [index, member] of members.entries()) {
    const record = records[index];
    if (record !== undefined) check(member, record);
  }
  return { outcomes, applied, claimed };
};

/** Who is to blame for a batch that threw: each member by itself. */
const blame = async (
  road: Road,
  members: readonly Member[],
  { records, stretch }: Batch,
  documents: ReadonlyMap<string, ProfileDocument>,
  found: Found,
): Promise<void> => {
  for (const [index, member] of members.entries()) {
    const record = records[index];
    if (record === undefined) continue;
    const alone = await attempt(() => play(road, [record], documents, stretch));
    if ('error' in alone) found('crash', textOf(alone.error), member);
  }
};
