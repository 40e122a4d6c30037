/** Messages that can never be applied: one way to break a good event for each reason that a producer can cause. */
import type { UpstreamEvent } from '../domain/events.ts';
import type { RefusalReason } from '../domain/refusal.ts';

/** A refusal for an erasure needs an erasure first, one of an erasure a hold, and one for its partition another partition. */
export type BrokenReason = Exclude<RefusalReason, 'before-erasure' | 'legal-hold' | 'misplaced'>;

/** In an order that brings all of them about in turn. */
export const BROKEN_REASONS: readonly BrokenReason[] = [
  'invalid-value',
  'undecodable',
  'key-mismatch',
  'unknown-schema',
  'from-the-future',
  'missing-key',
  'wrong-schema',
  'not-confluent-format',
  'empty-value',
];

/** Later than any record will be, and still an instant. */
const FUTURE = Date.UTC(2190, 0, 1);

/** The key and the event of a broken message. What is wrong with its bytes is the encoder's part. */
export const breakEvent = (
  input: UpstreamEvent,
  reason: BrokenReason,
): { key: string | null; input: UpstreamEvent } => {
  const { customerId } = input.event;
  switch (reason) {
    case 'missing-key':
      return { key: null, input };
    case 'key-mismatch':
      return { key: `${customerId}-x`, input };
    case 'invalid-value':
      return { key: customerId, input: changed(input, { sourceSystem: '' }) };
    case 'from-the-future':
      return { key: customerId, input: changed(input, { occurredAt: FUTURE }) };
    case 'empty-value':
    case 'not-confluent-format':
    case 'unknown-schema':
    case 'wrong-schema':
    case 'undecodable':
      return { key: customerId, input };
  }
};

const changed = (input: UpstreamEvent, said: { sourceSystem: string } | { occurredAt: number }): UpstreamEvent =>
  ({ ...input, event: { ...input.event, ...said } }) as UpstreamEvent;
