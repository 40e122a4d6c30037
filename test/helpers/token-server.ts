/** Issues signed tokens for client credentials, and says by which key they are signed. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { close, listen } from './loopback.ts';

export interface TokenServer {
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** Tokens asked for, refused ones included. */
  asked(): number;
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
  let asked = 0;
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
    void text(request).then(() => {
      asked += 1;
      if (request.headers.authorization === expected) reply(200, { access_token: token(), expires_in: lifeSeconds });
      else reply(401, { error: 'invalid_client', hint: request.headers.authorization });
    });
  });
  const address = `http://${await listen(server)}`;
  return {
    tokenUrl: `${address}/token`,
    jwksUrl: `${address}/jwks`,
    asked: () => asked,
    close: () => close(server),
  };
};
