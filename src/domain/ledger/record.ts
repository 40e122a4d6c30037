/** A ledger as it is stored, bounded in size: what is not named in it any more has to be looked up where it went. */
import { compare } from '../canonical.ts';
import type { DeviceOrders } from '../generated/FraudProfileUpdated.ts';
import { emptyLedger, type Ledger } from './ledger.ts';
import type { Limits } from './limits.ts';
import { type MonthRecord, monthsOf, monthsRecord } from './months.ts';
import type { Placement } from './placements.ts';
import type { Held } from './products.ts';
import {
  count,
  copyOf,
  sumsOf,
  type SumsRecord,
  sumsRecord,
  type UnlistedRecord,
  unlistedOf,
  unlistedRecord,
} from './unlisted.ts';
import { longestWindow, RECENT } from './windows.ts';

type Kept =
  | 'orders'
  | 'firstPlacedAt'
  | 'delivered'
  | 'paidBy'
  | 'open'
  | 'values'
  | 'changes'
  | 'unlistedDevices'
  | 'unlistedInstruments';

export interface LedgerRecord extends Readonly<Pick<Ledger, Kept>> {
  readonly states: readonly (readonly [state: string, orders: number])[];
  readonly paid: SumsRecord;
  readonly placements: readonly Placement[];
  readonly months: readonly MonthRecord[];
  readonly products: readonly Held[];
  readonly devices: readonly DeviceOrders[];
  readonly instruments: readonly string[];
  readonly unlisted: UnlistedRecord;
}

/** What a ledger does not name any more. */
export interface LeftOut {
  readonly products: readonly Held[];
  readonly devices: readonly DeviceOrders[];
  readonly instruments: readonly string[];
}

/** Identifiers that orders name. */
export interface Named {
  readonly products: ReadonlySet<string>;
  readonly devices: ReadonlySet<string>;
  readonly instruments: ReadonlySet<string>;
}

/** `needed`: by orders that come after it, so that they are not left out. */
export const recordOf = (
  ledger: Ledger,
  needed: Named,
): { readonly record: LedgerRecord; readonly leftOut: LeftOut } => {
  const { limits, placements, unlisted: before } = ledger;
  const last = placements[0]?.deviceFingerprint;
  const awaited = new Set(ledger.open.flatMap(({ items }) => items.map(({ productId }) => productId)));
  const products = split(
    [...ledger.products.values()].sort((a, b) => b.changed - a.changed),
    limits.products,
    ({ product: { productId } }) => needed.products.has(productId) || awaited.has(productId),
  );
  const devices = split([...ledger.devices.values()].sort(lastUsedFirst), limits.devices, ({ deviceFingerprint }) =>
    [deviceFingerprint === last, needed.devices.has(deviceFingerprint)].includes(true),
  );
  const instruments = split([...ledger.instruments].reverse(), limits.instruments, (each) =>
    needed.instruments.has(each),
  );
  const unlisted = copyOf(before);
  for (const { product } of products.others) count(unlisted, product, 1);
  const { orders, firstPlacedAt, delivered, paidBy, open, values, changes } = ledger;
  const record: LedgerRecord = {
    ...{ orders, firstPlacedAt, delivered, paidBy, open: [...open], changes },
    values: {
      address: [...values.address],
      device: [...values.device],
      paymentInstrument: [...values.paymentInstrument],
    },
    states: [...ledger.states].sort(([a], [b]) => compare(a, b)),
    paid: sumsRecord(ledger.paid),
    placements: placements.filter((each, at) => at < RECENT || each.orderDate >= longestWindow(placements)),
    months: monthsRecord(ledger.months, limits.months),
    products: products.kept,
    devices: devices.kept,
    instruments: instruments.kept.reverse(),
    unlisted: unlistedRecord(unlisted),
    unlistedDevices: ledger.unlistedDevices + devices.others.length,
    unlistedInstruments: ledger.unlistedInstruments + instruments.others.length,
  };
  return { record, leftOut: { products: products.others, devices: devices.others, instruments: instruments.others } };
};

/** To go on from it; the record stays as it is. */
export const ledgerOf = (record: LedgerRecord | undefined, limits: Limits): Ledger => {
  const empty = emptyLedger(limits);
  if (record === undefined) return empty;
  const { orders, firstPlacedAt, delivered, paidBy, open, values, changes } = record;
  return {
    ...{ limits, orders, firstPlacedAt, delivered, paidBy, changes, open: [...open] },
    values: {
      address: [...values.address],
      device: [...values.device],
      paymentInstrument: [...values.paymentInstrument],
    },
    states: new Map(record.states) as Ledger['states'],
    paid: sumsOf(record.paid),
    placements: [...record.placements],
    months: monthsOf(record.months),
    products: new Map(record.products.map((held) => [held.product.productId, held])),
    devices: new Map(record.devices.map((device) => [device.deviceFingerprint, device])),
    instruments: new Set(record.instruments),
    unlisted: unlistedOf(record.unlisted),
    unlistedDevices: record.unlistedDevices,
    unlistedInstruments: record.unlistedInstruments,
  };
};

/** The last used first. */
export const lastUsedFirst = (a: DeviceOrders, b: DeviceOrders): number =>
  b.lastOrderAt - a.lastOrderAt || compare(a.deviceFingerprint, b.deviceFingerprint);

/** The first `most`, and of the others those that are needed. */
const split = <T>(all: readonly T[], most: number, isNeeded: (each: T) => boolean): { kept: T[]; others: T[] } => {
  const kept: T[] = [];
  const others: T[] = [];
  for (const [at, each] of all.entries()) (at < most || isNeeded(each) ? kept : others).push(each);
  return { kept, others };
};
