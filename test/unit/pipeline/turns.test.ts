import { createTurns } from '../../../src/pipeline/turns.ts';

/** Rounds that end when told to, and who of them has begun. */
const rounds = (capacity: number) => {
  const inTurn = createTurns(capacity);
  const begun: string[] = [];
  const begin = (name: string, records: number): { end: () => Promise<void>; fail: () => Promise<void> } => {
    const work = Promise.withResolvers<undefined>();
    const done = inTurn(records, () => {
      begun.push(name);
      return work.promise;
    }).catch(() => undefined);
    const after = (settle: () => void) => async () => {
      settle();
      await done;
      await settled();
    };
    return {
      end: after(() => work.resolve(undefined)),
      fail: after(() => work.reject(new Error('a round that fails'))),
    };
  };
  return { begun, begin };
};

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('rounds of one member', () => {
  it('of quiet tasks run all at once', async () => {
    const { begun, begin } = rounds(100);
    for (let task = 0; task < 50; task += 1) begin(String(task), 2);
    await settled();
    expect(begun).toHaveLength(50);
  });

  it('hold no more records together than there is room for, and go on in order', async () => {
    const { begun, begin } = rounds(100);
    const first = begin('first', 60);
    begin('second', 60);
    begin('third', 10);
    await settled();
    expect(begun).toEqual(['first']);
    await first.end();
    expect(begun).toEqual(['first', 'second', 'third']);
  });

  it('run alone when one is larger than all the room', async () => {
    const { begun, begin } = rounds(100);
    const large = begin('large', 5_000);
    begin('small', 1);
    await settled();
    expect(begun).toEqual(['large']);
    await large.end();
    expect(begun).toEqual(['large', 'small']);
  });

  it('make room also when they fail, or hold no record at all', async () => {
    const { begun, begin } = rounds(100);
    await begin('empty', 0).end();
    await begin('failing', 100).fail();
    begin('next', 100);
    await settled();
    expect(begun).toEqual(['empty', 'failing', 'next']);
  });
});
