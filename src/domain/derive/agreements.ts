import { compare } from '../canonical.ts';
import type { Facts } from '../facts.ts';
import type { ProfileAgreement, TimePeriod } from '../generated/CustomerUpdated.ts';

export const deriveAgreements = ({ agreements }: Facts): ProfileAgreement[] =>
  Object.values(agreements)
    .map(({ version, value }) => ({
      agreementId: value.agreementId,
      agreementVersion: version,
      agreementType: value.agreementType,
      name: value.name ?? null,
      signedAt: value.signedAt,
      period: value.period ? { ...OPEN, ...value.period } : null,
      autoRenews: value.autoRenews,
      noticeDays: value.noticeDays ?? null,
      items: value.items.map(({ offeringId, productId = null }) => ({ offeringId, productId })),
    }))
    .sort((a, b) => compare(a.agreementId, b.agreementId));

const OPEN: TimePeriod = { startDateTime: null, endDateTime: null };
