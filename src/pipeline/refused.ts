/** What becomes of the records of a round that may not be applied. */
import type { Refusal } from '../domain/refusal.ts';
import type { TaskContext } from './context.ts';
import { bareLetter, deadLetter } from './dead-letter.ts';
import { readableKey } from './decode.ts';
import type { RefusedDelivery } from './fold.ts';
import type { InboundRecord, OutboundRecord } from './ports.ts';
import { sentAt } from './router.ts';

export interface RefusedRecord {
  readonly record: InboundRecord;
  readonly refusal: Refusal;
  /** By its key, and by what it says. */
  readonly about: readonly string[];
  /** When upstream sent it, ms. */
  readonly sentAt: number;
}

/** Those that may not be applied to what is known of their customers. */
export const refusedByPlan = (
  { router }: TaskContext,
  records: readonly InboundRecord[],
  refused: readonly RefusedDelivery[],
): RefusedRecord[] => {
  if (refused.length === 0) return [];
  const placed = new Map(records.map((record) => [`${record.topic}:${record.offset}`, record]));
  return refused.flatMap(({ topic, offset, refusal }) => {
    const record = placed.get(`${topic}:${offset}`);
    const key = record === undefined ? null : readableKey(record.key);
    if (record === undefined || key === null) return [];
    return [{ record, refusal, about: [key], sentAt: sentAt(router, record) }];
  });
};

/**
 * One dead letter each. `erased`: up to when customers are gone, ms, by whom one knows that. What was sent before must not stay among
 * the letters either, whatever it is refused for.
 */
export const deadLettersOf = (
  refused: readonly RefusedRecord[],
  ...erased: readonly ReadonlyMap<string, number>[]
): OutboundRecord[] => {
  const erasedUpTo = (customerId: string): number => Math.max(...erased.map((by) => by.get(customerId) ?? -Infinity));
  return refused.map(({ record, refusal, about, sentAt: sent }) => {
    const isGone = refusal.reason === 'before-erasure' || about.some((id) => sent <= erasedUpTo(id));
    return isGone ? bareLetter(record, refusal) : deadLetter(record, refusal);
  });
};
