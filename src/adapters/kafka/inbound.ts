import type { KafkaMessage } from 'kafkajs';
import type { InboundRecord } from '../../pipeline/ports.ts';

export const inbound = (topic: string, partition: number, message: KafkaMessage): InboundRecord => ({
  topic,
  partition,
  offset: Number(message.offset),
  timestamp: Number(message.timestamp),
  key: message.key,
  value: message.value,
  headers: message.headers ?? {},
});
