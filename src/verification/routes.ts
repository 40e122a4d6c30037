/** Messages of inputs that are keyed by something else: each accepted one goes on once, as it is, to where its customer belongs. */
import type { InboundRecord } from '../pipeline/ports.ts';
import { routed, type Router } from '../pipeline/router.ts';
import { coordinates, headersText, sameBytes } from './records.ts';
import type { Findings } from './report.ts';

export interface RouteCheck {
  /** To be routed. */
  accepted(record: InboundRecord, customerId: string): void;
  /** In a topic that messages are routed to. */
  arrived(record: InboundRecord): void;
  /** Once everything has been read. */
  finish(): void;
}

const placeOf = ({ topic, partition, offset }: InboundRecord): string => coordinates(topic, partition, offset);

export const createRouteCheck = (router: Router, findings: Findings): RouteCheck => {
  const expected = new Map<string, { record: InboundRecord; customerId: string }>();
  const found = new Map<string, InboundRecord>();

  const compare = (arrived: InboundRecord, { record, customerId }: { record: InboundRecord; customerId: string }) => {
    const source = placeOf(record);
    const { topic, partition, key, value, headers } = routed(router, record, arrived.topic, customerId);
    if (arrived.partition !== partition) findings.add('route-misplaced', customerId, source);
    const altered = [
      ...(router.routes.get(record.topic) === topic ? [] : ['topic']),
      ...(arrived.key?.toString() === key ? [] : ['key']),
      ...(sameBytes(arrived.value, value) ? [] : ['value']),
      ...(headersText(arrived.headers) === headersText(headers) ? [] : ['headers']),
    ];
    if (altered.length > 0) findings.add('route-altered', customerId, `${source}: ${altered.join(', ')}`);
  };

  return {
    accepted: (record, customerId) => {
      expected.set(placeOf(record), { record, customerId });
    },
    arrived: (record) => {
      // Sent again by hand, it comes from where it came from before.
      if (record.headers['redriven-from'] !== undefined) return;
      const origin = ['origin-topic', 'origin-partition', 'origin-offset']
        .map((name) => String(record.headers[name]))
        .join(':');
      if (found.has(origin)) findings.add('route-repeated', null, placeOf(record));
      found.set(origin, record);
    },
    finish: () => {
      for (const [origin, record] of found) {
        const known = expected.get(origin);
        if (known === undefined) findings.add('route-unexpected', null, origin);
        else compare(record, known);
      }
      for (const [origin, { customerId }] of expected) {
        if (!found.has(origin)) findings.add('route-missing', customerId, origin);
      }
    },
  };
};
