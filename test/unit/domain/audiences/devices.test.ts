import { fraud } from '../../../../src/domain/audiences/fraud.ts';
import { anOrder } from '../../../helpers/domain.ts';
import { customerOf } from './customer.ts';

type View = NonNullable<ReturnType<typeof fraud.view>>;

/** Of orders by device and time of placement. */
const viewOf = (...orders: readonly (readonly [device: string | null, orderDate: number])[]): View => {
  const placed = orders.map(([deviceFingerprint, orderDate], i) =>
    anOrder({ orderId: `order-${i}`, state: 'failed', deviceFingerprint, orderDate }),
  );
  const view = fraud.view(customerOf(...placed));
  if (view === null) throw new Error('the fraud view is never null');
  return view;
};

describe('devices', () => {
  it('are told with their orders, the last used first, then by fingerprint', () => {
    const { devices, deviceCount } = viewOf(['b', 1], ['a', 5], ['c', 9], ['b', 5], [null, 10], ['b', 3]);
    expect(devices).toEqual([
      { deviceFingerprint: 'c', orders: 1, firstOrderAt: 9, lastOrderAt: 9 },
      { deviceFingerprint: 'a', orders: 1, firstOrderAt: 5, lastOrderAt: 5 },
      { deviceFingerprint: 'b', orders: 3, firstOrderAt: 1, lastOrderAt: 5 },
    ]);
    expect(deviceCount).toBe(3);
  });

  it('are the first 20, and counted in all', () => {
    const { devices, deviceCount } = viewOf(...Array.from({ length: 25 }, (_, i) => [`device-${i}`, i] as const));
    expect(devices).toHaveLength(20);
    expect([devices[0], devices.at(-1)]).toMatchObject([
      { deviceFingerprint: 'device-24' },
      { deviceFingerprint: 'device-5' },
    ]);
    expect(deviceCount).toBe(25);
  });
});

describe('the device of the latest order', () => {
  it('is new unless an order before came from it', () => {
    expect(viewOf(['a', 5]).latestOrderOnNewDevice).toBe(true);
    expect(viewOf(['a', 5], ['b', 6]).latestOrderOnNewDevice).toBe(true);
    expect(viewOf(['a', 5], ['b', 6], ['a', 7]).latestOrderOnNewDevice).toBe(false);
  });

  it('is new when other orders came from it at the same time only', () => {
    expect(viewOf(['a', 5], ['a', 5]).latestOrderOnNewDevice).toBe(true);
    expect(viewOf(['a', 4], ['a', 5], ['a', 5]).latestOrderOnNewDevice).toBe(false);
  });

  it('is found beyond those that are listed', () => {
    const many = Array.from({ length: 25 }, (_, i) => [`device-${String(i).padStart(2, '0')}`, 9] as const);
    expect(viewOf(['z', 9], ...many).latestOrderOnNewDevice).toBe(true);
    expect(viewOf(['z', 9], ...many, ['z', 8]).latestOrderOnNewDevice).toBe(false);
  });

  it('is unknown when the latest order names none', () => {
    expect(viewOf(['a', 5], [null, 6]).latestOrderOnNewDevice).toBeNull();
  });
});
