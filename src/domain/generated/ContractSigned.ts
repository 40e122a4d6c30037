/* Generated from schemas/ContractSigned.avsc; do not edit. */

/**
 * A period of time (TMF TimePeriod).
 */
export interface TimePeriod {
    /**
     * Start, inclusive.
     *
     * Default: null
     */
    startDateTime: null | number;
    /**
     * End, exclusive; null when open.
     *
     * Default: null
     */
    endDateTime: null | number;
}

/**
 * What an agreement covers (TMF651 AgreementItem).
 */
export interface AgreementItem {
    /**
     * Product offering agreed on.
     */
    offeringId: string;
    /**
     * Product instance, when it exists already.
     *
     * Default: null
     */
    productId: null | string;
}

/**
 * What kind of party the customer is.
 */
export type PartyType = "unknown" | "individual" | "organization";

/**
 * Who the customer is (TMF632). Null leaves what is known as it is.
 */
export interface Party {
    /**
     * Individual or organization.
     *
     * Default: "unknown"
     */
    partyType: PartyType;
    /**
     * Form of address, for example Ms or Dr.
     *
     * Default: null
     */
    title: null | string;
    /**
     * First name of an individual.
     *
     * Default: null
     */
    givenName: null | string;
    /**
     * Middle name of an individual.
     *
     * Default: null
     */
    middleName: null | string;
    /**
     * Family name of an individual.
     *
     * Default: null
     */
    familyName: null | string;
    /**
     * Date of birth, ISO 8601 (YYYY-MM-DD).
     *
     * Default: null
     */
    birthDate: null | string;
    /**
     * Registered name of an organization.
     *
     * Default: null
     */
    organizationName: null | string;
    /**
     * Registration number of an organization.
     *
     * Default: null
     */
    organizationId: null | string;
}

/**
 * Kind of contact medium (TMF632 mediumType).
 */
export type ContactMediumType = "unknown" | "email" | "phone" | "postalAddress";

/**
 * A postal address (TMF632 GeographicAddress characteristics).
 */
export interface Address {
    /**
     * First line: house number and street.
     *
     * Default: null
     */
    street1: null | string;
    /**
     * Second line: flat, building, care of.
     *
     * Default: null
     */
    street2: null | string;
    /**
     * Town or city.
     *
     * Default: null
     */
    city: null | string;
    /**
     * State, province or region.
     *
     * Default: null
     */
    stateOrProvince: null | string;
    /**
     * Postal code as written in its country.
     *
     * Default: null
     */
    postCode: null | string;
    /**
     * ISO 3166-1 alpha-2 country code.
     *
     * Default: null
     */
    country: null | string;
}

/**
 * What is known of whether a contact medium reaches the customer. unverified says nothing either way and never overwrites verified.
 */
export type ValidationState = "unknown" | "unverified" | "verified" | "invalid";

/**
 * One way to reach the customer (TMF632). Exactly the field that belongs to mediumType is read.
 */
export interface ContactMedium {
    /**
     * Which of the fields below carries the contact.
     *
     * Default: "unknown"
     */
    mediumType: ContactMediumType;
    /**
     * E-mail address, when mediumType is email.
     *
     * Default: null
     */
    emailAddress: null | string;
    /**
     * Phone number, when mediumType is phone: E.164, or national when countryCode says in which country.
     *
     * Default: null
     */
    phoneNumber: null | string;
    /**
     * ISO 3166-1 alpha-2 country in which a national phoneNumber is to be read.
     *
     * Default: null
     */
    countryCode: null | string;
    /**
     * Postal address, when mediumType is postalAddress.
     *
     * Default: null
     */
    address: null | Address;
    /**
     * The customer prefers this medium among those of its type.
     *
     * Default: false
     */
    preferred: boolean;
    /**
     * Result of the source system's validation.
     *
     * Default: "unverified"
     */
    validation: ValidationState;
    /**
     * Start of validity.
     *
     * Default: null
     */
    validFrom: null | number;
    /**
     * End of validity.
     *
     * Default: null
     */
    validTo: null | number;
}

/**
 * What personal data may be used for.
 */
export type ConsentPurpose = "unknown" | "marketing" | "analytics" | "profiling" | "thirdPartySharing" | "archiving";

/**
 * Through which channel; any means every channel.
 */
export type ConsentChannel = "unknown" | "any" | "email" | "phone" | "sms" | "post" | "push";

