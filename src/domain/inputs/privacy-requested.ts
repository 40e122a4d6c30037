/** Data protection rights as they are exercised. The privacy desk has decided; what is asked for is carried out. */
import { compact } from '../compact.ts';
import { mergeConsents } from '../consents.ts';
import { erase } from '../erasure.ts';
import type { Facts, LegalHoldFact, RestrictionFact } from '../facts.ts';
import type { PrivacyRequested } from '../generated/PrivacyRequested.ts';
import { type Input, stampOf } from '../input.ts';
import { amend, lookup, put } from '../keyed.ts';
import { mergeFields, mergeRegister, register } from '../register.ts';
import { type Check, fault, listOf, nullable, record } from '../validation/check.ts';
import { consent, envelope } from '../validation/records.ts';
import { id, text } from '../validation/values.ts';

type Kind = PrivacyRequested['kind'];

const fields = record<PrivacyRequested>({
  ...envelope,
  kind: (value) => (value === 'unknown' ? fault('must be a request that this version carries out') : null),
  consents: listOf(consent, 100),
  reason: nullable(text),
  caseReference: nullable(id),
  evidence: nullable(text),
});

/** A hold is released by the name of its case: there may be several. */
const validate: Check<PrivacyRequested> = (event, latest) => {
  const found = fields(event, latest);
  if (found !== null) return found;
  const { kind, consents, caseReference } = event;
  if (kind === 'consentChanged' && consents.length === 0) return fault('must hold a decision', 'consents');
  if (isAboutHold(kind) && caseReference === null) return fault('must name the case', 'caseReference');
  return null;
};

const isAboutHold = (kind: Kind): boolean => kind === 'legalHold' || kind === 'releaseHold';

const restrictionIn = ({ kind, reason, caseReference, evidence }: PrivacyRequested): RestrictionFact | null =>
  kind === 'restrict' || kind === 'liftRestriction'
    ? compact({ restricted: kind === 'restrict', reason, caseReference, evidence })
    : null;

const mergeHolds = (holds: Facts['legalHolds'], event: PrivacyRequested): Facts['legalHolds'] => {
  const { kind, reason, caseReference, evidence } = event;
  if (!isAboutHold(kind) || caseReference === null) return holds;
  const said: LegalHoldFact = compact({ held: kind === 'legalHold', reason, evidence });
  return put(holds, caseReference, mergeRegister(lookup(holds, caseReference), register(stampOf(event), said)));
};

/** Decisions on consent count whatever else is asked for: none may be lost, but for those that are erased. */
const merge = (facts: Facts, event: PrivacyRequested): Facts => {
  if (event.kind === 'erase') return erase(facts, { at: event.occurredAt, policy: 'request' });
  const stamp = stampOf(event);
  return amend(facts, {
    consents: mergeConsents(facts, event.consents, stamp, event.evidence),
    privacy: mergeFields(facts.privacy, { restriction: restrictionIn(event) }, stamp),
    legalHolds: mergeHolds(facts.legalHolds, event),
  });
};

export const privacyRequested: Input<'PrivacyRequested', PrivacyRequested> = {
  topic: 'privacy-requested',
  type: 'PrivacyRequested',
  validate,
  merge,
};
