/** What the events of a customer add up to. */
import { erase } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts, type ErasureFact, type Facts } from '../domain/facts.ts';
import { merge } from '../domain/merge.ts';
import { isRefusal } from '../domain/refusal.ts';
import type { EventDecoder } from '../pipeline/ports.ts';
import { type CustomerLog, isSaidByUs } from './inputs.ts';
import { coordinates } from './records.ts';

export interface Events {
  readonly events: readonly InputEvent[];
  /** Those that letters say were refused all the same. */
  readonly late: readonly InputEvent[];
}

/** The customer's accepted events, decoded. `refused`: by coordinates, those of which there are letters. */
export const eventsOf = (
  { partition, accepted }: CustomerLog,
  refused: ReadonlySet<string>,
  decoder: EventDecoder,
): Events => {
  const events: InputEvent[] = [];
  const late: InputEvent[] = [];
  for (const { topic, offset, value } of accepted) {
    const event = decoder.decode(topic, value);
    if (isRefusal(event) || event.type === 'CustomerLink')
      throw new TypeError('a message was accepted as an event before');
    (refused.has(coordinates(topic, partition, offset)) ? late : events).push(event);
  }
  return { events, late };
};

/**
 * What was said of links is gone with an erasure, whatever its date, and does not reach who lies in the archive: `named`, the causes,
 * tell what has been said again. Null where all of it was heard.
 */
export const foldOf = (
  events: readonly InputEvent[],
  erasures: readonly ErasureFact[],
  named: (facts: Facts) => ReadonlySet<string> | null,
): Facts => {
  const others = events.filter((input) => !isSaidByUs(input));
  const facts = erasures.reduce(erase, others.reduce(merge, emptyFacts));
  const heard = named(facts);
  const answers = events.filter((input) => isSaidByUs(input) && (heard?.has(input.event.eventId) ?? true));
  return answers.reduce(merge, facts);
};
