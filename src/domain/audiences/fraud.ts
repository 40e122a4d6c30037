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
import type { Placement } from '../ledger/placements.ts';
import { lastUsedFirst } from '../ledger/record.ts';
import { type Envelope, permitted } from './audience.ts';
import { deliveryDiffersFromBilling } from './delivery.ts';
import { isOnNewDevice } from './devices.ts';
import { velocityOf } from './velocity.ts';

type View = Omit<FraudProfileUpdated, Envelope>;

const view = (customer: Customer): View => {
  const { facts, profile, ledger } = customer;
  const [latest] = ledger.placements;
  const devices = [...ledger.devices.values()].sort(lastUsedFirst);
  return {
    latestOrderAt: latest?.orderDate ?? null,
    latestOrderId: latest?.orderId ?? null,
    velocity: velocityOf(ledger.placements),
    devices: devices.slice(0, ledger.limits.devices),
    deviceCount: devices.length + ledger.unlistedDevices,
    paymentInstrumentCount: ledger.instruments.size + ledger.unlistedInstruments,
    latestOrderOnNewDevice: isOnNewDevice(latest, devices),
    contactMediums: contactAges(customer, latest),
    deliveryDiffersFromBilling: deliveryDiffersFromBilling(ledger.delivered?.value ?? null, profile),
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

const contactAges = ({ facts, profile }: Customer, latest: Placement | undefined): ContactAge[] =>
  profile.contactMediums.flatMap(({ id, mediumType, validation }) => {
    const firstSeenAt = lookup(facts.contactMediums, id)?.firstSeenAt;
    if (firstSeenAt === undefined) return [];
    const ageAtLatestOrderMs = latest ? Math.max(0, latest.orderDate - firstSeenAt) : null;
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
