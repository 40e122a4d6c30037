/** What is known of a customer, statement by statement: the only thing that merging changes and that a profile derives from. */
import type { Compact } from './compact.ts';
import type {
  Address,
  Consent,
  ContactMediumType,
  ContractSigned,
  CreditProfile,
  Identification,
  Party,
} from './generated/ContractSigned.ts';
import type { OrderFinalized } from './generated/OrderFinalized.ts';
import type { Keyed } from './keyed.ts';
import type { Past } from './past/past.ts';
import type { Register, Registers } from './register.ts';

/** What every input event carries. */
export interface Envelope {
  readonly eventId: string;
  readonly occurredAt: number;
  readonly sourceSystem: string;
  readonly customerId: string;
  readonly correlationId: string | null;
}

/** The envelope is kept in the stamp of a register, the customer in the key of the document. */
export const ENVELOPE = ['eventId', 'occurredAt', 'sourceSystem', 'customerId', 'correlationId'] as const;

export type PartyFact = { readonly [K in keyof Party]: NonNullable<Party[K]> };

/** The contact in its normal form; the field that belongs to `mediumType` is present. */
export interface MediumFact {
  readonly mediumType: ContactMediumType;
  readonly emailAddress?: string;
  readonly phoneNumber?: string;
  readonly address?: Compact<Address>;
  /** A contact of this form can exist. Says nothing about whether this one does. */
  readonly wellFormed: boolean;
  readonly validFrom?: number;
  readonly validTo?: number;
}

export interface ContactMediumFacts {
  /** As the latest source that verified it writes it, and otherwise as it was last mentioned. */
  readonly medium: Register<MediumFact>;
  /** The latest statement of a source that validated it; an unverified mention is no statement. */
  readonly validation?: Register<'verified' | 'invalid'>;
  /** Occurrence of the earliest event that named it, ms; since an erasure the earliest of `seen`. */
  readonly firstSeenAt: number;
  /** Occurrences of the latest events that named it, ms, the latest first; missing in documents from before it was kept. */
  readonly seen?: readonly number[];
  /** The first of them, in documents from before they were kept. */
  readonly lastSeenAt?: number;
  /** The latest statement that called it preferred. */
  readonly preferred?: Register<true>;
  /** When it was last called preferred, in documents from before it was kept who said so. */
  readonly preferredAt?: number;
}

export type AgreementFact = Compact<
  Omit<
    ContractSigned,
    | keyof Envelope
    | 'agreementVersion'
    | 'party'
    | 'contactMediums'
    | 'consents'
    | 'languages'
    | 'billing'
    | 'identification'
    | 'creditProfile'
  >
>;

export type OrderFact = Compact<Omit<OrderFinalized, keyof Envelope | 'orderVersion' | 'party' | 'contactMediums'>>;

/** The decision; when it was made is the time of its register. */
export type ConsentFact = Compact<Omit<Consent, 'decidedAt'>>;

/** Processing of the customer is restricted, or is so no more. */
export interface RestrictionFact {
  readonly restricted: boolean;
  readonly reason?: string;
  readonly caseReference?: string;
  readonly evidence?: string;
}

export interface PrivacyFact {
  readonly restriction: RestrictionFact;
}

/** What is known of the customer must be kept, or need not be any more. */
export interface LegalHoldFact {
  readonly held: boolean;
  readonly reason?: string;
  readonly evidence?: string;
}

export interface PreferencesFact {
  readonly languages: readonly string[];
  readonly billingFormat: string;
  readonly billingCycle: string;
  readonly billingMedia: string;
}

/** What others found out about the customer. */
export interface AssessmentsFact {
  readonly identification: Compact<Identification>;
  readonly creditProfile: Compact<CreditProfile>;
}

/** All that was stated up to then is gone, for good. */
export interface ErasureFact {
  /** ms */
  readonly at: number;
  /** By which policy; `request` when the customer asked for it. */
  readonly policy: string;
}

/** Parts of what is known that may be forgotten while the rest stays: who it is and what else was said, orders, agreements. */
export type CutSection = 'person' | 'orders' | 'agreements';

/** What was stated of a part up to then is gone, for good. */
export interface Cut {
  /** ms */
  readonly at: number;
  /** By which policy. */
  readonly policy: string;
  /** Entries of which less is gone, each with up to when, ms; sorted. */
  readonly except?: readonly (readonly [id: string, at: number])[];
}

/** What has been decided of the customer as a whole; it stands until something is heard of the customer again. */
export interface RulingFact {
  readonly outcome: 'held' | 'minimised';
  /** When the last statutory period is over, ms. */
  readonly until?: number;
  readonly jurisdiction: string;
  readonly policy: string;
}

/** How many other customers have the value; missing once the customer has it no more. */
export interface LinkFact {
  readonly customers?: number;
}

/**
 * A tree of plain objects; arrays only inside register values. Maps are by natural key: contact media by
 * `<type>:<normal form>`, agreements and orders by their identifier, consents by `<purpose>:<channel>`,
 * links by `<kind>:<keyed hash>`, legal holds by their case.
 */
export interface Facts {
  readonly party: Registers<PartyFact>;
  readonly contactMediums: Keyed<ContactMediumFacts>;
  readonly agreements: Keyed<Register<AgreementFact>>;
  readonly orders: Keyed<Register<OrderFact>>;
  readonly consents: Keyed<Register<ConsentFact>>;
  readonly preferences: Registers<PreferencesFact>;
  readonly assessments: Registers<AssessmentsFact>;
  readonly links: Keyed<Register<LinkFact>>;
  readonly privacy: Registers<PrivacyFact>;
  readonly legalHolds: Keyed<Register<LegalHoldFact>>;
  /** Orders that have been moved out; missing while there are none. */
  readonly past?: Past;
  /** Missing of who was never erased. */
  readonly erased?: ErasureFact;
  /** Missing where no part was ever forgotten. */
  readonly cuts?: Readonly<Partial<Record<CutSection, Cut>>>;
  /** Missing where retention has never decided to keep what is due. */
  readonly retention?: Registers<{ readonly ruling: RulingFact }>;
}

export const emptyFacts: Facts = {
  party: {},
  contactMediums: {},
  agreements: {},
  orders: {},
  consents: {},
  preferences: {},
  assessments: {},
  links: {},
  privacy: {},
  legalHolds: {},
};
