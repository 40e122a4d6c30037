/** Bytes to deliveries by customer, and to dead letters. */
import { isUtf8 } from 'node:buffer';
import { isRefusal, judge, type Refusal } from '../domain/refusal.ts';
import type { TaskContext } from './context.ts';
import { deadLetter } from './dead-letter.ts';
import type { Delivery } from './plan.ts';
import type { InboundRecord, OutboundRecord } from './ports.ts';

export interface Decoded {
  /** By the record's key, refused records included (rule 7). */
  readonly byCustomer: Map<string, readonly Delivery[]>;
  readonly deadLetters: readonly OutboundRecord[];
  readonly refusals: readonly Refusal[];
}

/** Decodes and judges every record; what can never be applied becomes a dead letter. */
export const decode = async (context: TaskContext, records: readonly InboundRecord[]): Promise<Decoded> => {
  const { decoder, futureToleranceMs } = context;
  await decoder.prepare(records.map(({ value }) => value));
  const byCustomer = new Map<string, Delivery[]>();
  const deadLetters: OutboundRecord[] = [];
  const refusals: Refusal[] = [];
  for (const record of records) {
    const { topic, offset, timestamp } = record;
    const key = readableKey(record.key);
    const event = decoder.decode(topic, record.value);
    const refusal = isRefusal(event) ? event : judge(event, { key, recordTimestamp: timestamp, futureToleranceMs });
    if (refusal !== null) {
      deadLetters.push(deadLetter(record, refusal));
      refusals.push(refusal);
    }
    if (key === null) continue;
    const deliveries = byCustomer.get(key);
    const delivery = { topic, offset, input: refusal ?? event };
    if (deliveries === undefined) byCustomer.set(key, [delivery]);
    else deliveries.push(delivery);
  }
  return { byCustomer, deadLetters, refusals };
};

const MAX_KEY_BYTES = 1024;

/** A key that can name a document: non-empty, not huge, valid UTF-8. */
export const readableKey = (key: Buffer | null): string | null =>
  key !== null && key.length > 0 && key.length <= MAX_KEY_BYTES && isUtf8(key) ? key.toString('utf8') : null;
