/** What was published of an erased customer: a null for what changed, and nothing of before after it. */
import { isErasure } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import type { ErasureFact } from '../domain/facts.ts';
import { causesSince, type Chain, isTombstone } from './outputs.ts';
import type { Findings } from './report.ts';

/** Erasures of one batch are told by one null, so that there may be fewer of these. `erasures`: those of retention. */
export const checkErasures = (
  customerId: string,
  chain: Chain,
  { events, erasures }: { readonly events: readonly InputEvent[]; readonly erasures: readonly ErasureFact[] },
  findings: Findings,
): void => {
  let at = -Infinity;
  let changes = erasures.length;
  for (const { event } of events.filter(isErasure)) {
    if (event.occurredAt <= at) continue;
    changes += 1;
    at = event.occurredAt;
  }
  at = Math.max(at, ...erasures.map((erasure) => erasure.at));
  const told = chain.versions.filter(isTombstone);
  if (changes > 0 && told.length === 0) findings.add('tombstone-missing', customerId);
  for (const { version } of told.slice(changes)) {
    findings.add('tombstone-unexpected', customerId, `version ${version}`);
  }
  const since = new Set(events.filter((input) => isOfLifeAfter(at, input)).map(({ event }) => event.eventId));
  const known = new Set(events.map(({ event }) => event.eventId));
  for (const eventId of causesSince(chain)) {
    if (known.has(eventId) && !since.has(eventId)) findings.add('cause-erased', customerId);
  }
};

/** The request is named where there is nothing else to name; and what the system says to itself is dated by others. */
const isOfLifeAfter = (erasedAt: number, input: InputEvent): boolean =>
  input.event.occurredAt > erasedAt || isErasure(input) || input.type === 'ProfileCommand';
