/* Generated from schemas/CustomerUpdated.avsc; do not edit. */

/**
 * What kind of change this is.
 */
export type ChangeType = "unknown" | "created" | "updated" | "statusChanged" | "restricted" | "archived";

/**
 * Type of an input event.
 */
export type EventType = "unknown" | "OrderFinalized" | "ContractSigned" | "PrivacyRequested" | "ProfileCommand";

/**
 * An input event behind the change.
 */
export interface Cause {
    /**
     * Identifier of the input event.
     */
    eventId: string;
    /**
     * Type of the input event.
     *
     * Default: "unknown"
     */
    eventType: EventType;
}

/**
 * Where the customer stands (TMF629): prospect holds nothing yet, active holds something, inactive held something.
 */
export type CustomerStatus = "unknown" | "prospect" | "active" | "inactive" | "restricted" | "archived";

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
 * The statement that something is known from.
 */
export interface Provenance {
    /**
     * System that published the event.
     */
    sourceSystem: string;
    /**
     * Identifier of the input event.
     */
    eventId: string;
    /**
     * When the event occurred.
     */
    statedAt: number;
}

/**
 * A contact medium with its validation state.
 */
export interface ProfileContactMedium {
    /**
     * Normalized contact, unique within the customer: the key by which later events match it.
     */
    id: string;
    /**
     * Which of the fields below carries the contact.
     *
     * Default: "unknown"
     */
    mediumType: ContactMediumType;
    /**
     * Normalized e-mail address.
     *
     * Default: null
     */
    emailAddress: null | string;
    /**
     * Phone number in E.164, or as received when it is not a valid one.
     *
     * Default: null
     */
    phoneNumber: null | string;
    /**
     * Postal address as last verified, or as last received when it never was.
     *
     * Default: null
     */
    address: null | Address;
    /**
     * The one to use among those of its type.
     *
     * Default: false
     */
    preferred: boolean;
    /**
     * Best knowledge of whether it reaches the customer.
     *
     * Default: "unknown"
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
    /**
     * When the latest event that named it occurred.
     */
    lastSeenAt: number;
    /**
     * The latest statement of a source that validated it, which validation comes from; null when none did, and validation follows from its form.
     *
     * Default: null
     */
    validatedBy: null | Provenance;
}

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
 * An agreement of the customer in its latest version (TMF651).
 */
