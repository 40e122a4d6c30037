/** Issues signed tokens for client credentials, and says by which key they are signed. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TokenServer {
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** Tokens asked for, refused ones included. */
  asked(): number;
  /** Bodies of the requests. */
  readonly bodies: readonly string[];
  close(): Promise<void>;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const startTokenServer = async (
  clientId: string,
  clientSecret: string,
  lifeSeconds = 3_600,
): Promise<TokenServer> => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] };
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const bodies: string[] = [];
  const token = (): string => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { sub: clientId, iss: 'issuer', aud: 'kafka', scope: 'kafka', iat: now, exp: now + lifeSeconds };
    const signed = `${encoded({ alg: 'RS256', typ: 'JWT', kid: 'one' })}.${encoded(claims)}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  };
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/jwks') {
      reply(200, jwks);
      return;
    }
    void text(request).then((body) => {
      bodies.push(body);
      if (request.headers.authorization === expected) reply(200, { access_token: token(), expires_in: lifeSeconds });
      else reply(401, { error: 'invalid_client', hint: request.headers.authorization });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    tokenUrl: `${address}/token`,
    jwksUrl: `${address}/jwks`,
    asked: () => bodies.length,
    bodies,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};
