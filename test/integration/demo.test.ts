import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import type { Summary } from '../../src/commands/demo/summary.ts';
import { testServices } from '../helpers/services.ts';

const services = testServices();

const demo = (...args: string[]) => {
  const child = spawn(process.execPath, ['src/main.ts', 'demo', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      KAFKA_BROKERS: services.kafkaBrokers.join(),
      MONGODB_URI: services.mongodbUri,
      SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
    },
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const burst = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      if (String(chunk).includes('dead letters')) resolve();
    });
  });
  return { child, code, burst, out: text(child.stdout), err: text(child.stderr) };
};

/** Topics, groups, databases and subjects whose names say that they are of a demo. */
const traces = async (): Promise<string[]> => {
  const admin = createKafka({ brokers: services.kafkaBrokers }, 'test').admin();
  const mongo = await connectMongo({ uri: services.mongodbUri, database: 'admin' });
  try {
    await admin.connect();
    const { groups } = await admin.listGroups();
    const { databases } = await mongo.db.admin().listDatabases();
    const subjects = (await (await fetch(`${services.schemaRegistryUrl}/subjects`)).json()) as string[];
    const names = [...(await admin.listTopics()), ...subjects, ...groups.map(({ groupId }) => groupId)];
    return [...names, ...databases.map(({ name }) => name)].filter((name) => name.startsWith('demo-'));
  } finally {
    await Promise.all([admin.disconnect(), mongo.close()]);
  }
};

describe('the demo', () => {
  it('drains, verifies, says so to a script, and leaves nothing on servers that are not its own', async () => {
    const { code, out, err } = demo('--once', '--json', '--events', '600', '--customers', '80', '--seed', '7');
    expect([await code, (await err).includes('The story of c-')]).toEqual([0, true]);
    const summary = JSON.parse(await out) as Summary;
    expect(summary).toMatchObject({ ok: true, seed: 7, customers: 80, events: 600, surprises: [] });
    expect(summary.verification).toMatchObject({ ok: true, inputs: 600, accepted: 582, deadLetters: 18 });
    expect(summary.verification.internal).toBeGreaterThan(0);
    expect(Object.keys(summary.verification.refused)).toHaveLength(9);
    expect(await traces()).toEqual([]);
  });

  it('stops cleanly when it is interrupted in the middle', async () => {
    const { child, code, burst, out } = demo('--events', '50000', '--customers', '500');
    await burst;
    child.kill('SIGINT');
    expect(await code).toBe(0);
    expect(await out).toContain('stopping');
    expect(await traces()).toEqual([]);
  });

  it('refuses arguments that make no sense', async () => {
    const { code, err } = demo('--events', 'many');
    expect([await code, await err]).toEqual([2, expect.stringContaining('--events takes a whole number')]);
  });
});
