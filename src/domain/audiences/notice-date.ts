import type { ProfileAgreement } from '../generated/CustomerUpdated.ts';

const DAY = 24 * 60 * 60 * 1000;

/** No instant is earlier: a notice of millions of days must not make a date that no reader can hold. */
const EARLIEST = Date.UTC(1900, 0, 1);

/** The last moment to give notice; null when the end or the days of notice are unknown. */
export const noticeDateOf = ({ period, noticeDays }: ProfileAgreement): number | null => {
  const end = period?.endDateTime ?? null;
  return end === null || noticeDays === null ? null : Math.max(EARLIEST, end - noticeDays * DAY);
};
