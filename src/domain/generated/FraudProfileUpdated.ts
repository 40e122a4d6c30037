/* Generated from schemas/FraudProfileUpdated.avsc; do not edit. */

/**
 * Length of the window: an hour, 24 hours, 7 days, 30 days.
 */
export type VelocityWindow = "unknown" | "PT1H" | "PT24H" | "P7D" | "P30D";

/**
 * An amount in the smallest unit of its currency, so that no rounding ever happens.
 */
export interface Money {
    /**
     * ISO 4217 code, three capital letters, for example EUR.
     */
    currency: string;
    /**
     * Amount in minor units (cents); may be negative for a credit.
     */
    minorUnits: number;
}

/**
 * Orders placed within a window that ends with the latest order, both ends included.
 */
export interface OrderVelocity {
    /**
     * The window.
     *
     * Default: "unknown"
     */
    window: VelocityWindow;
    /**
     * Orders placed.
     */
    placed: number;
    /**
     * Of these, cancelled, failed or rejected.
     *
     * Default: 0
     */
    unsuccessful: number;
    /**
     * Sum of their total prices, by currency.
     *
     * Default: []
     */
    value: Money[];
}

/**
 * Orders from one device.
 */
export interface DeviceOrders {
    /**
     * Keyed fingerprint of the device.
     */
    deviceFingerprint: string;
    /**
     * Orders placed from it.
     */
    orders: number;
    /**
     * The first of them.
     */
    firstOrderAt: number;
    /**
     * The last of them.
     */
    lastOrderAt: number;
}

/**
 * Kind of contact medium (TMF632 mediumType).
 */
export type ContactMediumType = "unknown" | "email" | "phone" | "postalAddress";

/**
 * What is known of whether a contact medium reaches the customer. unverified says nothing either way and never overwrites verified.
 */
export type ValidationState = "unknown" | "unverified" | "verified" | "invalid";

/**
 * A contact and its age when the latest order was placed. Carries no contact data, and no identifier, since that of a contact is the contact.
 */
export interface ContactAge {
    /**
     * Kind of contact.
     *
     * Default: "unknown"
     */
    mediumType: ContactMediumType;
    /**
     * What is known of the contact.
     *
     * Default: "unknown"
     */
    validation: ValidationState;
    /**
     * Occurrence of the earliest event that named it.
     */
    firstSeenAt: number;
    /**
     * Milliseconds from firstSeenAt to the latest order; 0 when it was first seen with it or later; null without orders.
     *
     * Default: null
     */
    ageAtLatestOrderMs: null | number;
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
 * Kind of value.
 */
export type LinkKind = "unknown" | "address" | "device" | "email" | "paymentInstrument" | "phone";

/**
 * How many other customers have the same value.
 */
export interface SharedWith {
    /**
     * Kind of value.
     *
     * Default: "unknown"
     */
    kind: LinkKind;
    /**
     * Other customers who have it; of several values of the kind, of the one that most have. 20 stands for 20 or more.
     */
    customers: number;
}

/**
 * What fraud models judge by: facts at the time of events, never at the time of reading.
 */
export interface FraudProfileUpdated {
    /**
     * <customerId>:<version>; also the header ce_id.
     */
    eventId: string;
    /**
     * Customer; also the message key.
     */
    customerId: string;
    /**
     * Version of the customer with which the fraud view changed; growing, with gaps where other things changed.
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
     * When the latest order was placed; the windows and ages below are as of then. Null without orders.
     *
     * Default: null
     */
    latestOrderAt: null | number;
    /**
     * The latest order; of several at the same time the first by its id.
     *
     * Default: null
     */
    latestOrderId: null | string;
    /**
     * One of each window, from the shortest; empty without orders.
     *
     * Default: []
     */
    velocity: OrderVelocity[];
    /**
     * Devices, by the last order the latest first, then by fingerprint; the first 20.
     *
     * Default: []
     */
    devices: DeviceOrders[];
    /**
     * Devices in all.
     *
     * Default: 0
     */
    deviceCount: number;
    /**
     * Distinct payment instruments by their fingerprints.
     *
     * Default: 0
     */
    paymentInstrumentCount: number;
    /**
     * No order placed before came from the device of the latest order; null where it names none.
     *
     * Default: null
     */
    latestOrderOnNewDevice: null | boolean;
    /**
     * Contacts, in the order of the profile.
     *
     * Default: []
     */
    contactMediums: ContactAge[];
    /**
     * The latest order that names a delivery address, whatever became of it, names another than the preferred postal address; null when either is unknown. Compared in normal form.
     *
     * Default: null
     */
    deliveryDiffersFromBilling: null | boolean;
    /**
     * How the identity was established, or was tried to be: see verified; null when nothing is known of it.
     *
     * Default: null
     */
    identification: null | Identification;
    /**
     * What a credit check said; null without one.
     *
     * Default: null
     */
    creditProfile: null | CreditProfile;
    /**
     * Values that other customers have as well, by kind; what nobody shares is missing. Empty while links are not configured.
     *
     * Default: []
     */
    sharedWith: SharedWith[];
}
