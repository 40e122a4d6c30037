/** Requests for erasure, legal holds and all that comes with either are in one topic: their order in it tells which were refused. */
import { erase } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts, type Facts } from '../domain/facts.ts';
import { merge } from '../domain/merge.ts';
import { judgeAgainst, type Refusal } from '../domain/refusal.ts';
import type { InboundRecord } from '../pipeline/ports.ts';

/** An admitted one, to be judged by those before it. */
export interface Request {
  readonly customerId: string;
  readonly input: InputEvent;
  readonly record: InboundRecord;
  /** When upstream sent it, ms. */
  readonly sentAt: number;
}

/** `erasedAt`: up to when retention has erased customers, ms. Nothing tells when it came, but what it took holds up nothing later. */
export const judgeRequests = (
  requests: readonly Request[],
  erasedAt: ReadonlyMap<string, number>,
): (Request & { readonly refusal: Refusal | null })[] => {
  const known = new Map<string, Facts>();
  return requests.map((request) => {
    const { customerId, input } = request;
    const facts = known.get(customerId) ?? emptyFacts;
    const at = erasedAt.get(customerId) ?? -Infinity;
    const left = input.event.occurredAt > at && at !== -Infinity ? erase(facts, { at, policy: '' }) : facts;
    const refusal = judgeAgainst(left, input);
    if (refusal === null) known.set(customerId, merge(facts, input));
    return { ...request, refusal };
  });
};
