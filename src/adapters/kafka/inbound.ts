import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Headers, InboundRecord } from '../../pipeline/ports.ts';

export const inbound = (topic: string, partition: number, message: KafkaMessage): InboundRecord => ({
  topic,
  partition,
  offset: Number(message.offset),
  timestamp: Number(message.timestamp),
  key: message.key,
  value: message.value,
  headers: message.headers ?? {},
});

/** kafkajs sends and receives headers without a value, and its types know nothing of them. */
export const outboundHeaders = (headers: Headers): IHeaders => headers as IHeaders;
