/** What happens to customers: they sign, order, change, cancel, and orders are corrected. */
import type { UpstreamEvent } from '../domain/events.ts';
import type { Consent, ContractSigned } from '../domain/generated/ContractSigned.ts';
import type { OrderFinalized, OrderItem, OrderItemAction, OrderState } from '../domain/generated/OrderFinalized.ts';
import type { PrivacyRequested } from '../domain/generated/PrivacyRequested.ts';
import { CATALOGUE } from './catalogue.ts';
import { anotherContact, createPerson } from './people.ts';
import { createRandom, type Random } from './random.ts';
import { deviceOf, homeOf, instrumentOf, sharedBy, sharingOf } from './sharing.ts';

/** Products that one customer may hold at a time, the bits of a byte. */
const SLOTS = 2;
/** A new agreement after so many versions of one. */
const VERSIONS = 4;
/** Orders that may still be corrected, over all customers. */
const CORRECTABLE = 256;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface Lives {
  /** The next event in the life of a customer, who is numbered from 0. */
  next(customer: number, at: number): UpstreamEvent;
  /** The customer, or somebody for the customer, exercises a right. */
  request(customer: number, at: number): UpstreamEvent;
  /** The customer asks to be forgotten; who comes back signs and orders like somebody new. */
  erasure(customer: number, at: number): UpstreamEvent;
  /** A later version of a recent order, or another statement of the same version; null before there was an order. */
  correction(at: number): UpstreamEvent | null;
}

export const customerIdOf = (customer: number): string => `c-${String(customer + 1).padStart(6, '0')}`;

