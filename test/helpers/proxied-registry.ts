/** A registry behind TLS and a password: the real one, behind a proxy as people put before it. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { Certified } from './certificates.ts';
import { close, listen } from './loopback.ts';

export interface ProxiedRegistry {
  readonly url: string;
  close(): Promise<void>;
}

export const startProxiedRegistry = async (
  target: string,
  { cert, key }: Certified,
  user: string,
  password: string,
): Promise<ProxiedRegistry> => {
  const { hostname, port, pathname } = new URL(target);
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (asked, response) => {
    if (asked.headers.authorization !== expected) {
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"error_code":401,"message":"Unauthorized"}');
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(asked.headers).filter(([name]) => name !== 'authorization' && name !== 'host'),
    );
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    asked.pipe(onward);
  });
  return {
    url: `https://${await listen(server)}${pathname}`,
    close: () => close(server),
  };
};