/**
 * One decision of the customer on one purpose and channel. The latest decidedAt wins.
 */
export interface Consent {
    /**
     * What the data may be used for.
     *
     * Default: "unknown"
     */
    purpose: ConsentPurpose;
    /**
     * Through which channel.
     *
     * Default: "any"
     */
    channel: ConsentChannel;
    /**
     * True when given, false when refused or withdrawn.
     */
    granted: boolean;
    /**
     * When the customer decided.
     */
    decidedAt: number;
    /**
     * When the consent ends by itself.
     *
     * Default: null
     */
    validTo: null | number;
    /**
     * Reference to what proves the decision; never the evidence itself.
     *
     * Default: null
     */
    evidence: null | string;
}

/**
 * How the customer wants to be billed (TMF666). Null leaves what is known as it is.
 */
export interface BillingPreference {
    /**
     * Bill format, for example itemized or summary.
     *
     * Default: null
     */
    format: null | string;
    /**
     * Billing cycle, for example monthly.
     *
     * Default: null
     */
    cycle: null | string;
    /**
     * Bill presentation media, for example email or paper.
     *
     * Default: null
     */
    media: null | string;
}

/**
 * How the customer's identity was established (TMF632). Carries no document number.
 */
export interface Identification {
    /**
     * Kind of document or scheme, for example passport.
     */
    identificationType: string;
    /**
     * Who issued it.
     *
     * Default: null
     */
    issuingAuthority: null | string;
    /**
     * The identity was verified against it.
     *
     * Default: false
     */
    verified: boolean;
    /**
     * When it expires.
     *
     * Default: null
     */
    validTo: null | number;
}

/**
 * Result of a credit check (TMF629).
 */
export interface CreditProfile {
    /**
     * Score as the bureau gives it.
     *
     * Default: null
     */
    score: null | number;
    /**
     * Risk class as the bureau gives it.
     *
     * Default: null
     */
    riskRating: null | string;
    /**
     * When it was checked.
     *
     * Default: null
     */
    checkedAt: null | number;
    /**
     * Until when it may be relied on.
     *
     * Default: null
     */
    validTo: null | number;
}

/**
 * A customer signed an agreement (TMF651 Agreement).
 */
export interface ContractSigned {
    /**
     * Unique identifier of the event; a redelivery carries the same one.
     */
    eventId: string;
    /**
     * When the signature happened in the source system, by its clock.
     */
    occurredAt: number;
    /**
     * System that published the event.
     */
    sourceSystem: string;
    /**
     * Customer the event is about; also the message key.
     */
    customerId: string;
    /**
     * Identifier that ties the event to the business process behind it.
     *
     * Default: null
     */
    correlationId: null | string;
    /**
     * Identifier of the agreement.
     */
    agreementId: string;
    /**
     * Version of the agreement; the highest wins.
     */
    agreementVersion: number;
    /**
     * Type of agreement, for example subscription or frame.
     */
    agreementType: string;
    /**
     * Name of the agreement.
     *
     * Default: null
     */
    name: null | string;
    /**
     * When the customer signed.
     */
    signedAt: number;
    /**
     * Agreement period.
     *
     * Default: null
     */
    period: null | TimePeriod;
    /**
     * The agreement renews itself at its end.
     *
     * Default: false
     */
    autoRenews: boolean;
    /**
     * Days of notice before its end.
     *
     * Default: null
     */
    noticeDays: null | number;
    /**
     * What the agreement covers.
     *
     * Default: []
     */
    items: AgreementItem[];
    /**
     * Who the customer is, as the source system knows it.
     *
     * Default: null
     */
    party: null | Party;
    /**
     * How to reach the customer, as the source system knows it.
     *
     * Default: []
     */
    contactMediums: ContactMedium[];
    /**
     * Consents given or refused with the signature.
     *
     * Default: []
     */
    consents: Consent[];
    /**
     * Languages the customer wants to be addressed in, BCP 47, most wanted first; empty leaves what is known as it is.
     *
     * Default: []
     */
    languages: string[];
    /**
     * How the customer wants to be billed.
     *
     * Default: null
     */
    billing: null | BillingPreference;
    /**
     * How the customer's identity was established.
     *
     * Default: null
     */
    identification: null | Identification;
    /**
     * Result of a credit check.
     *
     * Default: null
     */
    creditProfile: null | CreditProfile;
}
