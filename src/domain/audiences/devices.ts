import type { DeviceOrders } from '../generated/FraudProfileUpdated.ts';
import type { Placement } from '../ledger/placements.ts';

/** Whether no order placed before the latest came from its device; null when it names none. */
export const isOnNewDevice = (latest: Placement | undefined, devices: readonly DeviceOrders[]): boolean | null => {
  const device = devices.find(({ deviceFingerprint }) => deviceFingerprint === latest?.deviceFingerprint);
  return latest === undefined || device === undefined ? null : device.firstOrderAt === latest.orderDate;
};
