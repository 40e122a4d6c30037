import { compact } from './compact.ts';
import type { ConsentFact } from './facts.ts';
import type { Consent } from './generated/ContractSigned.ts';
import { type Keyed, lookup, put } from './keyed.ts';
import { mergeRegister, register, type Register, type Stamp } from './register.ts';

type Consents = Keyed<Register<ConsentFact>>;

/**
 * One decision a purpose and channel, the latest decided. A purpose or channel that this version does not know says nothing.
 * A decision is as old as itself, but never younger than what tells of it; those up to `erasedUpTo` are gone, ms. `evidence`: reference to
 * what proves those that name none.
 */
export const mergeConsents = (
  known: Consents,
  consents: readonly Consent[],
  stamp: Stamp,
  erasedUpTo: number,
  evidence: string | null = null,
): Consents => {
  let merged = known;
  for (const consent of consents) {
    if (consent.purpose === 'unknown' || consent.channel === 'unknown') continue;
    const at = Math.min(consent.decidedAt, stamp.at);
    if (at <= erasedUpTo) continue;
    const key = `${consent.purpose}:${consent.channel}`;
    const proved = { ...consent, evidence: consent.evidence ?? evidence };
    const decided = register({ ...stamp, at }, compact(proved, ['decidedAt']));
    merged = put(merged, key, mergeRegister(lookup(merged, key), decided));
  }
  return merged;
};
