import { refuse } from '../../../src/domain/refusal.ts';
import { bareLetter, deadLetter } from '../../../src/pipeline/dead-letter.ts';
import { identityOf, isBare, moved, notedIn, noteOn } from '../../../src/pipeline/letters.ts';
import { OffsetSet } from '../../../src/pipeline/offset-set.ts';
import type { InboundRecord, OutboundRecord } from '../../../src/pipeline/ports.ts';

const record: InboundRecord = {
  ...{ topic: 'orders', partition: 2, offset: 7, timestamp: 1_000 },
  ...{ key: Buffer.from('c-1'), value: Buffer.from([1]), headers: { trace: Buffer.from('t') } },
};
const at = (offset: number, { key, value, headers }: OutboundRecord): InboundRecord => ({
  ...{ topic: 'orders.dlq', partition: 2, offset, timestamp: 2_000, value },
  ...{ key: key as Buffer | null, headers },
});
const letter = (offset: number, headers: InboundRecord['headers'] = record.headers) =>
  at(offset, deadLetter({ ...record, headers }, refuse('undecodable')));

describe('a dead letter', () => {
  it('goes by its first offset, however often it is moved, with all that it had', () => {
    const first = letter(5);
    const again = at(20, moved(first));
    const thrice = at(31, moved(again));
    expect([first, again, thrice].map(identityOf)).toEqual([5, 5, 5]);
    expect(thrice).toEqual({ ...first, offset: 31, headers: { ...first.headers, 'dlq-first-offset': '5' } });
    expect(moved(first).timestamp).toBe(first.timestamp);
  });

  it('of a message that claims to be another letter goes by its own offset', () => {
    expect(identityOf(letter(5, { 'dlq-first-offset': '1' }))).toBe(5);
    expect(notedIn(letter(5, { 'dlq-redriven': '1' }))).toBe(null);
  });

  it('is noted as redriven by its first offset', () => {
    const note = at(40, noteOn(at(20, moved(letter(5)))));
    expect(notedIn(note)).toBe(5);
    expect(notedIn(at(50, moved(note)))).toBe(5);
  });

  it('is bare when there is nothing in it but why and where', () => {
    expect(isBare(at(1, bareLetter(record, refuse('before-erasure'))))).toBe(true);
    expect(isBare(letter(1))).toBe(false);
    expect(isBare(at(1, deadLetter({ ...record, key: null, value: null }, refuse('empty-value'))))).toBe(false);
  });
});

it('offsets are remembered each by itself', () => {
  const set = new OffsetSet();
  const some = [0, 1, 8, 4095, 4096, 1e9, 2 ** 40 + 3];
  for (const offset of some) set.add(offset);
  for (const offset of some) expect([set.has(offset), set.has(offset + 2)]).toEqual([true, false]);
  set.clear();
  expect(some.some((offset) => set.has(offset))).toBe(false);
});
