/* Generated from schemas/MarketingProfileUpdated.avsc; do not edit. */

/**
 * What kind of party the customer is.
 */
export type PartyType = "unknown" | "individual" | "organization";

/**
 * By what to address the customer. No birth date and no identifiers.
 */
export interface MarketingParty {
    /**
     * Person or organisation.
     *
     * Default: "unknown"
     */
    partyType: PartyType;
    /**
     * Form of address.
     *
     * Default: null
     */
    title: null | string;
    /**
     * First name.
     *
     * Default: null
     */
    givenName: null | string;
    /**
     * Last name.
     *
     * Default: null
     */
    familyName: null | string;
    /**
     * Name of an organisation.
     *
     * Default: null
     */
    organizationName: null | string;
}

/**
 * Through which channel; any means every channel.
 */
export type ConsentChannel = "unknown" | "any" | "email" | "phone" | "sms" | "post" | "push";

/**
 * A channel for which consent to marketing is in force.
 */
export interface PermittedChannel {
    /**
     * The channel. any means every one and stands alone: where the consents of channels differ, each is listed.
     *
     * Default: "any"
     */
    channel: ConsentChannel;
    /**
     * Until when the consent holds; null without end. Do not use the channel after it, whether or not an event says so.
     *
     * Default: null
     */
    validTo: null | number;
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
 * A contact that a permitted channel reaches: email by email, a phone by phone and sms, a postal address by post.
 */
export interface MarketingContact {
    /**
     * Kind of contact.
     *
     * Default: "unknown"
     */
    mediumType: ContactMediumType;
    /**
     * E-mail address.
     *
     * Default: null
     */
    emailAddress: null | string;
    /**
     * Phone number, E.164.
     *
     * Default: null
     */
    phoneNumber: null | string;
    /**
     * Postal address.
     *
     * Default: null
     */
    address: null | Address;
    /**
     * The one preferred of its kind.
     *
     * Default: false
     */
    preferred: boolean;
    /**
     * What is known of the contact; never invalid.
     *
     * Default: "unknown"
     */
    validation: ValidationState;
}

/**
 * A product held.
 */
export interface Holding {
    /**
     * Product.
     */
    productId: string;
    /**
     * Offering it was sold as.
     *
     * Default: null
     */
    offeringId: null | string;
    /**
     * Name of the offering.
     *
     * Default: null
     */
    offeringName: null | string;
    /**
     * Category of the product.
     *
     * Default: null
     */
    category: null | string;
    /**
     * How many.
     *
     * Default: 1
     */
    quantity: number;
    /**
     * Since when.
     *
     * Default: null
     */
    startDate: null | number;
}

/**
 * An agreement and when it ends.
 */
export interface MarketingAgreement {
    /**
     * Agreement.
     */
    agreementId: string;
    /**
     * Kind of agreement.
     */
    agreementType: string;
    /**
     * End of its period; null when open.
     *
     * Default: null
     */
    endDate: null | number;
    /**
     * Last moment to give notice: endDate less the days of notice, but not before 1900; null when either is unknown.
     *
     * Default: null
     */
    noticeDate: null | number;
    /**
     * Goes on by itself.
     *
     * Default: false
     */
    autoRenews: boolean;
}

/**
 * What campaigns may know of a customer: published while marketing consent is in force, and null once it is not.
 */
export interface MarketingProfileUpdated {
    /**
     * <customerId>:<version>; also the header ce_id.
     */
    eventId: string;
    /**
     * Customer; also the message key.
     */
    customerId: string;
    /**
     * Version of the customer with which the marketing view changed; growing, with gaps where other things changed.
     */
    version: number;
    /**
     * Version that this audience was told of before, a tombstone included; 0 for the first.
     */
    previousVersion: number;
    /**
     * When the latest event behind this version occurred.
     */
    occurredAt: number;
    /**
     * By what to address the customer; null when nothing of it is known.
     *
     * Default: null
     */
    party: null | MarketingParty;
    /**
     * Languages wanted, the preferred first (BCP 47).
     *
     * Default: []
     */
    languages: string[];
    /**
     * Channels that may be used, by name. Never empty. The latest decision that speaks of a channel counts for it, whether it names the channel or any; of two made at once, the one that names it.
     *
     * Default: []
     */
    channels: PermittedChannel[];
    /**
     * Contacts that may be used, in the order of the profile. Those known to be invalid are left out.
     *
     * Default: []
     */
    contactMediums: MarketingContact[];
    /**
     * Names of the segments that the customer belongs to, sorted.
     *
     * Default: []
     */
    segments: string[];
    /**
     * Active products, by productId.
     *
     * Default: []
     */
    holdings: Holding[];
    /**
     * Agreements, by agreementId.
     *
     * Default: []
     */
    agreements: MarketingAgreement[];
}
