/* Generated from schemas/OrderFinalized.avsc; do not edit. */

/**
 * Final state of an order (TMF622).
 */
export type OrderState = "unknown" | "completed" | "partial" | "failed" | "cancelled" | "rejected";

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
 * What an order item does to its product (TMF622).
 */
export type OrderItemAction = "unknown" | "add" | "modify" | "delete" | "noChange";

/**
 * Final state of an order item (TMF622).
 */
export type OrderItemState = "unknown" | "completed" | "failed" | "cancelled" | "rejected";

/**
 * One item of an order (TMF622 ProductOrderItem). Null leaves what is known of the product as it is.
 */
export interface OrderItem {
    /**
     * Identifier of the item within its order.
     */
    itemId: string;
    /**
     * What the item does to its product.
     *
     * Default: "unknown"
     */
    action: OrderItemAction;
    /**
     * Final state of the item; only completed items change what the customer holds.
     *
     * Default: "unknown"
     */
    state: OrderItemState;
    /**
     * Product instance; without one the item is known as <orderId>/<itemId>.
     *
     * Default: null
     */
    productId: null | string;
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
     * Product category, for example mobile or broadband.
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
     * When the product starts.
     *
     * Default: null
     */
    startDate: null | number;
    /**
     * When the product ends.
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
     * Price once for one.
     *
     * Default: null
     */
    oneOffPrice: null | Money;
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
 * How the customer pays (TMF670).
 */
export type PaymentMethodType = "unknown" | "directDebit" | "creditCard" | "bankTransfer" | "invoice" | "wallet" | "cash";

/**
 * How the customer pays: a type and a keyed fingerprint, never a number.
 */
export interface PaymentMethod {
    /**
     * Type of payment method.
     *
     * Default: "unknown"
     */
    methodType: PaymentMethodType;
    /**
     * Keyed hash of the instrument, made by the source system; equal instruments have equal fingerprints.
     *
     * Default: null
     */
    fingerprint: null | string;
}

/**
 * An order of a customer reached a final state (TMF622 ProductOrder).
 */
export interface OrderFinalized {
    /**
     * Unique identifier of the event; a redelivery carries the same one.
     */
    eventId: string;
    /**
     * When the order was finalized happened in the source system, by its clock.
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
     * Identifier of the order.
     */
    orderId: string;
    /**
     * Version of the order; the highest wins, so that a correction is a higher version.
     */
    orderVersion: number;
    /**
     * Final state; partial applies its completed items only.
     *
     * Default: "unknown"
     */
    state: OrderState;
    /**
     * Order category, for example acquisition or upgrade.
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
     * When the order was placed.
     *
     * Default: null
     */
    orderDate: null | number;
    /**
     * When the order was completed.
     *
     * Default: null
     */
    completionDate: null | number;
    /**
     * Billing account the order is charged to.
     *
     * Default: null
     */
    billingAccountId: null | string;
    /**
     * Total price of the order.
     *
     * Default: null
     */
    orderTotalPrice: null | Money;
    /**
     * Order items.
     *
     * Default: []
     */
    items: OrderItem[];
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
     * How the order is paid.
     *
     * Default: null
     */
    paymentMethod: null | PaymentMethod;
    /**
     * Keyed hash of the device the order came from.
     *
     * Default: null
     */
    deviceFingerprint: null | string;
    /**
     * Where the order is delivered to.
     *
     * Default: null
     */
    deliveryAddress: null | Address;
}
