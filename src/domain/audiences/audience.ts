/** Who is told of a customer apart from those who may know the whole profile, and what each may know. */
import type { Customer } from '../derive.ts';

/** What every audience's event begins with: the version that it tells of. The rest is the view. */
export interface AudienceEvent {
  /** `<customerId>:<version>` */
  readonly eventId: string;
  /** Or the name by which the audience knows the customer. */
  readonly customerId: string;
  readonly version: number;
  /** That the audience was told of before; 0 for the first. */
  readonly previousVersion: number;
  /** Of the latest event behind the version, ms. */
  readonly occurredAt: number;
}

export type Envelope = keyof AudienceEvent;

const ENVELOPE: readonly string[] = [
  'eventId',
  'customerId',
  'version',
  'previousVersion',
  'occurredAt',
] satisfies Envelope[];

/** The event without its envelope. */
export const viewOf = (event: AudienceEvent): object =>
  Object.fromEntries(Object.entries(event).filter(([field]) => !ENVELOPE.includes(field)));

/** Puts something else in the place of an id, always the same. */
export type PseudonymOf = (kind: 'customer' | 'agreement', id: string) => string;

export interface Audience<Event = unknown, Name extends string = string> {
  /** The last part of its topic's name. */
  readonly name: Name;
  /** Its Avro record, and the file of its schema. */
  readonly record: `${Capitalize<Name>}ProfileUpdated`;
  /** The legal basis on which it hears of customers outlasts a restriction of processing (GDPR, article 18 (2)). */
  readonly seesRestricted: boolean;
  /**
   * What it may know: pure and always built in one order, as equal views are told from others by their text. Given
   * pseudonyms, it holds no id that leads to the customer; of an audience that never is it need not know them.
   */
  readonly view: (customer: Customer, pseudonymOf?: PseudonymOf) => Omit<Event, Envelope> | null;
}

/**
 * The audience as it is told: nothing of a customer whose processing is restricted, unless its legal basis outlasts that, and nothing of
 * one who lies in the archive.
 */
export const permitted = <Event, Name extends string>(audience: Audience<Event, Name>): Audience<Event, Name> => ({
  ...audience,
  view: (customer, pseudonymOf) => {
    const { status } = customer.profile;
    const isHidden = status === 'archived' || (status === 'restricted' && !audience.seesRestricted);
    return isHidden ? null : audience.view(customer, pseudonymOf);
  },
});
