import fc from 'fast-check';
import { churn } from '../../src/domain/audiences/churn.ts';
import { fraud } from '../../src/domain/audiences/fraud.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { cut } from '../../src/domain/cuts.ts';
import { customerOf } from '../../src/domain/derive.ts';
import { openItemsOf } from '../../src/domain/derive/open-items.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import type { Limits } from '../../src/domain/ledger/limits.ts';
import { linkValues } from '../../src/domain/links.ts';
import { merge } from '../../src/domain/merge.ts';
import { type Chunk, keysFor, keysOf, type PastKey } from '../../src/domain/past/chunk.ts';
import { moveOut, type Room } from '../../src/domain/past/move-out.ts';
import { isCounted, recall, unknownOf } from '../../src/domain/past/recall.ts';
import { wholeOf } from '../../src/domain/past/whole.ts';
import { settle } from '../../src/pipeline/history/fold.ts';
import type { ChunkAccess } from '../../src/pipeline/history/rebuild.ts';
import { anItem, anOrder } from '../helpers/domain.ts';
import { RULES } from '../helpers/rules.ts';
import { type CutOff, cutOff, inputEvent } from './arbitraries.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);
const TIMEOUT_MS = 20_000 + 20 * numRuns;

/** Next to nothing is told one by one, and next to nothing stays. */
const LIMITS: Limits = { products: 2, placements: 5, open: 1, devices: 1, instruments: 1, values: 2, months: 1 };
/** Chunks of few orders, and of more than are ever held: then what is made anew may all fit into the document. */
const ROOMS = [
  { most: 2, hot: 1, chunk: 2 },
  { most: 2, hot: 1, chunk: 5 },
];

type Step = InputEvent | CutOff;

interface Batch {
  readonly steps: readonly Step[];
  /** It is tried once in vain: what it has written of the history stays. */
  readonly fails: boolean;
}

/** Most orders come about, and with them products. */
const lively = (input: InputEvent): InputEvent => {
  if (input.type !== 'OrderFinalized') return input;
  const items = input.event.items.map((item) => ({ ...item, action: 'add' as const, state: 'completed' as const }));
  return { ...input, event: { ...input.event, state: 'completed', items } };
};

const step = fc.oneof(
  { weight: 4, arbitrary: inputEvent },
  { weight: 6, arbitrary: inputEvent.map(lively) },
  { weight: 1, arbitrary: cutOff },
);

const batches = fc.array(
  fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    fails: fc.boolean(),
  }),
  { maxLength: 10 },
);

/** As a database gives it back. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const applied = (facts: Facts, steps: readonly Step[]): Facts =>
  steps.reduce((known, step) => ('section' in step ? cut(known, step.section, step.said) : merge(known, step)), facts);

const inTurn = async function* (chunks: Chunk[]): AsyncGenerator<Chunk, void, undefined> {
  await Promise.resolve();
  yield* chunks.sort((a, b) => a.number - b.number);
};

/** Chunks of one customer, also those that nobody counts on any more. */
const createChunks = () => {
  const chunks = new Map<string, Chunk>();
  const access: ChunkAccess = {
    read: (past) => inTurn([...chunks.values()].filter((chunk) => isCounted(past, chunk))),
    find: (_, keys) =>
      Promise.resolve([...chunks.values()].filter((chunk) => keysOf(chunk).some((key) => keys.has(key)))),
    put: (written) => {
      for (const chunk of written) chunks.set(`${chunk.number}/${chunk.epoch}`, stored(chunk));
      return Promise.resolve();
    },
  };
  return { access, all: () => [...chunks.values()] };
};

const after = async (all: readonly Batch[], room: Room) => {
  const { access, all: chunks } = createChunks();
  let facts = emptyFacts;
  let epoch = 1;
  const put = (written: readonly Chunk[]): Promise<void> => {
    const { past } = facts;
    expect(past === undefined ? [] : written.filter((chunk) => isCounted(past, chunk))).toEqual([]);
    return access.put(written);
  };
  const attempt = async (steps: readonly Step[]): Promise<Facts> => {
    const named = steps.flatMap((step) => ('section' in step ? [] : keysFor(step)));
    const { past } = facts;
    const keys = past === undefined ? new Set<PastKey>() : unknownOf(past, named);
    const found = past === undefined ? [] : await access.find(past, keys);
    const { facts: known, orders: recalled } = recall(facts, found, keys);
    const how = { epoch, room, limits: LIMITS };
    const settled = await settle({ known, recalled }, applied(known, steps), { ...access, put }, how);
    const moved = moveOut(settled, room, { ...how, next: past?.next ?? 0 });
    await put(moved.chunks);
    return stored(moved.facts);
  };
  for (const { steps, fails } of all) {
    if (fails) {
      await attempt(steps);
      epoch += 1;
    }
    facts = await attempt(steps);
  }
  return { facts, chunks: chunks() };
};

const told = (facts: Facts) => {
  const customer = customerOf(facts, RULES, LIMITS);
  const { profile, ledger } = customer;
  const views = { churn: churn.view(customer), fraud: fraud.view(customer), links: linkValues(customer) };
  return stored({ profile, ...views, open: openItemsOf(ledger) });
};

describe('a customer whose older orders have been moved out', () => {
  it.each(ROOMS)(
    'is known and told as if none had been, whatever arrives late, again, corrected or after it was forgotten, and whoever failed between ($chunk at a time)',
    async (room) => {
      let moved = 0;
      await fc.assert(
        fc.asyncProperty(batches, async (all) => {
          const { facts, chunks } = await after(all, room);
          const whole = applied(
            emptyFacts,
            all.flatMap(({ steps }) => steps),
          );
          expect(canonicalJson(wholeOf(facts, chunks))).toBe(canonicalJson(whole));
          expect(told(facts)).toEqual(told(whole));
          expect(Object.keys(facts.orders).length).toBeLessThanOrEqual(room.most);
          if (facts.past !== undefined) moved += 1;
        }),
        { numRuns },
      );
      expect(moved).toBeGreaterThan(numRuns / 10);
    },
    TIMEOUT_MS,
  );

  it('knows what an order names that comes to count only when another statement of it is forgotten, also once all was made anew', async () => {
    const room = { most: 2, hot: 1, chunk: 1 };
    const nth = (n: number, productId: string, said: Parameters<typeof anOrder>[0] = {}): InputEvent =>
      anOrder({
        ...{ eventId: `e-${n}`, orderId: `o-${n}`, occurredAt: 100 + n, orderDate: n },
        items: [anItem({ productId, offeringName: `offering-${n}` })],
        ...said,
      });
    const modified = { items: [anItem({ productId: 'a', action: 'modify' })] };
    const steps: Step[] = [
      ...[nth(1, 'a'), nth(2, 'b'), nth(3, 'c'), nth(4, 'd'), nth(5, 'e')],
      // Of the latest order two statements: the one that counts was made earlier.
      nth(9, 'x', { orderVersion: 2, occurredAt: 50 }),
      nth(9, 'a', { eventId: 'later', occurredAt: 200, ...modified }),
      nth(2, 'b', { eventId: 'corrected', orderVersion: 2, occurredAt: 300 }),
      { section: 'orders', said: { at: 60, policy: 'p' } },
    ];
    const all = steps.map((each) => ({ steps: [each], fails: false }));
    const { facts, chunks } = await after(all, room);
    const whole = applied(emptyFacts, steps);
    expect(facts.past?.ledger.unlisted.active).toBeGreaterThan(0);
    expect(canonicalJson(wholeOf(facts, chunks))).toBe(canonicalJson(whole));
    expect(told(facts)).toEqual(told(whole));
  });
});
