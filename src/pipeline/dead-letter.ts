/** Refused records: bytes, key and headers as received, plus headers that say why and where from; of who was erased only these. */
import { deadLetterTopic } from '../domain/contracts.ts';
import { type Refusal, REFUSAL_REASONS } from '../domain/refusal.ts';
import { FIRST_OFFSET } from './letters.ts';
import type { Headers, InboundRecord, OutboundRecord } from './ports.ts';

export const deadLetter = (record: InboundRecord, refusal: Refusal): OutboundRecord => ({
  topic: deadLetterTopic(record.topic),
  key: record.key,
  value: record.value,
  headers: { ...received(record.headers), ...deadLetterHeaders(record, refusal) },
  notBefore: record.timestamp,
});

/** But for what would make it pass for another letter. */
const received = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== FIRST_OFFSET));

/** Says where the message lies, for as long as it does, and holds nothing of it. */
export const bareLetter = (record: InboundRecord, refusal: Refusal): OutboundRecord => ({
  topic: deadLetterTopic(record.topic),
  key: null,
  value: null,
  headers: deadLetterHeaders(record, { ...refusal, field: null, detail: REFUSAL_REASONS[refusal.reason] }),
  notBefore: record.timestamp,
});

const deadLetterHeaders = (record: InboundRecord, { reason, field, detail }: Refusal): Headers => ({
  'dlq-reason': reason,
  'dlq-field': field ?? '',
  'dlq-detail': detail,
  'dlq-topic': record.topic,
  'dlq-partition': String(record.partition),
  'dlq-offset': String(record.offset),
  'dlq-timestamp': String(record.timestamp),
  'dlq-attempt': String(previousAttempts(record.headers) + 1),
});

/** A redriven record carries the number of attempts it has already seen. */
const previousAttempts = (headers: Headers): number => {
  const header = headers['dlq-attempt'];
  const attempts = Number(Array.isArray(header) ? header.at(-1) : header);
  return Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 0;
};
