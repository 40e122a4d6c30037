/** What is sold. */
export interface Offering {
  readonly offeringId: string;
  readonly offeringName: string;
  readonly category: string;
  /** A month, in minor units of the customer's currency. */
  readonly monthly: number;
  readonly oneOff: number;
  readonly termMonths: number;
  readonly characteristics: Readonly<Record<string, string>>;
}

const offering = (
  offeringId: string,
  offeringName: string,
  category: string,
  [monthly, oneOff, termMonths]: readonly [number, number, number],
  characteristics: Readonly<Record<string, string>>,
): Offering => ({ offeringId, offeringName, category, monthly, oneOff, termMonths, characteristics });

export const CATALOGUE: readonly [Offering, ...Offering[]] = [
  offering('mob-s', 'Mobile S', 'mobile', [999, 0, 1], { data: '5 GB' }),
  offering('mob-l', 'Mobile L', 'mobile', [2499, 0, 24], { data: '50 GB' }),
  offering('mob-x', 'Mobile Unlimited', 'mobile', [3999, 0, 24], { data: 'unlimited', roaming: 'world' }),
  offering('fib-250', 'Fibre 250', 'broadband', [2999, 4900, 24], { downlink: '250 Mbit/s' }),
  offering('fib-1000', 'Fibre 1000', 'broadband', [4499, 4900, 24], { downlink: '1 Gbit/s' }),
  offering('tv-basic', 'TV Basic', 'tv', [799, 0, 12], { channels: '60' }),
  offering('phone-12', 'Handset 12', 'device', [1500, 9900, 24], { colour: 'graphite' }),
];
