/* Generated from schemas/PrivacyRequested.avsc; do not edit. */

/**
 * What is asked for.
 */
export type PrivacyRequestKind = "unknown" | "consentChanged" | "restrict" | "liftRestriction" | "erase" | "legalHold" | "releaseHold";

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
 * The customer, or someone entitled to, exercised a data protection right.
 */
export interface PrivacyRequested {
    /**
     * Unique identifier of the event; a redelivery carries the same one.
     */
    eventId: string;
    /**
     * When the request happened in the source system, by its clock.
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
     * What is asked for.
     *
     * Default: "unknown"
     */
    kind: PrivacyRequestKind;
    /**
     * The decisions, when kind is consentChanged.
     *
     * Default: []
     */
    consents: Consent[];
    /**
     * Why, in the words of the privacy desk; not shown to audiences.
     *
     * Default: null
     */
    reason: null | string;
    /**
     * Reference of the case or court order behind the request.
     *
     * Default: null
     */
    caseReference: null | string;
    /**
     * Reference to the evidence of the request; never the evidence itself.
     *
     * Default: null
     */
    evidence: null | string;
}
