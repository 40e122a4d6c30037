/* Generated from schemas/ProfileCommand.avsc; do not edit. */

/**
 * What is to be done.
 */
export type ProfileCommandKind = "unknown" | "refresh" | "retention" | "linkCounted";

/**
 * An instruction of this system to itself, so that whatever changes a profile arrives by the one road.
 */
export interface ProfileCommand {
    /**
     * Unique identifier of the event; a redelivery carries the same one.
     */
    eventId: string;
    /**
     * When the command happened in the source system, by its clock.
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
     * What is to be done.
     *
     * Default: "unknown"
     */
    kind: ProfileCommandKind;
    /**
     * Why, for the record: the rule or policy behind the command.
     *
     * Default: null
     */
    reason: null | string;
    /**
     * Details by name, as the kind defines them. linkCounted: `link`; `customers`, how many others have it, missing when the customer has it no more; `version`, of several answers about one link the highest counts.
     *
     * Default: {}
     */
    parameters: {
        [index: string]: string;
    };
}