export interface ProfileAgreement {
    /**
     * Identifier of the agreement.
     */
    agreementId: string;
    /**
     * Latest version known.
     */
    agreementVersion: number;
    /**
     * Type of agreement.
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
}

/**
 * Whether the customer holds the product (TMF637).
 */
export type ProductStatus = "unknown" | "active" | "terminated";

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
 * A product that the customer holds or held (TMF637).
 */
export interface ProfileProduct {
    /**
     * Product instance.
     */
    productId: string;
    /**
     * Whether the customer holds it.
     *
     * Default: "unknown"
     */
    status: ProductStatus;
    /**
     * Product offering.
     *
     * Default: null
     */
    offeringId: null | string;
    /**
     * Name of the product offering.
     *
     * Default: null
     */
    offeringName: null | string;
    /**
     * Product category.
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
     * When it started.
     *
     * Default: null
     */
    startDate: null | number;
    /**
     * When it ended or will end.
     *
     * Default: null
     */
    terminationDate: null | number;
    /**
     * Minimum term in months.
     *
     * Default: null
     */
    termMonths: null | number;
    /**
     * Price per month for one.
     *
     * Default: null
     */
    recurringPrice: null | Money;
    /**
     * Latest order that changed it.
     *
     * Default: null
     */
    orderId: null | string;
    /**
     * Agreement that covers it.
     *
     * Default: null
     */
    agreementId: null | string;
    /**
     * Chosen options by name.
     *
     * Default: {}
     */
    characteristics: {
        [index: string]: string;
    };
}

/**
 * Final state of an order (TMF622).
 */
export type OrderState = "unknown" | "completed" | "partial" | "failed" | "cancelled" | "rejected";

/**
 * One of the latest orders.
 */
export interface RecentOrder {
    /**
     * Identifier of the order.
     */
    orderId: string;
    /**
     * Final state.
     *
     * Default: "unknown"
     */
    state: OrderState;
    /**
     * Order category.
     *
     * Default: null
     */
    category: null | string;
    /**
     * Sales channel.
     *
     * Default: null
     */
    channel: null | string;
    /**
     * When it was placed, or when its event occurred.
     */
    orderDate: number;
    /**
     * When it was completed.
     *
     * Default: null
     */
    completionDate: null | number;
    /**
     * Total price.
     *
     * Default: null
     */
    orderTotalPrice: null | Money;
}

/**
 * Orders in numbers.
 */
export interface OrderSummary {
    /**
     * Number of orders.
     *
     * Default: 0
     */
    totalCount: number;
    /**
     * Number of orders by final state.
     *
     * Default: {}
     */
    countsByState: {
        [index: string]: number;
    };
    /**
     * Sum of the total prices of completed orders, by currency; of partial orders, the one-off prices of completed items.
     *
     * Default: []
     */
    lifetimeValue: Money[];
    /**
     * When the first order was placed.
     *
     * Default: null
     */
    firstOrderDate: null | number;
    /**
     * When the last order was placed.
     *
     * Default: null
     */
    lastOrderDate: null | number;
    /**
     * The latest five orders, newest first.
     *
     * Default: []
     */
    recent: RecentOrder[];
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
 * How the customer pays (TMF670).
 */
export type PaymentMethodType = "unknown" | "directDebit" | "creditCard" | "bankTransfer" | "invoice" | "wallet" | "cash";

/**
 * What the customer may prefer: a field here or in billing, or the preferred contact medium of a type.
 */
export type PreferenceName = "unknown" | "languages" | "billingFormat" | "billingCycle" | "billingMedia" | "paymentMethodType" | "preferredEmail" | "preferredPhone" | "preferredPostalAddress";

/**
 * Preferences that one input event was the latest to state.
 */
export interface StatedPreferences {
    /**
     * What it stated, by name; each preference is in one entry at most.
     *
     * Default: []
     */
    preferences: PreferenceName[];
    /**
     * System that published the event.
     */
    sourceSystem: string;
    /**
     * Identifier of the input event.
     */
    eventId: string;
    /**
     * When the event occurred.
     */
    statedAt: number;
}

/**
 * How the customer wants to be spoken to, billed and charged.
 */
export interface Preferences {
    /**
     * Languages, BCP 47, most wanted first.
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
     * How the customer last paid.
     *
     * Default: null
     */
    paymentMethodType: null | PaymentMethodType;
    /**
     * Where each preference comes from, the latest statement first. A preferred contact medium that is in no entry was never called preferred: it is the best one known.
     *
     * Default: []
     */
    provenance: StatedPreferences[];
}

/**
 * Information still missing to serve the customer.
 */
export interface MissingInformation {
    /**
     * Path of the missing field within the profile.
     */
    path: string;
    /**
     * What asks for it.
     */
    requiredBy: string;
}

/**
 * Everything known of the customer. Dates, never ages: nothing in it goes stale by itself.
 */
export interface CustomerProfile {
    /**
     * Where the customer stands.
     *
     * Default: "unknown"
     */
    status: CustomerStatus;
    /**
     * Who the customer is.
     *
     * Default: null
     */
    party: null | Party;
    /**
     * Ways to reach the customer, by type and preference.
     *
     * Default: []
     */
    contactMediums: ProfileContactMedium[];
    /**
     * Agreements by identifier.
     *
     * Default: []
     */
    agreements: ProfileAgreement[];
    /**
     * Products by identifier.
     *
     * Default: []
     */
    products: ProfileProduct[];
    /**
     * Orders in numbers.
     */
    orderSummary: OrderSummary;
    /**
     * Consents in force: the latest decision on each purpose and channel, granted ones only.
     *
     * Default: []
     */
    consents: Consent[];
    /**
     * How the customer wants to be spoken to, billed and charged.
     */
    preferences: Preferences;
    /**
     * Names of the segments the customer is in.
     *
     * Default: []
     */
    segments: string[];
    /**
     * What is still missing to serve this customer; empty when complete.
     *
     * Default: []
     */
    completeness: MissingInformation[];
}

/**
 * A new version of a customer. Each version is published once, in order, and names the one before it.
 */
export interface CustomerUpdated {
    /**
     * <customerId>:<version>; also the header ce_id.
     */
    eventId: string;
    /**
     * Customer; also the message key.
     */
    customerId: string;
    /**
     * Version of the customer, growing.
     */
    version: number;
    /**
     * Version published before this one; 0 for the first.
     */
    previousVersion: number;
    /**
     * What kind of change this is.
     *
     * Default: "unknown"
     */
    changeType: ChangeType;
    /**
     * Paths within profile that changed since previousVersion, sorted.
     *
     * Default: []
     */
    changedPaths: string[];
    /**
     * Input events behind the change.
     *
     * Default: []
     */
    causes: Cause[];
    /**
     * When the latest of the causes occurred.
     */
    occurredAt: number;
    /**
     * The whole profile at this version.
     */
    profile: CustomerProfile;
}
