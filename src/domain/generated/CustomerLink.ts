/* Generated from schemas/CustomerLink.avsc; do not edit. */

/**
 * A customer has a value that others may have as well, or has it no more: from tasks that know the customer to tasks that know the value. Internal: values are keyed hashes.
 */
export interface CustomerLink {
    /**
     * Of link, customer and version, and no more than a name for the three.
     */
    eventId: string;
    /**
     * When the latest event behind that version happened, by the clock of its source.
     */
    occurredAt: number;
    /**
     * System that published the event.
     */
    sourceSystem: string;
    /**
     * Customer who has the value, or has it no more.
     */
    customerId: string;
    /**
     * Identifier that ties the event to the business process behind it.
     *
     * Default: null
     */
    correlationId: null | string;
    /**
     * `<kind>:<keyed hash of the value>`; also the message key.
     */
    link: string;
    /**
     * Whether the customer has the value.
     */
    linked: boolean;
    /**
     * Version of the customer; of several statements about one customer and link the highest counts.
     */
    version: number;
    /**
     * Partition of the customer's topics, which is where the answer goes.
     */
    partition: number;
    /**
     * Whether the customer has a number for the value already, and must be told were it that nobody else has it.
     *
     * Default: false
     */
    told: boolean;
}
