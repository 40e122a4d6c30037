/**
 * What a customer may ask to be given (GDPR, articles 15 and 20): what was said of the customer, and by whom; apart from it what
 * follows; and who was told. Sections have the names of TM Forum. Legal holds and shared values, which concern others, are left out.
 */
import { compare } from './canonical.ts';
import { compact } from './compact.ts';
import { lastSeen } from './contact-media.ts';
import { preferredAt, validationOf } from './derive/contact-mediums.ts';
import { provenanceOf } from './derive/provenance.ts';
import type { Facts } from './facts.ts';
import type { CustomerProfile, Provenance } from './generated/CustomerUpdated.ts';
import type { Keyed } from './keyed.ts';
import type { Chunk } from './past/chunk.ts';
import type { Register } from './register.ts';

export interface Exported {
  readonly category: 'provided' | 'derived' | 'recipient';
  readonly section: string;
  /** Within the section; null where there is one only. */
  readonly id: string | null;
  readonly value: unknown;
  /** The statement that it comes from. */
  readonly stated?: Provenance;
}

/** Somebody who was told, and the version that was told last. */
export interface Recipient {
  readonly audience: string;
  readonly version: number;
  /** False once there was a tombstone. */
  readonly knows: boolean;
}

/**
 * One after the other, by category and section: nobody has to hold all of it. `moved`: orders that have been moved out of the facts, which
 * come after the others.
 */
export const exportOf = async function* (
  facts: Facts,
  profile: CustomerProfile | null,
  recipients: readonly Recipient[],
  moved: AsyncIterable<Chunk>,
): AsyncGenerator<Exported, void, undefined> {
  yield* provided(facts);
  for await (const { orders } of moved) {
    for (const order of orders) yield statement('productOrder', order.value.orderId, order);
  }
  yield* statements('restriction', facts.privacy);
  const derived = profile === null ? [] : Object.entries(ofDerivation(profile)).sort(([a], [b]) => compare(a, b));
  for (const [section, value] of derived) yield { category: 'derived', section, id: null, value };
  for (const { audience, ...told } of recipients) {
    yield { category: 'recipient', section: 'audience', id: audience, value: told };
  }
};

/** What the profile holds that nobody has said. */
const ofDerivation = ({ status, products, orderSummary, segments, completeness }: CustomerProfile) => ({
  ...{ status, product: products, orderSummary, segment: segments, missingInformation: completeness },
});

const provided = function* (facts: Facts): Generator<Exported, void, undefined> {
  yield* statements('agreement', facts.agreements);
  yield* statements('assessment', facts.assessments);
  yield* statements('consent', facts.consents);
  yield* contacts(facts);
  yield* statements('party', facts.party);
  yield* statements('preference', facts.preferences);
  yield* statements('productOrder', facts.orders);
};

/** Registers by name or key; those of a record may be missing. */
const statements = function* (section: string, registers: object): Generator<Exported, void, undefined> {
  for (const [id, register] of sorted(registers as Keyed<Register<unknown>>)) yield statement(section, id, register);
};

const statement = (section: string, id: string, register: Register<unknown>): Exported => ({
  ...{ category: 'provided', section, id },
  ...{ value: register.value, stated: provenanceOf(register) },
});

const contacts = function* ({ contactMediums }: Facts): Generator<Exported, void, undefined> {
  for (const [id, contact] of sorted(contactMediums)) {
    const { medium, firstSeenAt } = contact;
    const seen = { firstSeenAt, lastSeenAt: lastSeen(contact), preferred: preferredAt(contact) > -Infinity };
    const value = { ...compact(medium.value, ['wellFormed']), validation: validationOf(contact), ...seen };
    yield { category: 'provided', section: 'contactMedium', id, value, stated: provenanceOf(medium) };
  }
};

const sorted = <T>(entries: Keyed<T>): [string, T][] => Object.entries(entries).sort(([a], [b]) => compare(a, b));
