/** Members work with a registry behind TLS and a password. */
import { supervised } from '../../../src/backing/processes.ts';
import { createAuthority } from '../../helpers/certificates.ts';
import { startChild } from '../../helpers/child.ts';
import { type ProxiedRegistry, startProxiedRegistry } from '../../helpers/proxied-registry.ts';
import { createScenario, type Scenario } from '../../helpers/scenario.ts';
import { testServices } from '../../helpers/services.ts';

const [USER, PASSWORD] = ['member', 'p4ss-of-the-member'];

let ca: string;
let registry: ProxiedRegistry;
let stop: () => Promise<void>;
beforeAll(async () => {
  const started = await supervised({ environment: process.env, onProgress: () => undefined }, async ({ directory }) => {
    const authority = createAuthority(directory);
    const server = authority.sign('registry', '/CN=registry', ['127.0.0.1']);
    return {
      authority,
      proxied: await startProxiedRegistry(testServices().schemaRegistryUrl, server, USER, PASSWORD),
    };
  });
  [ca, registry, stop] = [started.authority.ca, started.proxied, started.stop];
});
afterAll(async () => {
  await registry.close();
  await stop();
});

let scenario: Scenario;
afterEach(() => scenario.close());

const created = async (password: string, authority: string): Promise<void> => {
  const env = { NODE_EXTRA_CA_CERTS: authority, SCHEMA_REGISTRY_USERNAME: USER, SCHEMA_REGISTRY_PASSWORD: password };
  const throughProxies = { ...testServices(), schemaRegistryUrl: registry.url };
  scenario = await createScenario({ throughProxies, partitions: 2, env });
};

const check = async () => {
  const child = startChild(['src/main.ts', 'check'], scenario.env);
  return { ...(await child.ended), output: child.output() };
};

it('works by password', async () => {
  await created(PASSWORD, ca);
  expect(await check()).toMatchObject({ code: 0 });
  const member = await scenario.run();
  await scenario.traffic({ events: 60 }).published;
  await scenario.drained();
  member.signal('SIGTERM');
  expect(await member.ended).toMatchObject({ code: 0 });
});

it.each([
  ['a password that is wrong', 'wr0ng-password', () => ca],
  ['an authority that is unknown', PASSWORD, () => ''],
])('says that the registry cannot be had by %s, without a secret', async (_, password, authority) => {
  await created(password, authority());
  const { code, output } = await check();
  expect([code, output]).toEqual([1, expect.stringMatching(/FAIL {2}the schema registry/)]);
  for (const secret of [PASSWORD, 'wr0ng']) expect(output).not.toContain(secret);
});
