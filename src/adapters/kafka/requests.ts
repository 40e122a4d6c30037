import type { Message } from 'kafkajs';
import type { OutboundRecord } from '../../pipeline/ports.ts';
import { outboundHeaders } from './inbound.ts';

/** A broker refuses record batches beyond 1 MB by default; headers and framing need their share. */
const MAX_BATCH_BYTES = 900_000;

export interface Request {
  readonly topicMessages: { topic: string; messages: Message[] }[];
  /**
   * A record of it is refused as it is. What came in compressed may be many times as large as what a topic takes, and has to go on
   * compressed, or it would never get anywhere.
   */
  readonly isOversized: boolean;
}

/** As few requests as fit: one for all topics, split where one topic's share would be refused as too large. `own`: the partition of records that name none. */
export const requestsOf = (records: readonly OutboundRecord[], own: number): Request[] => {
  const split: Map<string, Message[]>[] = [];
  const sizes = new Map<string, { request: number; bytes: number }>();
  const oversized = new Set<number>();
  for (const { topic, partition = own, key, value, headers, timestamp, notBefore } of records) {
    const message = {
      ...{ key, value, partition, headers: outboundHeaders(headers) },
      ...timestampOf(timestamp, notBefore),
    };
    const size = sizeOf(message);
    const filled = sizes.get(topic) ?? { request: 0, bytes: 0 };
    const fits = filled.bytes === 0 || filled.bytes + size <= MAX_BATCH_BYTES;
    const place = fits ? { ...filled, bytes: filled.bytes + size } : { request: filled.request + 1, bytes: size };
    sizes.set(topic, place);
    if (size > MAX_BATCH_BYTES) oversized.add(place.request);
    const request = (split[place.request] ??= new Map<string, Message[]>());
    const messages = request.get(topic);
    if (messages === undefined) request.set(topic, [message]);
    else messages.push(message);
  }
  return split.map((request, place) => ({
    topicMessages: [...request].map(([topic, messages]) => ({ topic, messages })),
    isOversized: oversized.has(place),
  }));
};

const timestampOf = (timestamp: number | undefined, notBefore: number | undefined): Pick<Message, 'timestamp'> => {
  const at = timestamp ?? (notBefore === undefined ? undefined : Math.max(notBefore, Date.now()));
  return at === undefined ? {} : { timestamp: String(at) };
};

const RECORD_OVERHEAD_BYTES = 64;

const sizeOf = ({ key, value, headers = {} }: Message): number => {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of Object.entries(headers)) {
    for (const part of [header].flat()) bytes += name.length + (part?.length ?? 0) + 8;
  }
  return bytes;
};
