import { compact } from './compact.ts';
import { consentsCutUpTo } from './cuts.ts';
import type { ConsentFact, Facts } from './facts.ts';
import type { Consent } from './generated/ContractSigned.ts';
import { type Keyed, lookup, put } from './keyed.ts';
import { mergeRegister, register, type Register, type Stamp } from './register.ts';

type Consents = Keyed<Register<ConsentFact>>;

/**
 * One decision a purpose and channel, the latest decided. A purpose or channel that this version does not know says nothing.
 * A decision is as old as itself, but never younger than what tells of it; those that are forgotten stay so. `evidence`: reference to
 * what proves those that name none.
 */
export const mergeConsents = (
  facts: Facts,
  consents: readonly Consent[],
  stamp: Stamp,
  evidence: string | null = null,
): Consents => {
  let merged = facts.consents;
  for (const consent of consents) {
    if (consent.purpose === 'unknown' || consent.channel === 'unknown') continue;
    const at = Math.min(consent.decidedAt, stamp.at);
    const key = `${consent.purpose}:${consent.channel}`;
    if (at <= consentsCutUpTo(facts, key)) continue;
    const proved = { ...consent, evidence: consent.evidence ?? evidence };
    const decided = register({ ...stamp, at }, compact(proved, ['decidedAt']));
    merged = put(merged, key, mergeRegister(lookup(merged, key), decided));
  }
  return merged;
};
