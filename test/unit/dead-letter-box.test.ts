import {
  collectLetters,
  countLetters,
  parseCoordinates,
  redrive,
  selects,
} from '../../src/commands/dead-letter-box.ts';
import { refuse, type RefusalReason } from '../../src/domain/refusal.ts';
import { deadLetter } from '../../src/pipeline/dead-letter.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';

/** Of `c-1` in `orders`; the keys of `others` say nothing. */
const place = (topic: string): number | null => (topic === 'orders' ? 5 : null);

const input = (offset: number, headers = {}): InboundRecord => ({
  ...{ topic: 'orders', partition: 2, offset, timestamp: 1000 + offset, headers },
  key: Buffer.from('c-1'),
  value: Buffer.from([9, 8, 7]),
});

/** As Kafka would hand it out again: header values as bytes. */
const stored = (record: OutboundRecord, offset: number): InboundRecord => ({
  ...{ topic: record.topic, partition: 2, offset, timestamp: 5000 + offset },
  key: record.key as Buffer | null,
  value: record.value,
  headers: Object.fromEntries(
    Object.entries(record.headers).map(([name, value]) => [name, Buffer.from(value as string)]),
  ),
});

const refused = (offset: number, at: number, reason: RefusalReason = 'undecodable', headers = {}): InboundRecord =>
  stored(deadLetter(input(offset, headers), refuse(reason, 'items[0].quantity')), at);

// eslint-disable-next-line @typescript-eslint/require-await
async function* stream(...records: InboundRecord[]) {
  yield* records;
}

describe('dead letters', () => {
  it('are read from what the pipeline writes', async () => {
    expect(await collectLetters(stream(refused(42, 7)))).toEqual([
      {
        ...{ topic: 'orders.dlq', partition: 2, offset: 7, refusedAt: 5007, redriven: false, bare: false },
        ...{ reason: 'undecodable', field: 'items[0].quantity', attempt: 1 },
        detail: expect.any(String) as string,
        source: { topic: 'orders', offset: 42, timestamp: 1042 },
      },
    ]);
  });

  it('go back with the bytes, the key and the headers they came with, and count their attempts', () => {
    const [message] = redrive(refused(42, 7, 'unknown-schema', { ce_id: 'e-1' }), place);
    expect(message).toEqual({
      topic: 'orders',
      partition: 5,
      key: Buffer.from('c-1'),
      value: Buffer.from([9, 8, 7]),
      headers: { ce_id: Buffer.from('e-1'), 'dlq-attempt': '1', 'redriven-from': 'orders.dlq:2:7' },
    });
    const again = stored(message as OutboundRecord, 50);
    const second = stored(deadLetter(again, refuse('unknown-schema')), 8);
    expect(second.headers['dlq-attempt']?.toString()).toBe('2');
    expect(redrive(second, place)[0]?.headers['redriven-from']).toBe('orders.dlq:2:8');
  });

  it('go where their key belongs, and where they were when it says nothing', () => {
    const [message, note] = redrive(refused(42, 7, 'misplaced'), place);
    expect(message).toMatchObject({ topic: 'orders', partition: 5 });
    expect(note).not.toHaveProperty('partition');
    const rekeyed = { ...refused(42, 7), headers: { ...refused(42, 7).headers, 'dlq-topic': Buffer.from('others') } };
    expect(redrive(rekeyed, place)[0]).toMatchObject({ topic: 'others', partition: 2 });
    expect(redrive({ ...refused(42, 7), key: null }, place)[0]).toMatchObject({ partition: 2 });
  });

  it('take a corrected value', () => {
    expect(redrive(refused(42, 7), place, Buffer.from('fixed'))[0]?.value).toEqual(Buffer.from('fixed'));
  });

  it('are known as redriven by the note, which is no letter itself', async () => {
    const [, note] = redrive(refused(42, 7), place);
    const letters = await collectLetters(stream(refused(42, 7), refused(43, 8), stored(note as OutboundRecord, 9)));
    expect(letters.map(({ offset, redriven }) => [offset, redriven])).toEqual([
      [7, true],
      [8, false],
    ]);
    expect(countLetters(letters)).toEqual([{ topic: 'orders', reason: 'undecodable', waiting: 1, redriven: 1 }]);
  });

  it('are selected by reason, either topic, time and place, all of them together', async () => {
    const letters = await collectLetters(stream(refused(1, 1), refused(2, 2, 'missing-key'), refused(3, 3)));
    const offsets = (selection: Parameters<typeof selects>[0]) =>
      letters.filter(selects(selection)).map(({ offset }) => offset);
    expect(offsets({})).toEqual([1, 2, 3]);
    expect(offsets({ reason: 'undecodable' })).toEqual([1, 3]);
    expect(offsets({ reason: 'undecodable', since: 5002 })).toEqual([3]);
    expect(offsets({ topic: 'orders' })).toEqual(offsets({ topic: 'orders.dlq' }));
    expect(offsets({ topic: 'contracts' })).toEqual([]);
    expect(offsets({ at: [{ topic: 'orders.dlq', partition: 2, offset: 2 }] })).toEqual([2]);
  });

  it.each(['orders.dlq', 'orders.dlq:1', 'a:b:c', ':1:2', 'a b:1:2'])('have no place called %j', (text) => {
    expect(parseCoordinates(text)).toBeNull();
  });

  it('have a place of topic, partition and offset', () => {
    expect(parseCoordinates('t.orders.dlq:3:42')).toEqual({ topic: 't.orders.dlq', partition: 3, offset: 42 });
  });
});
