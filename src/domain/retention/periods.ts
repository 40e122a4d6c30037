/** Periods of the calendar, as ISO 8601 writes them: `P10Y`, `P6M`, `P2Y6M`, `P90D`. All in UTC. */

interface Period {
  readonly months: number;
  readonly days: number;
}

const FORM = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?$/;

export const isPeriod = (text: string): boolean => FORM.test(text);

/** The time a period later, ms; the last day of a month that is too short. */
export const after = (time: number, period: string): number => shifted(time, parsed(period), 1);

/** The time a period earlier, ms. */
export const before = (time: number, period: string): number => shifted(time, parsed(period), -1);

/** Whether the first period is the longer one; both from a day from which months are as long as they get. */
export const isLonger = (a: string, b: string): boolean => after(REFERENCE, a) > after(REFERENCE, b);

const REFERENCE = Date.UTC(2000, 0, 1);

const parsed = (text: string): Period => {
  const found = FORM.exec(text);
  if (found === null) throw new TypeError('not a period of years, months and days');
  const [years = 0, months = 0, days = 0] = found.slice(1).map((digits: string | undefined) => Number(digits ?? 0));
  return { months: 12 * years + months, days };
};

const DAY = 86_400_000;

const shifted = (time: number, { months, days }: Period, direction: 1 | -1): number => {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + direction * months);
  date.setUTCDate(Math.min(day, daysIn(date)));
  return date.getTime() + direction * days * DAY;
};

const daysIn = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
