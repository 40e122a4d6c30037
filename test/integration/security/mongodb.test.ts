/** Members work with a MongoDB that asks for TLS and for a certificate or a password, as the connection string says. */
import { supervised } from '../../../src/backing/processes.ts';
import { type Certified, createAuthority } from '../../helpers/certificates.ts';
import { PASSWORD } from '../../helpers/credentials.ts';
import { runCheck } from '../../helpers/run-process.ts';
import { createScenario, type Scenario } from '../../helpers/scenario.ts';
import { type SecureMongodb, startSecureMongodb } from '../../helpers/secure-mongodb.ts';
import { testServices } from '../../helpers/services.ts';
import { works } from '../../helpers/works.ts';

let servers: { readonly mongodb: SecureMongodb; readonly stop: () => Promise<void> };
let client: Certified;
let stranger: Certified;
beforeAll(async () => {
  servers = await supervised({ environment: process.env, onProgress: () => undefined }, async (context) => {
    const authority = createAuthority(context.directory);
    client = authority.sign('client', '/O=customers/CN=member');
    stranger = createAuthority(context.directory, 'other').sign('stranger', '/O=customers/CN=member');
    return { mongodb: await startSecureMongodb(context, authority, 'CN=member,O=customers') };
  });
}, 120_000);
afterAll(() => servers.stop());

let scenario: Scenario;
afterEach(() => scenario.close());

const check = (uri: string) => runCheck({ ...scenario.env, MONGODB_URI: uri });

it.each([
  ['certificate', () => servers.mongodb.certified(client)],
  ['password', () => servers.mongodb.withPassword()],
])(
  'works by %s',
  async (_, uri) => {
    scenario = await createScenario({ services: { ...testServices(), mongodbUri: uri() }, partitions: 2 });
    expect(await check(uri())).toMatchObject({ code: 0 });
    await works(scenario);
  },
  60_000,
);

it.each([
  ['a certificate of another authority', () => servers.mongodb.certified(stranger)],
  ['a password that is wrong', () => servers.mongodb.withPassword('wr0ng')],
  [
    'no TLS',
    () =>
      servers.mongodb
        .withPassword()
        .replace('tls=true&', '')
        .replace(/tls\w+=[^&]*&?/g, ''),
  ],
])(
  'says that MongoDB cannot be had by %s, without a secret',
  async (_, uri) => {
    scenario = await createScenario({ partitions: 2 });
    const { code, output } = await check(uri());
    expect([code, output]).toEqual([1, expect.stringMatching(/FAIL {2}MongoDB/)]);
    for (const secret of [PASSWORD, 'wr0ng']) expect(output).not.toContain(secret);
  },
  60_000,
);
