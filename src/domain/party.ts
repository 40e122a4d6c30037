import type { PartyFact } from './facts.ts';
import type { Party } from './generated/ContractSigned.ts';
import { mergeFields, type Registers, type Stamp } from './register.ts';

/** Each field by itself: one source knows the name, another the date of birth. */
export const mergeParty = (known: Registers<PartyFact>, party: Party | null, stamp: Stamp): Registers<PartyFact> => {
  if (party === null) return known;
  const partyType = party.partyType === 'unknown' ? null : party.partyType;
  return mergeFields(known, { ...party, partyType }, stamp);
};
