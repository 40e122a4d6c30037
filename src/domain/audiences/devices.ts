import { compare } from '../canonical.ts';
import type { OrderInEffect } from '../derive/orders.ts';
import type { DeviceOrders } from '../generated/FraudProfileUpdated.ts';

/** Every device that orders came from, the last used first. `placed`: the latest first. */
export const devicesOf = (placed: readonly OrderInEffect[]): DeviceOrders[] => {
  const devices = new Map<string, DeviceOrders>();
  for (const { order, placedAt } of placed) {
    const { deviceFingerprint } = order;
    if (deviceFingerprint === undefined) continue;
    const { orders, lastOrderAt } = devices.get(deviceFingerprint) ?? { orders: 0, lastOrderAt: placedAt };
    devices.set(deviceFingerprint, { deviceFingerprint, orders: orders + 1, firstOrderAt: placedAt, lastOrderAt });
  }
  return [...devices.values()].sort(
    (a, b) => b.lastOrderAt - a.lastOrderAt || compare(a.deviceFingerprint, b.deviceFingerprint),
  );
};

/** Whether no order placed before the latest came from its device; null when it names none. */
export const isOnNewDevice = (latest: OrderInEffect | undefined, devices: readonly DeviceOrders[]): boolean | null => {
  const device = devices.find(({ deviceFingerprint }) => deviceFingerprint === latest?.order.deviceFingerprint);
  return latest === undefined || device === undefined ? null : device.firstOrderAt === latest.placedAt;
};