/** Keeps six bytes a customer, so that a stream may have millions of them. */
export const createLives = (seed: number, customers: number, random: Random): Lives => {
  const signatures = new Uint8Array(customers);
  const orders = new Uint32Array(customers);
  const held = new Uint8Array(customers);
  const recent: OrderFinalized[] = [];

  const envelope = (customerId: string, at: number, sourceSystem: string) => ({
    eventId: random.uuid(),
    occurredAt: at,
    sourceSystem,
    customerId,
    correlationId: random.chance(0.3) ? random.uuid() : null,
  });

  const personOf = (customer: number) => {
    const { household } = sharedBy(seed, customer);
    const home = household === null ? undefined : homeOf(seed, household);
    return createPerson(createRandom(seed, customer), customer + 1, home);
  };

  const sign = (customer: number, at: number): ContractSigned => {
    const signature = signatures[customer] ?? 0;
    signatures[customer] = Math.min(signature + 1, 255);
    const customerId = customerIdOf(customer);
    const { party, contactMediums, language } = personOf(customer);
    const isFirst = signature === 0;
    const { offeringId, termMonths } = random.pick(CATALOGUE);
    return {
      ...envelope(customerId, at, 'contract-desk'),
      agreementId: `a-${customer + 1}-${Math.floor(signature / VERSIONS) + 1}`,
      agreementVersion: (signature % VERSIONS) + 1,
      agreementType: 'subscription',
      name: null,
      signedAt: at,
      period: { startDateTime: at, endDateTime: at + termMonths * 30 * DAY_MS },
      autoRenews: random.chance(0.7),
      noticeDays: 30,
      items: [{ offeringId, productId: isFirst ? null : productOf(customer, random.int(0, SLOTS - 1)) }],
      party: isFirst || random.chance(0.2) ? party : null,
      contactMediums: isFirst ? [...contactMediums] : [],
      consents: isFirst || random.chance(0.3) ? consents(random, at) : [],
      languages: isFirst ? [language] : [],
      billing: isFirst ? { format: 'itemized', cycle: 'monthly', media: random.chance(0.8) ? 'email' : 'paper' } : null,
      identification: isFirst
        ? { identificationType: 'passport', issuingAuthority: null, verified: random.chance(0.9), validTo: null }
        : null,
      creditProfile: isFirst
        ? { score: random.int(300, 850), riskRating: random.pick(['A', 'B', 'C']), checkedAt: at, validTo: null }
        : null,
    };
  };

  const order = (customer: number, at: number): OrderFinalized => {
    const count = (orders[customer] ?? 0) + 1;
    orders[customer] = count;
    const person = personOf(customer);
    const shared = sharedBy(seed, customer);
    const sharing = sharingOf(seed, customer, count);
    const state = orderState(random);
    const placedAt = at - random.int(1, 72) * HOUR_MS;
    const items = chooseSlots(random, state === 'partial' ? 2 : 1).map((slot, i) => {
      const itemState = state === 'partial' ? (i === 0 ? 'completed' : 'failed') : ITEM_STATES[state];
      const action = chooseAction(random, holds(customer, slot));
      if (itemState === 'completed') setHeld(customer, slot, action !== 'delete');
      return orderItem(
        random,
        { itemId: String(i + 1), action, state: itemState, at, currency: person.currency },
        productOf(customer, slot),
      );
    });
    const knowsContact = random.chance(0.05);
    return {
      ...envelope(customerIdOf(customer), at, random.pick(['web-shop', 'web-shop', 'retail-pos', 'legacy-crm'])),
      orderId: `o-${customer + 1}-${count}`,
      orderVersion: 1,
      state,
      category: items.every(({ action }) => action === 'add') ? 'acquisition' : 'change',
      channel: random.pick(['web', 'web', 'shop', 'phone']),
      orderDate: placedAt,
      completionDate: state === 'completed' || state === 'partial' ? at : null,
      billingAccountId: `b-${customer + 1}`,
      orderTotalPrice: { currency: person.currency, minorUnits: items.reduce((sum, item) => sum + priceOf(item), 0) },
      items,
      party: count === 1 ? person.party : null,
      contactMediums: knowsContact ? [anotherContact(person, random, customer + 1)] : [],
      paymentMethod: { methodType: 'directDebit', fingerprint: instrumentOf(shared, `pm-${customer + 1}`, sharing) },
      deviceFingerprint: random.chance(0.5)
        ? deviceOf(shared, `dev-${customer + 1}-${random.int(1, 2)}`, sharing)
        : null,
      deliveryAddress: random.chance(0.5) ? person.address : null,
    };
  };

  const nothingAskedFor = (customer: number, at: number) => ({
    ...envelope(customerIdOf(customer), at, 'privacy-desk'),
    ...{ consents: [], reason: null, caseReference: null, evidence: null },
  });

  const request = (customer: number, at: number): PrivacyRequested => {
    const kind = random.pick(REQUESTS);
    return {
      ...nothingAskedFor(customer, at),
      kind,
      consents: kind === 'consentChanged' ? consents(random, at) : [],
      caseReference: kind === 'consentChanged' ? null : `case-${customer + 1}-${random.int(1, 2)}`,
      evidence: random.chance(0.5) ? `file-${customer + 1}` : null,
    };
  };

  const holds = (customer: number, slot: number): boolean => ((held[customer] ?? 0) & (1 << slot)) !== 0;

  const setHeld = (customer: number, slot: number, holding: boolean): void => {
    const others = (held[customer] ?? 0) & ~(1 << slot);
    held[customer] = holding ? others | (1 << slot) : others;
  };

  const remember = (said: OrderFinalized): UpstreamEvent => {
    if (recent.length < CORRECTABLE) recent.push(said);
    else recent[random.int(0, CORRECTABLE - 1)] = said;
    return { type: 'OrderFinalized', event: said };
  };

  return {
    next: (customer, at) => {
      const isNew = signatures[customer] === 0 && orders[customer] === 0;
      return random.chance(isNew ? 0.9 : 0.12)
        ? { type: 'ContractSigned', event: sign(customer, at) }
        : remember(order(customer, at));
    },
    request: (customer, at) => ({ type: 'PrivacyRequested', event: request(customer, at) }),
    erasure: (customer, at) => {
      [signatures[customer], held[customer]] = [0, 0];
      return { type: 'PrivacyRequested', event: { ...nothingAskedFor(customer, at), kind: 'erase' } };
    },
    correction: (at) => {
      const place = random.int(0, Math.max(recent.length - 1, 0));
      const before = recent[place];
      if (before === undefined) return null;
      const corrected = correct(before, envelope(before.customerId, at, before.sourceSystem), random);
      recent[place] = corrected;
      return { type: 'OrderFinalized', event: corrected };
    },
  };
};

