import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, verify, type Context } from './cache.ts';
import { freePort } from './ports.ts';
import type { Recipe } from './server.ts';
import { java, maven } from './tools.ts';

const ARTIFACT = 'io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all';
const ARCHIVE_SHA256 = '8bc6751c76d963734224b01d5e7f84ccb3cb61c87d3bd77c36c35f10a5cbed63';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';

/** Where Apicurio answers as a Confluent schema registry. */
export const CONFLUENT_API = '/apis/ccompat/v7';

const application = (context: Context): Promise<string> =>
  cached(context, 'apicurio-registry-3.3.3', 'the schema registry Apicurio 3.3 (159 MB, once)', async (directory) => {
    await maven(context, directory, [
      COPY,
      `-Dartifact=${ARTIFACT}`,
      `-DoutputDirectory=${directory}`,
      '-Dmdep.useBaseVersion=true',
    ]);
    const archive = join(directory, 'apicurio-registry-app-3.3.3-all.tar.gz');
    await verify(archive, ARCHIVE_SHA256);
    await mkdir(join(directory, 'app'));
    await context.supervisor.run('tar', ['xzf', archive, '-C', join(directory, 'app')], directory);
    await Promise.all([rm(archive), rm(join(directory, 'repository'), { recursive: true })]);
  }).then((directory) => join(directory, 'app'));

/** Apicurio Registry 3.3, storing to a file. `BACKING_REGISTRY_APP` may name its unpacked directory. `more`: other properties of Quarkus. */
export async function registryRecipe(
  context: Context,
  more: Readonly<Record<string, string | number>> = {},
): Promise<Recipe> {
  const [command, directory] = await Promise.all([
    java(context, 21),
    context.environment['BACKING_REGISTRY_APP'] || application(context),
  ]);
  const [port, managementPort] = await Promise.all([freePort(), freePort()]);
  const settings = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': managementPort,
    // By default the file is behind by half a second, and a killed registry would forget what it has acknowledged.
    'apicurio.datasource.url': `jdbc:h2:file:${join(context.directory, 'registry')};WRITE_DELAY=0`,
    ...more,
  };
  const address = `http://127.0.0.1:${port}${CONFLUENT_API}`;
  return {
    name: 'Schema registry',
    command,
    args: [
      ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
      ...Object.entries(settings).map(([name, value]) => `-D${name}=${value}`),
      ...['-jar', join(directory, 'quarkus-run.jar')],
    ],
    address,
    ready: () => registryAnswers(address),
  };
}

/** Fails unless a schema registry answers at this address. */
export async function registryAnswers(address: string): Promise<void> {
  const response = await fetch(`${address}/subjects`, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the schema registry answers ${response.status}`);
}
