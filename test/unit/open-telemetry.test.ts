/** What a round says of itself to a real collector, and what it sends on. */
import { createServer, type Socket } from 'node:net';
import { startTracing, type TracingSettings } from '../../src/operations/tracing.ts';
import { createLogger } from '../../src/operations/logging.ts';
import type { AudienceOutput } from '../../src/pipeline/announce.ts';
import type { TaskContext } from '../../src/pipeline/context.ts';
import type { FetchedBatch, OutboundRecord } from '../../src/pipeline/ports.ts';
import { openTask } from '../../src/pipeline/open.ts';
import { processRound } from '../../src/pipeline/round.ts';
import { type CollectedSpan, startCollector } from '../helpers/collector.ts';
import { batchOf, handMade, TOPIC } from '../helpers/hand-made.ts';
import { listen } from '../helpers/loopback.ts';

const [CONSUMER, PRODUCER] = [5, 4];
const OK = { code: 0 };
const traceOf = (which: number): string => which.toString(16).padStart(32, '0');
const parentOf = (which: number): string => `00-${traceOf(which)}-${which.toString(16).padStart(16, '0')}-01`;

interface Sent {
  /** Of the customer, by default one of each message. */
  readonly customer?: string;
  readonly traceparent?: string;
  /** Taken for another customer's than the one of its key, and refused. */
  readonly isRefused?: boolean;
}

const batchWith = (messages: readonly Sent[]): FetchedBatch => {
  const batch = batchOf(0, 0, messages.length);
  const records = batch.records.map((record, at) => {
    const { customer = String(record.value), traceparent, isRefused = false } = messages[at] ?? {};
    const value = Buffer.from(isRefused ? 'somebody else' : customer);
    return { ...record, key: Buffer.from(customer), value, headers: traceparent === undefined ? {} : { traceparent } };
  });
  return { ...batch, records };
};

interface Round {
  readonly spans: readonly CollectedSpan[];
  readonly batch: CollectedSpan;
  readonly sent: readonly OutboundRecord[];
  readonly error: unknown;
}

const SETTINGS: Omit<TracingSettings, 'url'> = {
  headers: {},
  serviceName: 's',
  resourceAttributes: {},
  sampler: 'parentbased_traceidratio',
  share: 1,
};

const ORIGIN = { version: '1', group: 'the group', outputTopic: 'customer-updated' };

const tracingTo = (url: string, settings: Partial<TracingSettings> = {}) =>
  startTracing({ ...SETTINGS, url: `${url}/v1/traces`, ...settings }, ORIGIN, createLogger('silent'));

/** One round over these messages, and what the collector has heard of it. */
const roundOver = async (
  messages: readonly Sent[],
  {
    fails = false,
    settings = {},
    ...overrides
  }: { fails?: boolean; settings?: Partial<TracingSettings> } & Partial<TaskContext> = {},
): Promise<Round> => {
  const collector = await startCollector();
  const tracing = await tracingTo(collector.url, settings);
  const world = handMade({ tracing, ...overrides });
  const { context, sent } = world;
  const task = await openTask(context, 0);
  if (fails) world.fail('commit', 1);
  const error: unknown = await processRound(context, task, [batchWith(messages)]).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await tracing?.stop();
  await collector.close();
  const spans = collector.spans;
  return { spans, sent, error, batch: spans.find(({ kind }) => kind === CONSUMER) as CollectedSpan };
};

const parentIn = ({ sent }: Round, topic = 'customer-updated'): unknown =>
  sent.find((record) => record.topic === topic)?.headers['traceparent'];

