import { isErased } from './erasure.ts';
import { inputOf, type InputEvent } from './events.ts';
import type { Facts } from './facts.ts';

/**
 * Adds one event to the facts. Commutative, associative and idempotent: facts are a function of the set of events.
 * Returns the same reference when the event changes nothing; what did not change keeps its reference.
 */
export const merge = (facts: Facts, input: InputEvent): Facts =>
  isErased(facts, input) ? facts : inputOf(input).merge(facts, input.event);
