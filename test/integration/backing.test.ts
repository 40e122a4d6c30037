import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { startBackingServices, type ServerProcesses } from '../../src/backing/index.ts';
import { brokerAnswers } from '../../src/backing/kafka.ts';
import { primaryAnswers } from '../../src/backing/mongodb.ts';
import { registryAnswers } from '../../src/backing/registry.ts';
import { testServices } from '../helpers/services.ts';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('this never came true');
    await sleep(50);
  }
}

describe('the servers of a test run', () => {
  it('all answer', async () => {
    const { kafkaBrokers, mongodbUri, schemaRegistryUrl } = testServices();
    await brokerAnswers(kafkaBrokers[0] ?? '');
    await primaryAnswers(new URL(mongodbUri).host);
    await registryAnswers(schemaRegistryUrl);
  });

  it('are not used with the retry defaults that kafkajs keeps for its own tests', () => {
    expect(process.env['NODE_ENV']).not.toBe('test');
  });
});

describe('the choice of a source', () => {
  const addresses = {
    KAFKA_BROKERS: 'one:9092,two:9092',
    MONGODB_URI: 'mongodb://three',
    SCHEMA_REGISTRY_URL: 'http://four',
  };

  it('takes the addresses of the environment as they are and starts nothing', async () => {
    const services = await startBackingServices({ environment: addresses });
    expect(services).toMatchObject({
      source: 'environment',
      kafkaBrokers: ['one:9092', 'two:9092'],
      mongodbUri: 'mongodb://three',
      schemaRegistryUrl: 'http://four',
    });
    await services.stop();
  });

  it('names the addresses that are missing when the environment is forced', async () => {
    const environment = { BACKING_SERVICES: 'environment', MONGODB_URI: 'mongodb://three' };
    await expect(startBackingServices({ environment })).rejects.toMatchObject({
      code: 'BACKING_SERVICE',
      message: expect.stringContaining('KAFKA_BROKERS, SCHEMA_REGISTRY_URL') as string,
    });
  });

  it('refuses a source it does not know', async () => {
    const environment = { ...addresses, BACKING_SERVICES: 'podman' };
    await expect(startBackingServices({ environment })).rejects.toMatchObject({ code: 'BACKING_SERVICE' });
  });

  it('starts only what the environment does not give', async () => {
    const environment = { ...process.env, ...addresses, MONGODB_URI: '', BACKING_SERVICES: '' };
    const services = await startBackingServices({ environment });
    expect(services.kafkaBrokers).toEqual(['one:9092', 'two:9092']);
    await primaryAnswers(new URL(services.mongodbUri).host);
    await services.stop();
  });
});

describe('servers as child processes', () => {
  let own: ServerProcesses;
  beforeAll(async () => (own = await startBackingServices({ source: 'processes' })));
  afterAll(() => own.stop());

  it('come back after SIGKILL on the same address, with their data', async () => {
    const { schemaRegistryUrl, mongodbUri, services } = own;
    const client = new MongoClient(mongodbUri);
    await client
      .db('kept')
      .collection('rows')
      .insertOne({ kept: true }, { writeConcern: { w: 'majority', journal: true } });
    const registered = await fetch(`${schemaRegistryUrl}/subjects/kept-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: '"string"' }),
    });
    expect(registered.status).toBe(200);
    const pids = Object.values(services).map(({ pid }) => pid);

    await Promise.all(Object.values(services).map((service) => service.kill()));
    expect(pids.filter(isAlive)).toEqual([]);
    await expect(brokerAnswers(own.kafkaBrokers[0] ?? '')).rejects.toThrow();
    await Promise.all(Object.values(services).map((service) => service.restart()));

    await brokerAnswers(own.kafkaBrokers[0] ?? '');
    expect(await client.db('kept').collection('rows').countDocuments()).toBe(1);
    expect(await (await fetch(`${schemaRegistryUrl}/subjects`)).json()).toEqual(['kept-value']);
    await client.close();
  });

  it('do not answer while paused, and do again afterwards', async () => {
    own.services.registry.pause();
    await expect(registryAnswers(own.schemaRegistryUrl)).rejects.toMatchObject({ name: 'TimeoutError' });
    own.services.registry.resume();
    await registryAnswers(own.schemaRegistryUrl);
  });

  it('end with stop, all of them', async () => {
    const pids = Object.values(own.services).map(({ pid }) => pid);
    expect(pids.filter(isAlive)).toHaveLength(3);
    await own.stop();
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe('the end of the process that owns the servers', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'backing-test-'))));
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function startParent(...args: string[]) {
    const script = join(import.meta.dirname, '../helpers/backing-parent.ts');
    const parent = spawn(process.execPath, [script, ...args], {
      detached: true,
      env: { ...process.env, TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
    const first = await lines.next();
    const { pid } = JSON.parse(String(first.value)) as { pid: number };
    return { group: -Number(parent.pid), server: pid, lines, exited: once(parent, 'exit') };
  }

  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
    'by %s leaves no server and no directory behind',
    async (signal) => {
      const { group, server, exited } = await startParent();
      expect(isAlive(server)).toBe(true);
      expect(await readdir(directory)).toHaveLength(1);
      process.kill(group, signal);
      await exited;
      await eventually(() => !isAlive(server));
      await eventually(async () => (await readdir(directory)).length === 0);
    },
  );

  it('waits for a parent that handles ctrl-C itself', async () => {
    const { group, server, lines, exited } = await startParent('--graceful');
    process.kill(group, 'SIGINT');
    expect((await lines.next()).value).toBe('still served');
    await exited;
    await eventually(() => !isAlive(server));
  });
});
