/** Members work with a registry behind TLS and a password. */
import { supervised } from '../../../src/backing/processes.ts';
import { createAuthority } from '../../helpers/certificates.ts';
import { PASSWORD, USER } from '../../helpers/credentials.ts';
import { type ProxiedRegistry, startProxiedRegistry } from '../../helpers/proxied-registry.ts';
import { runCheck } from '../../helpers/run-process.ts';
import { createScenario, type Scenario } from '../../helpers/scenario.ts';
import { testServices } from '../../helpers/services.ts';
import { works } from '../../helpers/works.ts';

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

it('works by password', async () => {
  await created(PASSWORD, ca);
  expect(await runCheck(scenario.env)).toMatchObject({ code: 0 });
  await works(scenario);
});

it.each([
  ['a password that is wrong', 'wr0ng-password', () => ca],
  ['an authority that is unknown', PASSWORD, () => ''],
])('says that the registry cannot be had by %s, without a secret', async (_, password, authority) => {
  await created(password, authority());
  const { code, output } = await runCheck(scenario.env);
  expect([code, output]).toEqual([1, expect.stringMatching(/FAIL {2}the schema registry/)]);
  for (const secret of [PASSWORD, 'wr0ng']) expect(output).not.toContain(secret);
});
