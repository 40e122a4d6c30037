import { routed, type Router } from '../../../src/pipeline/router.ts';
import type { InboundRecord, OutboundRecord } from '../../../src/pipeline/ports.ts';
import { createFindings } from '../../../src/verification/report.ts';
import { createRouteCheck } from '../../../src/verification/routes.ts';

const router: Router = { routes: new Map([['orders', 'orders.by-customer']]), partitionOf: () => 2 };

const received = (offset: number): InboundRecord => ({
  ...{ topic: 'orders', partition: 0, offset, timestamp: 1_000, key: Buffer.from(`order-${offset}`) },
  ...{ value: Buffer.from([offset]), headers: { traceparent: Buffer.from('x') } },
});

const inLog = ({ topic, partition = 0, key, value, headers }: OutboundRecord, offset: number): InboundRecord => ({
  ...{ topic, partition, offset, timestamp: 5_000, key: Buffer.from(key ?? ''), value },
  headers: Object.fromEntries(Object.entries(headers).map(([name, said]) => [name, Buffer.from(String(said))])),
});

const upstream = [received(0), received(1)];
const sentOn = upstream.map((record, offset) => inLog(routed(router, record, 'orders.by-customer', 'anna'), offset));

const found = (arrived: readonly (InboundRecord | undefined)[]): string[] => {
  const findings = createFindings();
  const routes = createRouteCheck(router, findings);
  for (const record of upstream) routes.accepted(record, 'anna');
  for (const record of arrived) if (record) routes.arrived(record);
  routes.finish();
  return findings.first.map(({ kind }) => kind);
};

const altered = (change: Partial<InboundRecord>): (InboundRecord | undefined)[] => [
  { ...received(0), ...sentOn[0], ...change },
  sentOn[1],
];

describe('what was sent on', () => {
  it('is right as the router sends it, in any order', () => {
    expect(found(sentOn)).toEqual([]);
    expect(found(sentOn.toReversed())).toEqual([]);
    const again = sentOn.map((record) => ({
      ...record,
      headers: { ...record.headers, 'redriven-from': Buffer.from('orders.by-customer.dlq:0:0') },
    }));
    expect(found([...sentOn, ...again])).toEqual([]);
  });

  it.each<[kind: string, arrived: readonly (InboundRecord | undefined)[]]>([
    ['route-missing', sentOn.slice(1)],
    ['route-repeated', [...sentOn, ...sentOn.slice(1)]],
    ['route-unexpected', [...sentOn, inLog(routed(router, received(9), 'orders.by-customer', 'anna'), 2)]],
    ['route-misplaced', altered({ partition: 1 })],
    ['route-altered', altered({ key: Buffer.from('bert') })],
    ['route-altered', altered({ value: Buffer.from([7]) })],
    ['route-altered', altered({ topic: 'contracts.by-customer' })],
    ['route-altered', altered({ headers: { ...sentOn[0]?.headers, 'origin-timestamp': Buffer.from('7') } })],
    ['route-altered', altered({ headers: { ...sentOn[0]?.headers, traceparent: undefined } })],
  ])('is found wrong: %s', (kind, arrived) => {
    expect(found(arrived)).toEqual([kind]);
  });
});
