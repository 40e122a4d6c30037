import type { Facts } from '../facts.ts';
import type { Party } from '../generated/CustomerUpdated.ts';

export const deriveParty = ({ party }: Facts): Party | null => {
  if (Object.keys(party).length === 0) return null;
  return {
    partyType: party.partyType?.value ?? 'unknown',
    title: party.title?.value ?? null,
    givenName: party.givenName?.value ?? null,
    middleName: party.middleName?.value ?? null,
    familyName: party.familyName?.value ?? null,
    birthDate: party.birthDate?.value ?? null,
    organizationName: party.organizationName?.value ?? null,
    organizationId: party.organizationId?.value ?? null,
  };
};