const productOf = (customer: number, slot: number): string => `p-${customer + 1}-${slot + 1}`;

/**
 * Once in a while two systems correct the same version in the same millisecond: a tie. What is cancelled after all was neither
 * paid nor from anybody's device.
 */
const correct = (
  before: OrderFinalized,
  envelope: Pick<OrderFinalized, 'eventId' | 'occurredAt'>,
  random: Random,
): OrderFinalized => {
  const isTie = random.chance(0.15);
  const { currency, minorUnits } = before.orderTotalPrice ?? { currency: 'EUR', minorUnits: 0 };
  return {
    ...before,
    ...envelope,
    occurredAt: isTie ? before.occurredAt : envelope.occurredAt,
    orderVersion: isTie ? before.orderVersion : before.orderVersion + 1,
    ...(random.chance(0.2)
      ? { state: 'cancelled' as const, deviceFingerprint: null, paymentMethod: null }
      : { state: before.state }),
    orderTotalPrice: { currency, minorUnits: Math.max(0, minorUnits - random.int(1, 500)) },
  };
};

const consents = (random: Random, at: number): Consent[] =>
  (['marketing', 'analytics'] as const).map((purpose) => ({
    purpose,
    channel: 'any',
    granted: random.chance(0.6),
    decidedAt: at,
    validTo: null,
    evidence: null,
  }));

/** Consent changes most often; a restriction is lifted after a while. */
const REQUESTS = [
  ...(['consentChanged', 'consentChanged', 'consentChanged', 'restrict', 'liftRestriction'] as const),
  ...(['liftRestriction', 'legalHold', 'releaseHold'] as const),
] as const;

const ITEM_STATES = { completed: 'completed', failed: 'failed', cancelled: 'cancelled', rejected: 'rejected' } as const;

type Outcome = Exclude<OrderState, 'unknown'>;

const orderState = (random: Random): Outcome => {
  if (random.chance(0.86)) return 'completed';
  return random.pick(['partial', 'failed', 'cancelled', 'rejected'] as const);
};

const chooseSlots = (random: Random, least: number): number[] => {
  const first = random.int(0, SLOTS - 1);
  return random.chance(0.25) || least > 1 ? [first, (first + 1) % SLOTS] : [first];
};

const chooseAction = (random: Random, isHeld: boolean): OrderItemAction => {
  if (!isHeld) return 'add';
  return random.chance(0.6) ? 'modify' : 'delete';
};

interface ItemSaid extends Pick<OrderItem, 'itemId' | 'action' | 'state'> {
  readonly at: number;
  readonly currency: string;
}

const orderItem = (random: Random, { at, currency, ...said }: ItemSaid, productId: string): OrderItem => {
  const { offeringId, offeringName, category, monthly, oneOff, termMonths, characteristics } = random.pick(CATALOGUE);
  const ends = said.action === 'delete';
  return {
    ...said,
    productId,
    offeringId: ends ? null : offeringId,
    offeringName: ends ? null : offeringName,
    category: ends ? null : category,
    quantity: 1,
    startDate: said.action === 'add' ? at : null,
    terminationDate: null,
    termMonths: ends ? null : termMonths,
    recurringPrice: ends ? null : { currency, minorUnits: monthly },
    oneOffPrice: said.action === 'add' ? { currency, minorUnits: oneOff } : null,
    characteristics: ends ? {} : { ...characteristics },
  };
};

const priceOf = ({ quantity, recurringPrice, oneOffPrice }: OrderItem): number =>
  quantity * ((recurringPrice?.minorUnits ?? 0) + (oneOffPrice?.minorUnits ?? 0));
