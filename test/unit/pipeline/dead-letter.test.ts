import { refuse } from '../../../src/domain/refusal.ts';
import { bareLetter, deadLetter } from '../../../src/pipeline/dead-letter.ts';
import type { InboundRecord } from '../../../src/pipeline/ports.ts';

const record = (said: Partial<InboundRecord> = {}): InboundRecord => ({
  topic: 'order-finalized',
  partition: 3,
  offset: 41,
  timestamp: 1_700_000_000_000,
  key: Buffer.from([0xff, 0x00]),
  value: Buffer.from([0x00, 0xfe, 0x01]),
  headers: {},
  ...said,
});

describe('a dead letter', () => {
  it('carries key, value and headers as received, byte for byte', () => {
    const received = record({ headers: { trace: Buffer.from([0x80]), twice: [Buffer.from('a'), Buffer.from('b')] } });
    const { topic, key, value, headers } = deadLetter(received, refuse('undecodable'));
    expect(topic).toBe('order-finalized.dlq');
    expect(key).toBe(received.key);
    expect(value).toBe(received.value);
    expect(headers).toMatchObject(received.headers);
  });

  it('says why, where from, and when', () => {
    const { headers } = deadLetter(record(), refuse('invalid-value', 'items[0].quantity', 'must not be negative'));
    expect(headers).toEqual({
      'dlq-reason': 'invalid-value',
      'dlq-field': 'items[0].quantity',
      'dlq-detail': 'must not be negative',
      'dlq-topic': 'order-finalized',
      'dlq-partition': '3',
      'dlq-offset': '41',
      'dlq-timestamp': '1700000000000',
      'dlq-attempt': '1',
    });
  });

  it('is no older than its record, or a member whose clock is a year slow would write it for the broker to delete', () => {
    for (const letter of [deadLetter, bareLetter]) {
      expect(letter(record(), refuse('undecodable')).notBefore).toBe(1_700_000_000_000);
    }
  });

  it('has neither key nor value where the record had none', () => {
    expect(deadLetter(record({ key: null, value: null }), refuse('empty-value'))).toMatchObject({
      key: null,
      value: null,
    });
  });

  it('tells the latest refusal of one that was sent again, and counts its attempts', () => {
    const once = deadLetter(record(), refuse('missing-key'));
    const again = deadLetter(record({ offset: 99, headers: once.headers }), refuse('undecodable'));
    expect(again.headers).toMatchObject({ 'dlq-attempt': '2', 'dlq-reason': 'undecodable', 'dlq-offset': '99' });
    const third = deadLetter(record({ headers: { 'dlq-attempt': Buffer.from('2') } }), refuse('undecodable'));
    expect(third.headers['dlq-attempt']).toBe('3');
  });

  it.each<[string, Buffer | string | Buffer[]]>([
    ['text', 'many'],
    ['negative', '-4'],
    ['a fraction', '1.5'],
    ['beyond counting', '1e300'],
    ['empty', ''],
    ['repeated', [Buffer.from('7'), Buffer.from('none')]],
  ])('begins to count anew when the count it carries is %s', (_, attempt) => {
    const { headers } = deadLetter(record({ headers: { 'dlq-attempt': attempt } }), refuse('undecodable'));
    expect(headers['dlq-attempt']).toBe('1');
  });
});
