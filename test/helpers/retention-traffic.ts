/** Traffic in which retention asks again and again, while customers are at it. */
import type { InputEvent } from '../../src/domain/events.ts';
import type { Terms } from '../../src/domain/retention/terms.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { encodeTraffic, generateTraffic } from '../../src/traffic/index.ts';
import { aConsent, aRequest, aRetention } from './domain.ts';
import { encoded, SCHEMA_IDS } from './traffic-world.ts';

const DAY = 86_400_000;
const term = (minimum: string, maximum: string) => ({ legalBasis: 'the law', minimum, maximum });

const rules = (policy: string) => ({ policy, jurisdiction: '*', customer: term('P0D', 'P1D') });

/** Periods so short that much is due while customers are at it. Nobody's last order is due before the customer is. */
const TERMS: readonly Terms[] = [
  { ...rules('p1'), order: term('P0D', 'P1D'), archive: term('P0D', 'P9D') },
  { ...rules('p2'), order: term('P9D', 'P40D'), agreement: term('P9D', 'P40D') },
  { ...rules('p3'), order: term('P0D', 'P1D'), agreement: term('P0D', 'P1D') },
];

/** What retention and the archive have to do with somebody, at this point of the traffic. */
const between = (n: number, customerId: string, occurredAt: number): InputEvent => {
  const consents = [aConsent({ purpose: 'archiving', decidedAt: occurredAt, granted: n % 4 !== 0 })];
  if (n % 3 === 0)
    return aRequest({ customerId, kind: 'consentChanged', eventId: `consent-${n}`, occurredAt, consents });
  const terms = TERMS[(n % 7) % TERMS.length];
  return aRetention(terms ?? never(), {
    customerId,
    eventId: `retention-${n}`,
    occurredAt: occurredAt + (n % 5) * 10 * DAY,
  });
};
const never = (): never => {
  throw new Error('no terms');
};

export const retentionTraffic = (seed: number): OutboundRecord[] => {
  const options = { seed, customers: 40, events: 600, brokenRatio: 0.04, lateRatio: 0.1, duplicateRatio: 0.1 };
  const items = [...generateTraffic({ ...options, requestRatio: 0.05, eraseRatio: 0.03 })];
  const known = new Set<string>();
  let n = 0;
  return items.flatMap((item) => {
    const { customerId, occurredAt } = item.input.event;
    if (item.expected === 'applied') known.add(customerId);
    n += known.has(customerId) ? 1 : 0;
    return [
      encodeTraffic(item, SCHEMA_IDS),
      ...(n % 2 === 0 && known.has(customerId) ? [encoded(between(n / 2, customerId, occurredAt))] : []),
    ];
  });
};
