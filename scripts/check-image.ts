/** Builds the image and holds it against what is promised of it, on a real engine and with real servers. Needs Docker on Linux. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../src/backing/ports.ts';
import { startBackingServices } from '../src/backing/index.ts';
import { docker, dockerOutput } from './docker.ts';

const IMAGE = 'customer-profile-stream:check';
const MAX_BYTES = 200_000_000;
const READY_WITHIN_MS = 5_000;
const CONFINED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--memory=512m'];
const NOWHERE = {
  KAFKA_BROKERS: '127.0.0.1:9',
  MONGODB_URI: 'mongodb://127.0.0.1:9',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
};
const ERASURE_KEY = 'only-for-this-check';

type Variables = Readonly<Record<string, string>>;

const variables = (given: Variables): string[] => Object.entries(given).flatMap(([k, v]) => ['--env', `${k}=${v}`]);

const run = (given: Variables, ...command: readonly string[]) =>
  docker('run', '--rm', '--network=host', ...CONFINED, ...variables(given), IMAGE, ...command);

const start = (given: Variables, ...command: readonly string[]): Promise<string> =>
  dockerOutput('run', '--detach', '--network=host', ...CONFINED, ...variables(given), IMAGE, ...command);

/** Tells it to stop, as an orchestrator does, and says how it took that. */
const stopped = async (container: string): Promise<{ code: number; ms: number }> => {
  const startedAt = performance.now();
  await dockerOutput('stop', '--time=30', container);
  const ms = Math.round(performance.now() - startedAt);
  const code = Number(await dockerOutput('inspect', '--format={{.State.ExitCode}}', container));
  await dockerOutput('rm', container);
  return { code, ms };
};

const answers = async (url: string, status: number): Promise<void> => {
  for (let attempt = 0; attempt < 150; attempt++) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.status === status) return;
    await sleep(200);
  }
  throw new Error(`${url} does not answer ${status}`);
};

const CHECKS: Readonly<Record<string, () => Promise<string>>> = {
  'is small': async () => {
    const bytes = Number(await dockerOutput('image', 'inspect', '--format={{.Size}}', IMAGE));
    assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
    return `${Math.round(bytes / 1e6)} MB`;
  },
  'runs as a numeric user that is not root': async () => {
    const user = await dockerOutput('image', 'inspect', '--format={{.Config.User}}', IMAGE);
    assert.match(user, /^[1-9]\d*(:[1-9]\d*)?$/);
    return user;
  },
  'names itself': async () => {
    const labels = await dockerOutput('image', 'inspect', '--format={{json .Config.Labels}}', IMAGE);
    for (const name of ['title', 'version', 'revision', 'licenses'])
      assert.ok(labels.includes(`org.opencontainers.image.${name}`), name);
    return 'OCI labels';
  },
  'has neither shell nor package manager nor compiler': async () => {
    for (const program of ['sh', 'bash', 'npm', 'npx', 'apt-get', 'tsc'])
      assert.notEqual((await docker('run', '--rm', '--entrypoint', program, IMAGE, '--version')).code, 0, program);
    return 'none of sh, bash, npm, npx, apt-get, tsc';
  },
  'refuses to run without settings, and says which': async () => {
    const { code, err } = await run({});
    assert.equal(code, 3);
    assert.match(err, /KAFKA_BROKERS is required/);
    return 'exit code 3';
  },
  'stops while nothing answers': async () => {
    const port = await freePort();
    const container = await start({ ...NOWHERE, ERASURE_KEY, HTTP_PORT: String(port) });
    await answers(`http://127.0.0.1:${port}/livez`, 200);
    await answers(`http://127.0.0.1:${port}/readyz`, 503);
    const { code, ms } = await stopped(container);
    assert.equal(code, 0);
    return `alive, not ready; exit code 0 after ${ms} ms`;
  },
  'stops as process 1 where no command listens for it': async () => {
    const container = await start({ ...NOWHERE, ERASURE_KEY }, 'check');
    await sleep(1_000);
    const { code, ms } = await stopped(container);
    assert.equal(code, 143);
    return `exit code 143 after ${ms} ms`;
  },
  'processes a verified stream, confined, and stops at once': withServers,
};

async function withServers(): Promise<string> {
  const services = await startBackingServices({ onProgress: (message) => console.error(`  ${message}`) });
  const given = {
    KAFKA_BROKERS: services.kafkaBrokers.join(),
    MONGODB_URI: services.mongodbUri,
    SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
  };
  try {
    const demo = await run(given, 'demo', '--once', '--json', '--events', '2000', '--customers', '200');
    assert.equal(demo.code, 0, demo.err);

    const settings = {
      ...given,
      ERASURE_KEY,
      TOPIC_PREFIX: 'image.',
      CONSUMER_GROUP: 'image',
      MONGODB_DATABASE: 'image',
    };
    const topics = await run(settings, 'topics', '--partitions', '3', '--yes');
    assert.equal(topics.code, 0, topics.err);
    const check = await run(settings, 'check');
    assert.equal(check.code, 0, check.out);

    const port = await freePort();
    const startedAt = performance.now();
    const container = await start({ ...settings, HTTP_PORT: String(port) });
    await answers(`http://127.0.0.1:${port}/readyz`, 200);
    const readyAfter = Math.round(performance.now() - startedAt);
    const { code, ms } = await stopped(container);
    assert.equal(code, 0);
    assert.ok(readyAfter < READY_WITHIN_MS, `ready after ${readyAfter} ms`);
    return `demo of 2000 events verified; topics and check pass; ready after ${readyAfter} ms; SIGTERM: exit code 0 after ${ms} ms`;
  } finally {
    await services.stop();
  }
}

const engine = await docker('version', '--format={{.Server.Version}}');
if (engine.code !== 0) {
  console.error(`Not checked: no Docker engine answers (${engine.err.split('\n')[0] ?? ''}).`);
  process.exit(1);
}
console.log(`Docker engine ${engine.out}`);
await dockerOutput('build', '--tag', IMAGE, '.');
let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  try {
    console.log(`ok    ${name}: ${await check()}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
