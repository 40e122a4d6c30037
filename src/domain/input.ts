import type { Envelope, Facts } from './facts.ts';
import type { EventType } from './generated/CustomerUpdated.ts';
import type { Stamp } from './register.ts';
import type { Fault } from './validation/check.ts';

/** An input event: where it arrives, which values it may have, and what it does to the facts. */
export interface Input<Type extends EventType = EventType, Event extends Envelope = Envelope> {
  /** Without the configured prefix. */
  readonly topic: string;
  readonly type: Type;
  /** The first fault of the event, or null. `latest`: no statement may be dated after it, ms. */
  validate(event: Event, latest: number): Fault | null;
  /** Commutative, associative, idempotent; the same reference when the event changes nothing. */
  merge(facts: Facts, event: Event): Facts;
}

export const stampOf = ({ occurredAt, eventId, sourceSystem }: Envelope, version = 0): Stamp => ({
  version,
  at: occurredAt,
  by: eventId,
  source: sourceSystem,
});
