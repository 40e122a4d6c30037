/** Writes a table for churn models, one row a customer, and ends. `churn-table.ts <file.csv> [as of: 2026-01-31]` */
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { type ChurnProfileUpdated, createChurnProfileDecoder, versionOf } from 'customer-profile-stream';
import { readToEnd, registryUrl, topicOf } from './subscriber.ts';

const [file = 'churn.csv', day] = process.argv.slice(2);
const asOf = day === undefined ? Date.now() : Date.parse(day);
if (Number.isNaN(asOf)) throw new Error(`${String(day)} is no date`);

/** By the categories of the demo's catalogue; put those of your own. */
const PHONE = ['mobile', 'phone'];
const INTERNET = ['broadband', 'fibre'];
const TELEVISION = ['tv'];

const PAYMENT: Readonly<Record<string, string>> = {
  directDebit: 'Bank transfer (automatic)',
  creditCard: 'Credit card (automatic)',
};

const MONTH = (365.25 / 12) * 24 * 60 * 60 * 1000;
const months = (from: number, to: number): number => Math.max(0, Math.round((to - from) / MONTH));
const yesNo = (is: boolean | null): string => (is === null ? '' : is ? 'Yes' : 'No');

/** Columns that IBM's Telco data set has too are called as there. */
const rowOf = (event: ChurnProfileUpdated): Record<string, string | number> => {
  const quantityOf = (categories: readonly string[]): number =>
    event.productsByCategory.reduce(
      (sum, { category, quantity }) => sum + (categories.includes(category) ? quantity : 0),
      0,
    );
  const happened = (what: 'downgrades' | 'terminations'): number =>
    event.months.reduce((sum, month) => sum + month[what], 0);
  const lines = quantityOf(PHONE);
  const [charges, other] = event.monthlyRecurringValue;
  return {
    customerID: event.customerId,
    Status: event.status,
    tenure: event.tenureStart === null ? '' : months(event.tenureStart, leftAt(event) ?? asOf),
    Contract: contractOf(event),
    PhoneService: yesNo(lines > 0),
    MultipleLines: lines === 0 ? 'No phone service' : yesNo(lines > 1),
    InternetService: yesNo(quantityOf(INTERNET) > 0),
    StreamingTV: yesNo(quantityOf(TELEVISION) > 0),
    PaperlessBilling: yesNo(event.paperlessBilling),
    PaymentMethod: PAYMENT[event.paymentMethodType ?? ''] ?? event.paymentMethodType ?? '',
    // Amounts of several currencies cannot be added.
    MonthlyCharges: other !== undefined ? '' : charges === undefined ? 0 : majorUnits(charges),
    Currency: other !== undefined ? '' : (charges?.currency ?? ''),
    OrdersPlaced: event.orders.placed,
    OrdersCancelled: event.orders.cancelled,
    OrdersFailed: event.orders.failed + event.orders.rejected,
    Downgrades: happened('downgrades'),
    Terminations: happened('terminations'),
    Churn: yesNo(event.status === 'inactive'),
  };
};

/** The beginning of the month in which the last product was given up, so that tenure does not go on after the end. */
const leftAt = ({ status, months: course }: ChurnProfileUpdated): number | null => {
  const last = status === 'inactive' ? course.findLast(({ terminations }) => terminations > 0) : undefined;
  return last === undefined ? null : Date.parse(`${last.month}-01`);
};

/** By the longest term that binds the customer on the day. */
const contractOf = ({ agreements }: ChurnProfileUpdated): string => {
  const binding = agreements.filter(({ endDate, autoRenews }) => endDate === null || endDate > asOf || autoRenews);
  if (binding.length === 0) return '';
  const terms = binding.map(({ startDate, endDate }) => (startDate && endDate ? months(startDate, endDate) : 1));
  const longest = Math.max(...terms);
  return longest >= 24 ? 'Two year' : longest >= 12 ? 'One year' : 'Month-to-month';
};

/** 2999 is 29.99 in EUR, and 2999 in JPY. */
const majorUnits = ({ currency, minorUnits }: ChurnProfileUpdated['monthlyRecurringValue'][number]): number => {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return minorUnits / 10 ** maximumFractionDigits;
};

/** All of them in memory. Of many millions, write only the rows of one partition at a time. */
const latest = new Map<string, { version: number; event: ChurnProfileUpdated | null }>();
const decode = createChurnProfileDecoder({ registryUrl });

await readToEnd(topicOf('churn'), async (message) => {
  const customerId = String(message.key);
  const event = await decode(message.value);
  const version = versionOf(event, message);
  // Versions of a customer come in order; when the client had to join its group again, they come once more.
  if (version > (latest.get(customerId)?.version ?? 0)) latest.set(customerId, { version, event });
});

const rows = [...latest.values()].flatMap(({ event }) => (event === null ? [] : [rowOf(event)]));
// A spreadsheet would run a customer id that begins with = as a formula.
await pipeline(rows, stringify({ header: true, escape_formulas: true }), createWriteStream(`${file}.part`));
// Who reads the table sees the one of before or the whole new one.
await rename(`${file}.part`, file);
console.log(`${file}: ${rows.length} customers`);
