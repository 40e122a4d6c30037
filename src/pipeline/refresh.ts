/** Deriving again what follows from facts that have not changed: rules, code, keys or audiences have. */
import { diff } from '../domain/diff.ts';
import { customerOf } from '../domain/derive.ts';
import { linksTold, linkValues } from '../domain/links.ts';
import { isRefusal } from '../domain/refusal.ts';
import { tellOf } from './audiences.ts';
import type { ProfileDocument } from './document.ts';
import { claimsOf } from './links/claims.ts';
import type { Delivery, Folded } from './fold.ts';
import type { Consequences } from './plan.ts';

/** What a version that refreshes the document is made of; null when nobody asks for it, or nothing would be different. */
export const refreshOf = (
  before: ProfileDocument,
  deliveries: readonly Delivery[],
  then: Consequences,
): Folded | null => {
  const asked = deliveries.findLast(isRefresh);
  if (asked === undefined || isRefusal(asked.input) || !isOutdated(before, then)) return null;
  const { eventId, occurredAt } = asked.input.event;
  // An unpublished version that it takes over may have been made for the same command, by other rules.
  const isKnown = before.pending?.causes.some((cause) => cause.eventId === eventId) ?? false;
  const causes = isKnown ? [] : [{ eventId, eventType: asked.input.type }];
  const marker = { topic: asked.topic, offset: asked.offset };
  return { facts: before.facts, marker, causes, occurredAt, applied: causes.length };
};

const isRefresh = ({ input }: Delivery): boolean =>
  !isRefusal(input) && input.type === 'ProfileCommand' && input.event.kind === 'refresh';

/** Whether its version would say anything else now, to whomever. */
const isOutdated = (before: ProfileDocument, { rules, audiences, hash }: Consequences): boolean => {
  const { _id: customerId, facts, profile, audiences: states, links: state, archive } = before;
  if (profile === null || archive !== undefined) return false;
  const customer = customerOf(facts, rules);
  const version = before.version + 1;
  const asSaid = { states, state, unpublishedVersion: null };
  return (
    diff(profile, customer.profile, []).length > 0 ||
    tellOf(audiences, { customerId, customer, version }, asSaid).tellings.length > 0 ||
    (hash !== null && claimsOf(hash(linkValues(customer)), version, asSaid, linksTold(facts)).claims.length > 0)
  );
};
