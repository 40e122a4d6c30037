/** What a fraud model judges by. */
import { order } from './canonical.ts';
import { contactOf } from './contact.ts';
import { LINK_KINDS } from './contracts.ts';
import { totalsOf } from './money.ts';
import { idOf, lastPlacedFirst, type OrderInEffect, ordersInEffect } from './orders.ts';
import { isTree, listOf, numberOf, textOf, treeOf, type Tree } from './read.ts';

export const fraudView = (facts: Tree, profile: Tree): Tree => {
  const orders = lastPlacedFirst(ordersInEffect(facts));
  const latest = orders[0];
  const devices = devicesOf(orders);
  const instruments = orders.flatMap(({ value }) => textOf(value['paymentMethod'], 'fingerprint') ?? []);
  const assessments = treeOf(facts, 'assessments');
  const media = listOf(profile, 'contactMediums').filter(isTree);
  return {
    latestOrderAt: latest?.placedAt,
    latestOrderId: latest && idOf(latest),
    velocity:
      latest === undefined
        ? []
        : WINDOWS.map((window) => velocityOf(orders.slice(0, COUNTED), latest.placedAt, window)),
    devices: devices.slice(0, SHOWN),
    deviceCount: devices.length,
    paymentInstrumentCount: new Set(instruments).size,
    latestOrderOnNewDevice: latest && isOnNewDevice(latest, orders),
    contactMediums: media.map((medium) => {
      const { mediumType, validation } = medium;
      const contact = treeOf(treeOf(facts, 'contactMediums'), textOf(medium, 'id') ?? '');
      const firstSeenAt = numberOf(contact, 'firstSeenAt') ?? 0;
      return {
        mediumType,
        validation,
        firstSeenAt,
        ageAtLatestOrderMs: latest && Math.max(0, latest.placedAt - firstSeenAt),
      };
    }),
    deliveryDiffersFromBilling: isDeliveredElsewhere(orders, media),
    identification: treeOf(assessments, 'identification')['value'],
    creditProfile: treeOf(assessments, 'creditProfile')['value'],
    sharedWith: sharedWith(treeOf(facts, 'links')),
  };
};

/** Of each kind the value that most others have; what nobody shares is missing. */
const sharedWith = (links: Tree): Tree[] =>
  LINK_KINDS.flatMap((kind) => {
    const ofKind = Object.entries(links).filter(([link]) => link.startsWith(`${kind}:`));
    const customers = Math.max(
      0,
      ...ofKind.map(([, register]) => numberOf(treeOf(register, 'value'), 'customers') ?? 0),
    );
    return customers > 0 ? [{ kind, customers }] : [];
  });

const HOUR_MS = 3_600_000;
const WINDOWS = [
  ['PT1H', HOUR_MS],
  ['PT24H', 24 * HOUR_MS],
  ['P7D', 7 * 24 * HOUR_MS],
  ['P30D', 30 * 24 * HOUR_MS],
] as const;

/** How many of those placed last count at the most. */
const COUNTED = 100;

const UNSUCCESSFUL = ['cancelled', 'failed', 'rejected'];

const velocityOf = (
  orders: readonly OrderInEffect[],
  end: number,
  [window, lengthMs]: (typeof WINDOWS)[number],
): Tree => {
  const within = orders.filter(({ placedAt }) => placedAt >= end - lengthMs);
  return {
    window,
    placed: within.length,
    unsuccessful: within.filter(({ value }) => UNSUCCESSFUL.includes(textOf(value, 'state') ?? '')).length,
    value: totalsOf(within.map(({ value }) => [treeOf(value, 'orderTotalPrice'), 1])),
  };
};

const SHOWN = 20;

const deviceOf = ({ value }: OrderInEffect): string | null => textOf(value, 'deviceFingerprint');

const devicesOf = (orders: readonly OrderInEffect[]): Tree[] =>
  [...Map.groupBy(orders, deviceOf)]
    .flatMap(([deviceFingerprint, those]) => {
      if (deviceFingerprint === null) return [];
      const times = those.map(({ placedAt }) => placedAt);
      const [firstOrderAt, lastOrderAt] = [times.at(-1) ?? 0, times[0] ?? 0];
      return [{ deviceFingerprint, orders: those.length, firstOrderAt, lastOrderAt }];
    })
    .sort((a, b) => b.lastOrderAt - a.lastOrderAt || order(a.deviceFingerprint, b.deviceFingerprint));

const isOnNewDevice = (latest: OrderInEffect, orders: readonly OrderInEffect[]): boolean | null => {
  const device = deviceOf(latest);
  if (device === null) return null;
  return !orders.some((other) => other.placedAt < latest.placedAt && deviceOf(other) === device);
};

/** Null when there is nothing in it: blanks, or a state alone, name no place. */
export const placeOf = (address: unknown): string | null => {
  const key = isTree(address) ? contactOf({ mediumType: 'postalAddress', address })?.key : undefined;
  return key === undefined || key === NOWHERE ? null : key;
};

const NOWHERE = contactOf({ mediumType: 'postalAddress', address: {} })?.key;

/** `orders`: the last placed first. */
const isDeliveredElsewhere = (orders: readonly OrderInEffect[], media: readonly Tree[]): boolean | null => {
  const isBilling = (medium: Tree): boolean => medium['mediumType'] === 'postalAddress' && medium['preferred'] === true;
  const delivered = orders.map(({ value }) => placeOf(value['deliveryAddress'])).find((place) => place !== null);
  const billed = placeOf(media.find(isBilling)?.['address']);
  return delivered === undefined || billed === null ? null : delivered !== billed;
};
