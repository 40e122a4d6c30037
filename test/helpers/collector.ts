/** A collector of traces, as far as a test needs one: takes OTLP over HTTP in JSON, and keeps what it is sent. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { close, listen } from './loopback.ts';

type Attributes = Readonly<Record<string, unknown>>;

export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** `code`: 2 for an error. */
  readonly status: { readonly code: number };
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Attributes;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Headers of the requests. */
  readonly requests: readonly Readonly<Record<string, unknown>>[];
  /** Of the service that sent the latest spans. */
  resource(): Attributes;
  close(): Promise<void>;
}

interface Told {
  readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: Told;
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'links' | 'attributes'> &
        Told & { readonly links?: CollectedSpan['links'] })[];
    }[];
  }[];
}

const attributesOf = ({ attributes = [] }: Told): Attributes =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

export const startCollector = async (): Promise<Collector> => {
  const spans: CollectedSpan[] = [];
  const requests: Record<string, unknown>[] = [];
  let resource: Attributes = {};
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      requests.push(request.headers);
      for (const each of (body as Sent).resourceSpans) {
        resource = attributesOf(each.resource);
        for (const span of each.scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({ ...span, links: span.links ?? [], attributes: attributesOf(span) });
        }
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  return {
    url: `http://${await listen(server)}`,
    spans,
    requests,
    resource: () => resource,
    close: () => close(server),
  };
};
