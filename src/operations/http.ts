/** The one port: probes and metrics, read-only. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProfileError } from '../errors.ts';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

export type Routes = Readonly<Record<string, () => Reply | Promise<Reply>>>;

export interface HttpServer {
  /** The port that was taken. */
  readonly port: number;
  close(): Promise<void>;
}

const json = (status: number, value: unknown): Reply => ({
  status,
  body: `${JSON.stringify(value)}\n`,
  contentType: 'application/json',
});

export const operationsRoutes = (health: Health, metrics: Metrics): Routes => ({
  '/livez': () => {
    const liveness = health.live();
    return json(liveness.status === 'alive' ? 200 : 503, liveness);
  },
  '/readyz': () => {
    const readiness = health.ready();
    return json(readiness.status === 'not-ready' ? 503 : 200, readiness);
  },
  '/metrics': async () => ({ status: 200, body: await metrics.text(), contentType: metrics.contentType }),
});

/** Listens on all interfaces; port 0 takes any free one. Throws CONFIG_INVALID when the port is taken. */
export const startHttp = async (port: number, routes: Routes): Promise<HttpServer> => {
  const server = createServer((request, response) => void answer(routes, request, response));
  const { promise: listening, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', (error: NodeJS.ErrnoException) =>
    reject(new ProfileError('CONFIG_INVALID', `HTTP_PORT ${port} cannot be opened (${error.code ?? error.message})`)),
  );
  server.listen(port, () => resolve(undefined));
  await listening;
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
};

const answer = async (routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { status, body, contentType } = await replyTo(routes, request).catch(() => json(500, { error: 'unexpected' }));
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
};

const replyTo = async (routes: Routes, { method, url }: IncomingMessage): Promise<Reply> => {
  const path = (url ?? '').split('?')[0] ?? '';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route) return json(404, { error: 'not found', paths: Object.keys(routes) });
  return method === 'GET' || method === 'HEAD' ? route() : json(405, { error: 'read-only' });
};
