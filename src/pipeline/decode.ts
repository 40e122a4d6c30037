/** Bytes to deliveries by customer. */
import { isUtf8 } from 'node:buffer';
import type { InboundEvent } from '../domain/events.ts';
import { admit, isRefusal, type Refusal } from '../domain/refusal.ts';
import type { TaskContext } from './context.ts';
import type { Delivery } from './fold.ts';
import type { Statement } from './links/answers.ts';
import type { InboundRecord, OutboundRecord } from './ports.ts';
import type { RefusedRecord } from './refused.ts';
import { arrivalOf, routed } from './router.ts';

export interface Decoded {
  /** What other tasks say of the links that are counted here. */
  readonly statements: readonly Statement[];
  /** What goes on to the tasks of its customers. */
  readonly routed: readonly OutboundRecord[];
  /** By the record's key, refused records included (rule 7). */
  readonly byCustomer: Map<string, readonly Delivery[]>;
  readonly refused: readonly RefusedRecord[];
}

/** Decodes and judges every record by itself. */
export const decode = async (context: TaskContext, records: readonly InboundRecord[]): Promise<Decoded> => {
  const { decoder, futureToleranceMs, links, router } = context;
  await decoder.prepare(records.map(({ value }) => value));
  const byCustomer = new Map<string, Delivery[]>();
  const goingOn: OutboundRecord[] = [];
  const refused: RefusedRecord[] = [];
  const statements: Statement[] = [];
  for (const record of records) {
    const { topic, offset } = record;
    const key = readableKey(record.key);
    const route = router.routes.get(topic);
    const arrival = arrivalOf(router, record, key, futureToleranceMs);
    const decoded = decoder.decode(topic, record.value);
    const input = admit(decoded, arrival);
    if (isRefusal(input)) {
      refused.push({ record, refusal: input, about: aboutOf(key, decoded), sentAt: arrival.recordTimestamp });
      // No customer is called like a link, or like an order; and one whose task is another is no matter of ours.
      if (topic === links.topic || route !== undefined || arrival.isMisplaced) continue;
    } else if (input.type === 'CustomerLink') {
      statements.push({ offset, said: input.event });
      continue;
    } else if (route !== undefined) {
      goingOn.push(routed(router, record, route, input.event.customerId));
      continue;
    }
    if (key === null) continue;
    const deliveries = byCustomer.get(key);
    const delivery = { topic, offset, input };
    if (deliveries === undefined) byCustomer.set(key, [delivery]);
    else deliveries.push(delivery);
  }
  return { byCustomer, statements, routed: goingOn, refused };
};

/** Whom a message is about: by its key, and by what it says. */
export const aboutOf = (key: string | null, decoded: InboundEvent | Refusal): string[] => {
  const named = isRefusal(decoded) ? null : decoded.event.customerId;
  return [...new Set([key, named])].filter((id) => id !== null);
};

const MAX_KEY_BYTES = 1024;

/** A key that can name a document: non-empty, not huge, valid UTF-8. */
export const readableKey = (key: Buffer | null): string | null =>
  key !== null && key.length > 0 && key.length <= MAX_KEY_BYTES && isUtf8(key) ? key.toString('utf8') : null;
