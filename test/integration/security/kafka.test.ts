/** Members work with a broker that takes nobody without certificate, password or token, and say what is wrong with theirs. */
import { readFileSync } from 'node:fs';
import { supervised } from '../../../src/backing/processes.ts';
import { type Authority, type Certified, createAuthority } from '../../helpers/certificates.ts';
import { PASSWORD, USER } from '../../helpers/credentials.ts';
import { runCheck } from '../../helpers/run-process.ts';
import { createScenario, type Scenario } from '../../helpers/scenario.ts';
import { type SecureKafka, startSecureKafka } from '../../helpers/secure-kafka.ts';
import { testServices } from '../../helpers/services.ts';
import { startTokenServer, type TokenServer } from '../../helpers/token-server.ts';
import { until } from '../../helpers/until.ts';
import { works } from '../../helpers/works.ts';

const SECRET = 's3cret-of-the-client';

let tokens: TokenServer;
let servers: { readonly kafka: SecureKafka; readonly authority: Authority; readonly stop: () => Promise<void> };
let client: Certified;
let stranger: Certified;
beforeAll(async () => {
  tokens = await startTokenServer('us', SECRET);
  servers = await supervised({ environment: process.env, onProgress: () => undefined }, async (context) => {
    const authority = createAuthority(context.directory);
    client = authority.sign('client', '/O=customers/CN=member');
    stranger = createAuthority(context.directory, 'other').sign('stranger', '/CN=stranger');
    return { authority, kafka: await startSecureKafka(context, authority, { jwksUrl: tokens.jwksUrl }) };
  });
}, 120_000);
afterAll(async () => {
  await servers.stop();
  await tokens.close();
});

let scenario: Scenario;
afterEach(() => scenario.close());

const TLS = () => ({ KAFKA_SSL: 'true', NODE_EXTRA_CA_CERTS: servers.authority.ca });
const password = (mechanism: string, said = PASSWORD) => ({
  ...{ ...TLS(), KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: USER, KAFKA_SASL_PASSWORD: said },
});
const token = (said = SECRET) => ({
  ...{ ...TLS(), KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_SASL_OAUTH_TOKEN_URL: tokens.tokenUrl },
  ...{ KAFKA_SASL_OAUTH_CLIENT_ID: 'us', KAFKA_SASL_OAUTH_CLIENT_SECRET: said, KAFKA_SASL_OAUTH_SCOPE: 'kafka' },
});
const certificate = ({ cert, key }: Certified) => ({ ...TLS(), KAFKA_SSL_CERT_FILE: cert, KAFKA_SSL_KEY_FILE: key });

/** With members who find the broker here, and authenticate so. */
const created = async (broker: keyof SecureKafka, env: Readonly<Record<string, string>>): Promise<void> => {
  const services = { ...testServices(), kafkaBrokers: [servers.kafka.plain] };
  const throughProxies = { ...services, kafkaBrokers: [servers.kafka[broker]] };
  scenario = await createScenario({ services, throughProxies, partitions: 2, env });
};

it.each([
  ['a certificate', 'mutual', () => certificate(client)],
  ['a password, plain', 'sasl', () => password('plain')],
  ['a password, SCRAM-SHA-256', 'sasl', () => password('scram-sha-256')],
  ['a password, SCRAM-SHA-512', 'sasl', () => password('scram-sha-512')],
  ['a token', 'sasl', () => token()],
] as const)(
  'works by %s',
  async (_, broker, env) => {
    await created(broker, env());
    expect(await runCheck(scenario.env)).toMatchObject({ code: 0 });
    const before = tokens.asked();
    await works(scenario);
    // All clients of a member share one.
    expect(tokens.asked() - before).toBeLessThanOrEqual(1);
  },
  60_000,
);

it.each([
  ['a password that is wrong', 'sasl', () => password('scram-sha-512', 'wr0ng-password'), 'SASLAuthenticationError'],
  ['a secret that is wrong', 'sasl', () => token('wr0ng-secret'), 'the token server answers 401'],
  ['a certificate of somebody else', 'mutual', () => certificate(stranger), 'TLS_ALERT'],
  ['no certificate', 'mutual', () => TLS(), 'TLS_ALERT'],
  ['an unknown authority', 'sasl', () => ({ ...password('plain'), NODE_EXTRA_CA_CERTS: '' }), 'UNABLE_TO_VERIFY'],
] as const)(
  'says what is wrong, without a secret, and waits for it to be mended: %s',
  async (_, broker, env, reason) => {
    await created(broker, env());
    const { code, output } = await runCheck(scenario.env);
    expect([code, output]).toEqual([1, expect.stringContaining(reason)]);
    const member = await scenario.run();
    await until('it says what it waits for', async () => {
      const { body } = await member.probe('/readyz');
      return body.reasons?.includes('KAFKA_UNAVAILABLE') === true;
    });
    expect(await member.stop()).toMatchObject({ code: 0 });
    const key = readFileSync(client.key, 'utf8').split('\n')[1] ?? '';
    for (const secret of ['wr0ng', PASSWORD, SECRET, key]) expect(`${output}${member.output()}`).not.toContain(secret);
  },
  60_000,
);
