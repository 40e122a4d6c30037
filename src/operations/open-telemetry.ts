/**
 * Spans by the semantic conventions of messaging: https://opentelemetry.io/docs/specs/semconv/messaging/
 * A round is a span that links to what its messages come from; a version goes on with the trace of the event it follows from.
 */
import {
  type Attributes,
  defaultTextMapSetter,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace as api,
  type Tracer,
} from '@opentelemetry/api';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { ErrorCode } from '../errors.ts';
import type { Headers, InboundRecord } from '../pipeline/ports.ts';
import type { RoundTrace } from '../pipeline/tracing.ts';
import type { Log } from './logging.ts';
import type { CollectedTracing, Origin, TracingSettings } from './tracing.ts';

/** A span of more would be refused by collectors. */
const MOST_LINKS = 128;
/** How long spans wait for others to be sent along with. */
const DELAY_MS = 1_000;
/** How long the end of a member waits for a collector. */
const STOP_MS = 2_000;

export const createTracing = (
  settings: TracingSettings & { readonly url: string },
  origin: Origin,
  log: Log,
): CollectedTracing => {
  const { url, headers, serviceName, resourceAttributes } = settings;
  const exporter = watched(new OTLPTraceExporter({ url, headers, timeoutMillis: STOP_MS }), log);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      ...{ 'service.name': serviceName, 'service.version': origin.version },
      ...resourceAttributes,
    }),
    sampler: samplerOf(settings),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: DELAY_MS })],
  });
  const tracer = provider.getTracer('customer-profile-stream', origin.version);
  return {
    round: (partition, records) => beginRound(tracer, origin, partition, records),
    stop: async () => {
      const patience = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => patience.resolve(undefined), STOP_MS);
      await Promise.race([provider.shutdown().catch(() => undefined), patience.promise]);
      clearTimeout(timer);
    },
  };
};

const samplerOf = ({ sampler, share }: TracingSettings): Sampler => {
  const shares = { always_on: 1, always_off: 0, traceidratio: share };
  const name = sampler.replace('parentbased_', '') as keyof typeof shares;
  const root = new TraceIdRatioBasedSampler(shares[name]);
  return sampler === name ? root : new ParentBasedSampler({ root });
};

/** Says once that traces cannot be delivered, and once that they can again. */
const watched = (exporter: SpanExporter, log: Log): SpanExporter => {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const fails = result.code !== ExportResultCode.SUCCESS;
        if (fails && !failing) log.warn('traces are not delivered');
        if (!fails && failing) log.info('traces are delivered again');
        failing = fails;
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
};

const place = ({ topic, offset }: { readonly topic: string; readonly offset: number }): string => `${topic}:${offset}`;

const operation = (name: 'process' | 'send'): Attributes => ({
  'messaging.operation.name': name,
  'messaging.operation.type': name,
});

const beginRound = (
  tracer: Tracer,
  { group, outputTopic }: Origin,
  partition: number,
  records: readonly InboundRecord[],
): RoundTrace => {
  const contexts = new Map<string, SpanContext>();
  for (const record of records) {
    const context = contextOf(record.headers);
    if (context !== undefined) contexts.set(place(record), context);
  }
  const topics = new Set(records.map(({ topic }) => topic));
  const [topic] = topics;
  const common: Attributes = {
    'messaging.system': 'kafka',
    'messaging.destination.partition.id': String(partition),
  };
  const one = topics.size === 1 && topic !== undefined ? topic : null;
  const round = tracer.startSpan(
    one === null ? 'process' : `process ${one}`,
    {
      kind: SpanKind.CONSUMER,
      links: linksTo(contexts.values()),
      attributes: {
        ...common,
        ...operation('process'),
        'messaging.consumer.group.name': group,
        ...{ 'messaging.batch.message_count': records.length, 'customer_profile.messages_traced': contexts.size },
        ...(one !== null && { 'messaging.destination.name': one }),
      },
    },
    ROOT_CONTEXT,
  );
  const within = api.setSpan(ROOT_CONTEXT, round);
  const sent: Span[] = [];

  const continued: RoundTrace['continued'] = (marker): Headers => {
    const parent = marker === null ? undefined : contexts.get(place(marker));
    if (parent === undefined) return headersOf(round);
    const span = tracer.startSpan(
      `send ${outputTopic}`,
      {
        kind: SpanKind.PRODUCER,
        links: [{ context: round.spanContext() }],
        attributes: {
          ...common,
          ...operation('send'),
          'messaging.destination.name': outputTopic,
        },
      },
      api.setSpanContext(ROOT_CONTEXT, parent),
    );
    if (span.isRecording()) sent.push(span);
    return headersOf(span);
  };

  return {
    step: (name) => {
      const span = tracer.startSpan(name, { kind: SpanKind.INTERNAL }, within);
      return () => span.end();
    },
    continued,
    end: (failure) => {
      for (const span of [...sent, round]) ended(span, failure);
    },
  };
};

const w3c = new W3CTraceContextPropagator();

const HEADERS: TextMapGetter<Headers> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => [headers[name]].flat().at(-1)?.toString(),
};

/** Where a message comes from, if it says so. */
const contextOf = (headers: Headers): SpanContext | undefined =>
  api.getSpanContext(w3c.extract(ROOT_CONTEXT, headers, HEADERS));

const headersOf = (span: Span): Headers => {
  const headers: Record<string, string> = {};
  w3c.inject(api.setSpan(ROOT_CONTEXT, span), headers, defaultTextMapSetter);
  return headers;
};

/** A code, and never a message. */
const ended = (span: Span, failure: ErrorCode | undefined): void => {
  if (failure !== undefined) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
  span.end();
};

const linksTo = (contexts: Iterable<SpanContext>): Link[] => {
  const distinct = new Map([...contexts].map((context) => [`${context.traceId}${context.spanId}`, context]));
  return [...distinct.values()].slice(0, MOST_LINKS).map((context) => ({ context }));
};
