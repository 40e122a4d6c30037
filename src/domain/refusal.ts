import { validateLink } from './customer-link.ts';
import { erasedUpTo } from './cuts.ts';
import { isErased, isErasure, isErasureHeld } from './erasure.ts';
import { type InboundEvent, type InputEvent, inputOf } from './events.ts';
import type { Facts } from './facts.ts';

/** Why a message can never be applied, in words for the people who sent it. */
export const REFUSAL_REASONS = {
  'missing-key': 'The message has no key; the key must be the customer id.',
  'key-mismatch': 'The message key is not the customer id in its payload.',
  misplaced: 'The message is in another partition than its key belongs to: the partitioner has to be murmur2.',
  'empty-value': 'The message has no value, and an input topic knows no tombstones.',
  'not-confluent-format': 'The value does not begin with the magic byte and schema id of the Confluent wire format.',
  'unknown-schema': 'The schema registry does not know the schema id in the value.',
  'wrong-schema': 'The value was written with the schema of another event.',
  undecodable: 'The value cannot be decoded with the schema that it names.',
  'invalid-value': 'A field holds a value that is not allowed.',
  'from-the-future': 'A statement is dated later than the record itself, beyond the tolerance.',
  'before-erasure': 'The event is dated before the erasure of the customer and must not bring the person back.',
  'legal-hold':
    'The customer must not be erased while a legal hold is in force: ask again, with a later date, once it is released.',
} as const;

export type RefusalReason = keyof typeof REFUSAL_REASONS;

/** `field` is a path such as `items[2].recurringPrice.currency`. `detail` states the rule, never a value: no personal data. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly reason: RefusalReason;
  readonly field: string | null;
  readonly detail: string;
}

export const refuse = (
  reason: RefusalReason,
  field: string | null = null,
  detail: string = REFUSAL_REASONS[reason],
): Refusal => ({ kind: 'refusal', reason, field, detail });

export const isRefusal = (value: object): value is Refusal => 'kind' in value && value.kind === 'refusal';

export interface Arrival {
  readonly key: string | null;
  /** Upstream keys the topic by something else than the customer: the key says nothing. */
  readonly isKeyedOtherwise?: boolean;
  /** It lies in another partition than all that is said of its customer. */
  readonly isMisplaced?: boolean;
  /** Timestamp of the record, ms: the only clock in the judgement of what others say, so that every member judges alike. */
  readonly recordTimestamp: number;
  readonly futureToleranceMs: number;
}

/** The event when it may be applied, and otherwise why it may not. */
export const admit = (decoded: InboundEvent | Refusal, arrival: Arrival): InboundEvent | Refusal =>
  isRefusal(decoded) ? decoded : (judge(decoded, arrival) ?? decoded);

/** Says why a decoded event may not be applied, or null when it may. */
export const judge = (inbound: InboundEvent, arrival: Arrival): Refusal | null => {
  const { recordTimestamp, futureToleranceMs } = arrival;
  const isLink = inbound.type === 'CustomerLink';
  // What tasks say to each other is dated by events that have been judged, and its record by the clock of a member.
  const isAnswer = inbound.type === 'ProfileCommand' && inbound.event.kind === 'linkCounted';
  const latest = isLink || isAnswer ? Infinity : recordTimestamp + futureToleranceMs;
  const misaddressed = arrival.isKeyedOtherwise ? null : judgeKey(inbound, arrival);
  if (misaddressed !== null) return misaddressed;
  const fault = isLink ? validateLink(inbound.event, latest) : inputOf(inbound).validate(inbound.event, latest);
  return fault && refuse(fault.reason, fault.path, fault.detail);
};

/** Says why an event may not be applied to what is known of its customer, or null when it may. */
export const judgeAgainst = (facts: Facts, input: InputEvent): Refusal | null => {
  if (isErased(facts, input)) return refuse('before-erasure');
  const isNew = input.event.occurredAt > erasedUpTo(facts);
  return isErasure(input) && isNew && isErasureHeld(facts, input.event.occurredAt) ? refuse('legal-hold') : null;
};

const judgeKey = (inbound: InboundEvent, { key, isMisplaced }: Arrival): Refusal | null => {
  const [field, named] =
    inbound.type === 'CustomerLink' ? ['link', inbound.event.link] : ['customerId', inbound.event.customerId];
  if (key === null || key === '') return refuse('missing-key');
  if (key !== named) return refuse('key-mismatch', field);
  return isMisplaced && inbound.type !== 'CustomerLink' ? refuse('misplaced') : null;
};