describe('a batch', () => {
  it('links to 128 of its producers at the most, each once, and says how many messages name one', async () => {
    const messages = Array.from({ length: 150 }, (_, at) => ({ traceparent: parentOf(at + 1) }));
    const twice = { traceparent: parentOf(1) };
    const { batch } = await roundOver([twice, ...messages, {}]);
    expect(batch.links.map(({ traceId }) => traceId)).toEqual(messages.slice(0, 128).map((_, at) => traceOf(at + 1)));
    expect(batch.attributes).toMatchObject({
      'messaging.batch.message_count': 152,
      'customer_profile.messages_traced': 151,
    });
  });

  it('that fails says by which code, and not what was met', async () => {
    const round = await roundOver([{ traceparent: parentOf(1) }], { fails: true });
    expect(round.error).toMatchObject({ code: 'KAFKA_UNAVAILABLE', message: 'commit failed' });
    const failed = round.spans.filter(({ attributes }) => attributes['error.type'] === 'KAFKA_UNAVAILABLE');
    expect(failed.map(({ kind }) => kind).sort()).toEqual([PRODUCER, CONSUMER]);
    expect(failed.map(({ status }) => status.code)).toEqual([2, 2]);
    expect(JSON.stringify(round.spans)).not.toContain('commit failed');
  });

  it('that fails by a defect of ours says no more than that', async () => {
    const passed: TaskContext['passed'] = (checkpoint) => {
      if (checkpoint === 'saved') throw new TypeError('cannot read Zelda');
    };
    const { spans, batch } = await roundOver([{ traceparent: parentOf(1) }], { passed });
    expect(batch).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'UNEXPECTED' } });
    expect(JSON.stringify(spans)).not.toContain('Zelda');
  });

  it('that is committed is no error', async () => {
    const { spans } = await roundOver([{}]);
    expect(spans.length).toBeGreaterThan(5);
    expect(spans.map(({ status }) => status)).toEqual(spans.map(() => OK));
  });
});

describe('a version goes on with the trace of the event that made it', () => {
  const [one, other] = [parentOf(1), parentOf(2)];

  it('and not of one that changed nothing', async () => {
    const round = await roundOver([
      { customer: 'c', traceparent: one },
      { customer: 'c', traceparent: other },
    ]);
    expect(parentIn(round)).toContain(traceOf(1));
  });

  it('and not of one that was refused', async () => {
    const round = await roundOver([
      { customer: 'c', traceparent: one },
      { customer: 'c', traceparent: other, isRefused: true },
    ]);
    expect(round.sent.map(({ topic }) => topic)).toContain(`${TOPIC}.dlq`);
    expect(parentIn(round)).toContain(traceOf(1));
  });

  it('or with the one of the batch, where the event names none', async () => {
    const round = await roundOver([{ customer: 'c' }]);
    expect(parentIn(round)).toBe(`00-${round.batch.traceId}-${round.batch.spanId}-01`);
  });
});

it('the end of a member waits two seconds and no longer for a collector that never answers', async () => {
  const asked = Promise.withResolvers<undefined>();
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    asked.resolve(undefined);
  });
  const tracing = await tracingTo(`http://${await listen(server)}`);
  tracing?.round(0, []).end();
  const startedAt = performance.now();
  await tracing?.stop();
  await asked.promise;
  expect(performance.now() - startedAt).toBeLessThan(3_500);
  for (const socket of sockets) socket.destroy();
  server.close();
});

describe('traces are taken', () => {
  const taken = async (settings: Partial<TracingSettings>, messages: readonly Sent[] = [{}]): Promise<string[]> =>
    (await roundOver(messages, { settings })).spans.map(({ name }) => name);
  const sampled = [{ traceparent: parentOf(1) }];

  it('as a producer has decided, by default, and for the rest by their share', async () => {
    expect(await taken({ share: 0 })).toEqual([]);
    expect(await taken({ share: 0 }, sampled)).toEqual(['send customer-updated']);
    expect(await taken({ sampler: 'parentbased_always_off' }, sampled)).toEqual(['send customer-updated']);
    expect(await taken({ sampler: 'parentbased_always_on', share: 0 })).toContain(`process ${TOPIC}`);
  });

  it('whatever a producer has decided, where that is said', async () => {
    const unsampled = [{ traceparent: parentOf(1).replace(/01$/, '00') }];
    expect(await taken({ sampler: 'always_off' }, sampled)).toEqual([]);
    expect(await taken({ sampler: 'traceidratio', share: 0 }, sampled)).toEqual([]);
    expect(await taken({ sampler: 'always_on', share: 0 }, unsampled)).toContain('send customer-updated');
  });
});

it('who knows customers by pseudonyms is given no trace, which would say whose it is', async () => {
  const audience = (name: string): AudienceOutput => ({
    ...{ name, record: name, topic: name, encoder: { encode: () => Buffer.from(name) } },
    view: () => ({}),
  });
  const audiences = [audience('fraud'), { ...audience('churn'), nameOf: (id: string) => `pseudonym of ${id.length}` }];
  for (const messages of [[{ traceparent: parentOf(1) }], [{}]]) {
    const round = await roundOver(messages, { audiences });
    expect(parentIn(round, 'fraud')).toBe(parentIn(round));
    expect(round.sent.filter(({ topic }) => topic === 'churn')).toHaveLength(1);
    expect(parentIn(round, 'churn')).toBeUndefined();
  }
});
