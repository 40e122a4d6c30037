import fc from 'fast-check';
import { Inbox } from '../../src/pipeline/inbox.ts';
import type { FetchedBatch, Position } from '../../src/pipeline/ports.ts';

const TOPICS = ['orders', 'contracts'] as const;
type Topic = (typeof TOPICS)[number];

type Action =
  | { readonly do: 'offer'; readonly topic: Topic; readonly from: number; readonly length: number }
  | { readonly do: 'rewind'; readonly orders: number; readonly contracts: number }
  | { readonly do: 'take' | 'committed' };

const topic = fc.constantFrom(...TOPICS);
const offset = fc.nat({ max: 12 });

/** Offers overlap, repeat and leave gaps; rewinds go anywhere, as operators and lost replies make them. */
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('offer'), topic, from: offset, length: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('take', 'committed') }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rewind'), orders: offset, contracts: offset }) },
  ),
  { maxLength: 60 },
);

const batch = (of: Topic, from: number, to: number): FetchedBatch => ({
  topic: of,
  partition: 0,
  fetchedOffset: from,
  nextOffset: to,
  records: [],
});

/** The stretches a task may hold: what rounds were handed since the rewind, and what is still to come. */
class Model {
  handed: Record<Topic, number> = { orders: 0, contracts: 0 };
  received: Record<Topic, number> = { orders: 0, contracts: 0 };
  inWork: FetchedBatch[] = [];
  waiting: FetchedBatch[] = [];
  /** Whether the position is known: not before the first rewind, and after a gap not until the next. */
  open = false;
  gap = false;

  rewind(position: Record<Topic, number>): void {
    this.open = true;
    this.gap = false;
    this.handed = { ...position };
    this.received = { ...position };
    const held = [...this.inWork, ...this.waiting];
    this.inWork = [];
    this.waiting = held.filter((each) => {
      const of = each.topic as Topic;
      const useful = each.fetchedOffset <= this.received[of] && each.nextOffset > this.received[of];
      if (useful) this.received[of] = each.nextOffset;
      return useful;
    });
  }
}

const play = (inbox: Inbox, model: Model, action: Action): void => {
  if (action.do === 'rewind') {
    const position: Position & Record<Topic, number> = { orders: action.orders, contracts: action.contracts };
    inbox.rewind(position);
    model.rewind(position);
  } else if (action.do === 'offer') {
    const { topic: of, from, length } = action;
    const offered = batch(of, from, from + length);
    const reception = inbox.offer(offered);
    const occupied = model.waiting.some((each) => each.topic === of);
    if (!model.open) expect(reception).toBe('full');
    else if (from > model.received[of]) expect(reception).toBe('gap');
    else if (from + length <= model.received[of]) expect(reception).toBe('taken');
    else expect(reception).toBe(occupied ? 'full' : 'taken');
    if (reception === 'gap') [model.open, model.gap] = [false, true];
    if (reception !== 'taken' || from + length <= model.received[of]) return;
    model.waiting.push(offered);
    model.received[of] = from + length;
  } else if (action.do === 'committed') {
    inbox.committed();
    model.inWork = [];
  } else if (model.gap) {
    expect(() => inbox.take()).toThrow();
  } else if (model.inWork.length === 0) {
    const taken = inbox.take() ?? [];
    expect(new Set(taken.map((each) => each.topic)).size).toBe(taken.length);
    expect(new Set(taken.map((each) => each.topic))).toEqual(new Set(model.waiting.map((each) => each.topic)));
    for (const each of taken) {
      const of = each.topic as Topic;
      // Nothing is missing before it, and it brings something that was not handed out since the rewind.
      expect(each.fetchedOffset).toBeLessThanOrEqual(model.handed[of]);
      expect(each.nextOffset).toBeGreaterThan(model.handed[of]);
      model.handed[of] = each.nextOffset;
    }
    model.inWork = [...taken];
    model.waiting = model.waiting.filter((each) => !taken.includes(each));
  }
};

describe('an inbox', () => {
  it('hands every offset to rounds once between two rewinds, in order, never across a gap', () => {
    fc.assert(
      fc.property(actions, (sequence) => {
        const inbox = new Inbox();
        const model = new Model();
        for (const action of sequence) play(inbox, model, action);

        // And nothing that was taken is lost: it is all handed out in the end.
        do {
          play(inbox, model, { do: 'committed' });
          play(inbox, model, { do: 'take' });
        } while (model.inWork.length > 0);
        if (model.open) expect(model.handed).toEqual(model.received);
      }),
      { numRuns: 2_000 },
    );
  });

  it('holds no more than one batch in work and one waiting a topic, however often rounds fail', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), (failures) => {
        const inbox = new Inbox();
        const start: Position = { orders: 0 };
        inbox.rewind(start);
        let accepted = 0;
        for (let attempt = 0; attempt <= failures; attempt += 1) {
          while (inbox.offer(batch('orders', accepted, accepted + 1)) === 'taken') accepted += 1;
          expect(inbox.take()).toHaveLength(1);
          while (inbox.offer(batch('orders', accepted, accepted + 1)) === 'taken') accepted += 1;
          inbox.rewind(start);
        }
        expect(accepted).toBe(2);
      }),
    );
  });
});
