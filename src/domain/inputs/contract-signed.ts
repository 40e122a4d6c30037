import { compact } from '../compact.ts';
import { mergeConsents } from '../consents.ts';
import { cutUpTo } from '../cuts.ts';
import { type AssessmentsFact, ENVELOPE, type Facts, type PreferencesFact } from '../facts.ts';
import type { AgreementItem, ContractSigned, CreditProfile, Identification } from '../generated/ContractSigned.ts';
import { type Input, stampOf } from '../input.ts';
import { amend, lookup, put } from '../keyed.ts';
import { mergePerson } from '../person.ts';
import { mergeFields, mergeRegister, register, type Registers, type Stamp } from '../register.ts';
import { listOf, nullable, record } from '../validation/check.ts';
import { billing, consent, contactMedium, envelope, party, period } from '../validation/records.ts';
import { count, flag, id, instant, integer, statedAt, text, version } from '../validation/values.ts';

const validate = record<ContractSigned>({
  ...envelope,
  agreementId: id,
  agreementVersion: version,
  agreementType: text,
  name: nullable(text),
  signedAt: instant,
  period: nullable(period),
  autoRenews: flag,
  noticeDays: nullable(count),
  items: listOf(record<AgreementItem>({ offeringId: id, productId: nullable(id) }), 1000),
  party: nullable(party),
  contactMediums: listOf(contactMedium, 100),
  consents: listOf(consent, 100),
  languages: listOf(id, 100),
  billing: nullable(billing),
  identification: nullable(
    record<Identification>({
      identificationType: text,
      issuingAuthority: nullable(text),
      verified: flag,
      validTo: nullable(instant),
    }),
  ),
  creditProfile: nullable(
    record<CreditProfile>({
      score: nullable(integer),
      riskRating: nullable(text),
      checkedAt: nullable(statedAt),
      validTo: nullable(instant),
    }),
  ),
});

const KEPT_ELSEWHERE = [
  ...ENVELOPE,
  'agreementVersion',
  'party',
  'contactMediums',
  'consents',
  'languages',
  'billing',
  'identification',
  'creditProfile',
] as const;

const mergePreferences = (
  known: Registers<PreferencesFact>,
  { languages, billing }: ContractSigned,
  stamp: Stamp,
): Registers<PreferencesFact> =>
  mergeFields(
    known,
    {
      languages: languages.length > 0 ? languages : null,
      billingFormat: billing?.format,
      billingCycle: billing?.cycle,
      billingMedia: billing?.media,
    },
    stamp,
  );

/** A credit check is as old as the check, not as the contract that carries it; what was made before the customer was forgotten is gone. */
const mergeAssessments = (
  known: Registers<AssessmentsFact>,
  { identification, creditProfile }: ContractSigned,
  stamp: Stamp,
  forgotten: number,
): Registers<AssessmentsFact> => {
  if (stamp.at <= forgotten) return known;
  const identified = mergeFields(known, { identification: identification && compact(identification) }, stamp);
  const at = Math.min(creditProfile?.checkedAt ?? stamp.at, stamp.at);
  if (at <= forgotten) return identified;
  return mergeFields(identified, { creditProfile: creditProfile && compact(creditProfile) }, { ...stamp, at });
};

const merge = (facts: Facts, event: ContractSigned): Facts => {
  const stamp = stampOf(event);
  const forgotten = cutUpTo(facts, 'person');
  const isKept = event.occurredAt > cutUpTo(facts, 'agreements', event.agreementId);
  const candidate = register(stampOf(event, event.agreementVersion), compact(event, KEPT_ELSEWHERE));
  const agreement = mergeRegister(lookup(facts.agreements, event.agreementId), candidate);
  return amend(facts, {
    ...(isKept && { agreements: put(facts.agreements, event.agreementId, agreement) }),
    ...mergePerson(facts, event, stamp),
    consents: mergeConsents(facts, event.consents, stamp),
    ...(stamp.at > forgotten && { preferences: mergePreferences(facts.preferences, event, stamp) }),
    assessments: mergeAssessments(facts.assessments, event, stamp, forgotten),
  });
};

export const contractSigned: Input<'ContractSigned', ContractSigned> = {
  topic: 'contract-signed',
  type: 'ContractSigned',
  validate,
  merge,
};
