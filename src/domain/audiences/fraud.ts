import { byPlacement } from '../derive/order-summary.ts';
import type { OrderInEffect } from '../derive/orders.ts';
import type { Facts } from '../facts.ts';
import type {
  ContactAge,
  CreditProfile,
  FraudProfileUpdated,
  Identification,
} from '../generated/FraudProfileUpdated.ts';
import { lookup } from '../keyed.ts';
import { sharedWith } from '../links.ts';
import type { Customer } from '../derive.ts';
import { type Envelope, permitted } from './audience.ts';
import { deliveryDiffersFromBilling } from './delivery.ts';
import { devicesOf, isOnNewDevice } from './devices.ts';
import { velocityOf } from './velocity.ts';

type View = Omit<FraudProfileUpdated, Envelope>;

const DEVICES = 20;

const view = (customer: Customer): View => {
  const { facts, profile } = customer;
  const placed = byPlacement(customer.orders);
  const [latest] = placed;
  const devices = devicesOf(placed);
  return {
    latestOrderAt: latest?.placedAt ?? null,
    latestOrderId: latest?.order.orderId ?? null,
    velocity: velocityOf(placed),
    devices: devices.slice(0, DEVICES),
    deviceCount: devices.length,
    paymentInstrumentCount: instrumentCount(placed),
    latestOrderOnNewDevice: isOnNewDevice(latest, devices),
    contactMediums: contactAges(customer, latest),
    deliveryDiffersFromBilling: deliveryDiffersFromBilling(placed, profile),
    identification: identificationOf(facts),
    creditProfile: creditProfileOf(facts),
    sharedWith: sharedWith(facts),
  };
};

/** It protects others, and stands up for legal claims. */
export const fraud = permitted<FraudProfileUpdated, 'fraud'>({
  name: 'fraud',
  record: 'FraudProfileUpdated',
  seesRestricted: true,
  view,
});

const instrumentCount = (placed: readonly OrderInEffect[]): number => {
  const fingerprints = new Set(placed.map(({ order }) => order.paymentMethod?.fingerprint));
  fingerprints.delete(undefined);
  return fingerprints.size;
};

const contactAges = ({ facts, profile }: Customer, latest: OrderInEffect | undefined): ContactAge[] =>
  profile.contactMediums.flatMap(({ id, mediumType, validation }) => {
    const firstSeenAt = lookup(facts.contactMediums, id)?.firstSeenAt;
    if (firstSeenAt === undefined) return [];
    const ageAtLatestOrderMs = latest ? Math.max(0, latest.placedAt - firstSeenAt) : null;
    return [{ mediumType, validation, firstSeenAt, ageAtLatestOrderMs }];
  });

const identificationOf = ({ assessments }: Facts): Identification | null => {
  if (assessments.identification === undefined) return null;
  const { identificationType, issuingAuthority = null, verified, validTo = null } = assessments.identification.value;
  return { identificationType, issuingAuthority, verified, validTo };
};

const creditProfileOf = ({ assessments }: Facts): CreditProfile | null => {
  if (assessments.creditProfile === undefined) return null;
  const { score = null, riskRating = null, checkedAt = null, validTo = null } = assessments.creditProfile.value;
  return { score, riskRating, checkedAt, validTo };
};
