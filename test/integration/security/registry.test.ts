/** Members work with a registry behind TLS and a password, and with one that speaks TLS itself. */
import { supervised } from '../../../src/backing/processes.ts';
import { freePort } from '../../../src/backing/ports.ts';
import { CONFLUENT_API, registryRecipe } from '../../../src/backing/registry.ts';
import { startServer } from '../../../src/backing/server.ts';
import { createAuthority } from '../../helpers/certificates.ts';
import { PASSWORD, USER } from '../../helpers/credentials.ts';
import { type ProxiedRegistry, startProxiedRegistry } from '../../helpers/proxied-registry.ts';
import { runCheck } from '../../helpers/run-process.ts';
import { createScenario, type Scenario } from '../../helpers/scenario.ts';
import { testServices } from '../../helpers/services.ts';
import { works } from '../../helpers/works.ts';

let ca: string;
let registry: ProxiedRegistry;
/** The same server, by both. */
let own: { readonly plain: string; readonly secure: string };
let stop: () => Promise<void>;
beforeAll(async () => {
  const started = await supervised({ environment: process.env, onProgress: () => undefined }, async (context) => {
    const authority = createAuthority(context.directory);
    const server = authority.sign('registry', '/CN=registry', ['127.0.0.1']);
    const port = await freePort();
    const recipe = await registryRecipe(context, {
      'quarkus.http.ssl-port': port,
      'quarkus.http.ssl.certificate.files': server.cert,
      'quarkus.http.ssl.certificate.key-files': server.key,
    });
    await startServer(context, recipe);
    return {
      authority,
      own: { plain: recipe.address, secure: `https://127.0.0.1:${port}${CONFLUENT_API}` },
      proxied: await startProxiedRegistry(testServices().schemaRegistryUrl, server, USER, PASSWORD),
    };
  });
  [ca, registry, own, stop] = [started.authority.ca, started.proxied, started.own, started.stop];
}, 60_000);
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

it('works over the TLS of the registry itself', async () => {
  const services = { ...testServices(), schemaRegistryUrl: own.plain };
  scenario = await createScenario({
    ...{ services, throughProxies: { ...services, schemaRegistryUrl: own.secure }, partitions: 2 },
    env: { NODE_EXTRA_CA_CERTS: ca },
  });
  expect(await runCheck(scenario.env)).toMatchObject({ code: 0 });
  await works(scenario);
  expect(await runCheck({ ...scenario.env, NODE_EXTRA_CA_CERTS: '' })).toMatchObject({ code: 1 });
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
