import { compact } from './compact.ts';
import type { ConsentFact } from './facts.ts';
import type { Consent } from './generated/ContractSigned.ts';
import { type Keyed, lookup, put } from './keyed.ts';
import { mergeRegister, register, type Register, type Stamp } from './register.ts';

type Consents = Keyed<Register<ConsentFact>>;

/**
 * One decision a purpose and channel, the latest decided. A purpose or channel that this version does not know says nothing.
 * `evidence`: reference to what proves those that name none.
 */
export const mergeConsents = (
  known: Consents,
  consents: readonly Consent[],
  stamp: Stamp,
  evidence: string | null = null,
): Consents => {
  let merged = known;
  for (const consent of consents) {
    if (consent.purpose === 'unknown' || consent.channel === 'unknown') continue;
    const key = `${consent.purpose}:${consent.channel}`;
    const proved = { ...consent, evidence: consent.evidence ?? evidence };
    const decided = register({ ...stamp, at: consent.decidedAt }, compact(proved, ['decidedAt']));
    merged = put(merged, key, mergeRegister(lookup(merged, key), decided));
  }
  return merged;
};
