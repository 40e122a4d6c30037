/** Who the customer is and how to reach them, as orders and contracts tell. */
import { mergeContactMediums } from './contact-media.ts';
import { cutUpTo, wasForgotten } from './cuts.ts';
import type { Facts } from './facts.ts';
import type { ContactMedium, Party } from './generated/ContractSigned.ts';
import { mergeParty } from './party.ts';
import type { Stamp } from './register.ts';

interface Told {
  readonly party: Party | null;
  readonly contactMediums: readonly ContactMedium[];
}

/** The parts that change; none when what is told has been forgotten already. */
export const mergePerson = (facts: Facts, { party, contactMediums }: Told, stamp: Stamp): Partial<Facts> =>
  stamp.at <= cutUpTo(facts, 'person')
    ? {}
    : {
        party: mergeParty(facts.party, party, stamp),
        contactMediums: mergeContactMediums(facts.contactMediums, contactMediums, stamp, wasForgotten(facts)),
      };
