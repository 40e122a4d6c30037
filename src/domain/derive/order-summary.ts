import { compare } from '../canonical.ts';
import type { OrderSummary, RecentOrder } from '../generated/CustomerUpdated.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Placement } from '../ledger/placements.ts';
import { RECENT } from '../ledger/windows.ts';
import { moneyOf } from './money.ts';

export const deriveOrderSummary = ({ orders, states, paid, firstPlacedAt, placements }: Ledger): OrderSummary => ({
  totalCount: orders,
  countsByState: Object.fromEntries([...states].sort(([a], [b]) => compare(a, b))),
  lifetimeValue: moneyOf(paid),
  firstOrderDate: firstPlacedAt === Infinity ? null : firstPlacedAt,
  lastOrderDate: placements[0]?.orderDate ?? null,
  recent: placements.slice(0, RECENT).map(recentOrder),
});

const recentOrder = (placement: Placement): RecentOrder => {
  const { orderId, state, category, channel, orderDate, completionDate, orderTotalPrice } = placement;
  return { orderId, state, category, channel, orderDate, completionDate, orderTotalPrice };
};
