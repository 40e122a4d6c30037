/** A trace that a producer has begun goes on through us, and those that nobody can take hold nothing up. */
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { contractOf } from '../../src/domain/contracts.ts';
import { startCollector, type CollectedSpan, type Collector } from '../helpers/collector.ts';
import { order } from '../helpers/events.ts';
import type { RunProcess } from '../helpers/run-process.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const [CONSUMER, PRODUCER] = [5, 4];
const EVENTS = 300;
const traceOf = (letter: string): string => letter.repeat(32);
const spanOf = (letter: string): string => letter.repeat(16);

let scenario: Scenario;
afterEach(() => scenario.close());

const publish = (customerId: string, headers: Record<string, string>): Promise<void> => {
  const { event } = order({ customerId, orderId: `order-of-${customerId}`, eventId: `event-of-${customerId}` });
  const value = frame(scenario.schemaIds.OrderFinalized, recordType('OrderFinalized').toBuffer(event));
  return scenario.publish([{ topic: scenario.inputs[0], key: customerId, value, headers }]);
};

/** `traceparent` of what was published of each customer. */
const published = async (record: 'CustomerUpdated' | 'FraudProfileUpdated'): Promise<Record<string, string>> => {
  const { topic } = contractOf(record, String(scenario.env['TOPIC_PREFIX']));
  const records = await scenario.records(topic);
  return Object.fromEntries(records.map(({ key, headers }) => [String(key), String(headers['traceparent'])]));
};

const stopped = async (member: RunProcess): Promise<void> => {
  expect(await member.stop()).toMatchObject({ code: 0 });
};

describe('with a collector', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(() => collector.close());

  it('the trace of a producer goes on in all that is published because of its event', async () => {
    scenario = await createScenario({
      env: {
        ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x' },
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      },
    });
    await publish('traced', {
      traceparent: `00-${traceOf('a')}-${spanOf('b')}-01`,
      tracestate: 'vendor=value',
    });
    await publish('unsampled', { traceparent: `00-${traceOf('c')}-${spanOf('d')}-00` });
    await publish('broken', { traceparent: 'nonsense' });
    const member = await scenario.run();
    await scenario.drained();
    await stopped(member);

    const { spans } = collector;
    const rounds = spans.filter(({ kind }) => kind === CONSUMER);
    const one = (what: string, is: (span: CollectedSpan) => boolean): CollectedSpan => {
      const found = spans.filter(is);
      expect([what, found.length]).toEqual([what, 1]);
      return found[0] as CollectedSpan;
    };
    const round = one(
      'the batch',
      ({ kind, links }) => kind === CONSUMER && links.some(({ traceId }) => traceId === traceOf('a')),
    );
    expect(round.links).toContainEqual(expect.objectContaining({ traceId: traceOf('a'), spanId: spanOf('b') }));
    expect(round).toMatchObject({
      name: `process ${scenario.inputs[0]}`,
      attributes: {
        ...{ 'messaging.system': 'kafka', 'messaging.operation.type': 'process' },
        ...{ 'messaging.destination.name': scenario.inputs[0], 'messaging.consumer.group.name': scenario.group },
      },
    });
    const steps = spans.filter(({ parentSpanId }) => parentSpanId === round.spanId).map(({ name }) => name);
    expect(steps).toEqual(['decode', 'load', 'merge', 'save', 'count', 'publish']);

    const sent = one('what is sent', ({ kind }) => kind === PRODUCER);
    expect(sent).toMatchObject({ traceId: traceOf('a'), parentSpanId: spanOf('b') });
    expect(sent.links).toContainEqual(expect.objectContaining({ spanId: round.spanId }));

    const updates = await published('CustomerUpdated');
    expect(updates['traced']).toBe(`00-${traceOf('a')}-${sent.spanId}-01`);
    expect((await published('FraudProfileUpdated'))['traced']).toBe(updates['traced']);
    expect(updates['unsampled']).toMatch(new RegExp(`^00-${traceOf('c')}-[0-9a-f]{16}-00$`));
    expect(rounds.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)).toContain(updates['broken']);

    expect(collector.resource()).toMatchObject({
      ...{ 'service.name': 'customer-profile', 'deployment.environment.name': 'test' },
    });
    expect(collector.requests[0]).toMatchObject({ authorization: 'Bearer x' });
    expect(JSON.stringify(spans)).not.toMatch(/order-of|event-of|"(traced|unsampled|broken)"/);
  });
});

it('a collector that cannot be reached holds nothing up, and is named once, in a log to which no event writes', async () => {
  scenario = await createScenario({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
  const member = await scenario.run();
  const traffic = scenario.traffic({ events: EVENTS, rate: 100 });
  await traffic.published;
  await scenario.drained();
  await until('it says so', () => member.output().includes('traces are not delivered'));
  expect((await member.probe('/readyz')).body.status).toBe('ready');
  const stoppedAt = performance.now();
  await stopped(member);
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  expect(member.output().split('traces are not delivered')).toHaveLength(2);
  expect(member.output().split('\n').length).toBeLessThan(EVENTS / 5);
  expect(await scenario.verified()).toMatchObject({ ok: true });
});
