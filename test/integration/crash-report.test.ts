/** What a member leaves behind that others may read: reports of Node.js, its command line, its log. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingEntries } from '../../src/settings.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';
import { until } from '../helpers/until.ts';

const SECRETS = {
  ERASURE_KEY: 'p1anted-erasure-key',
  ERASURE_KEY_PREVIOUS: 'p1anted-erasure-key-before',
  CHURN_KEY: 'p1anted-churn-key-of-analysts',
  LINK_KEY: 'p1anted-link-key-of-customers',
  LINK_KEY_PREVIOUS: 'p1anted-link-key-before-that',
  SCHEMA_REGISTRY_PASSWORD: 'p1anted-password-of-the-registry',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=p1anted-token-of-the-collector',
};

let scenario: Scenario;
let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'report-'));
  scenario = await createScenario({
    partitions: 1,
    env: {
      ...SECRETS,
      SCHEMA_REGISTRY_USERNAME: 'member',
      NODE_OPTIONS: `--report-on-signal --report-signal=SIGUSR2 --report-directory=${directory}`,
    },
  });
});
afterEach(async () => {
  await scenario.close();
  rmSync(directory, { recursive: true });
});

it('a diagnostic report of a member, its command line and its log hold no secret', async () => {
  const member = await scenario.run();
  await member.is('ready');
  member.signal('SIGUSR2');
  const reports = (): string[] => readdirSync(directory);
  await until('there is a report', () => reports().length === 1);
  const [name = ''] = reports();
  const read = (): string => readFileSync(join(directory, name), 'utf8');
  await until('it is whole', () => read().trimEnd().endsWith('}'));
  const report = JSON.parse(read()) as { environmentVariables: Record<string, string>; header: { processId: number } };
  const commandLine = readFileSync(`/proc/${report.header.processId}/cmdline`, 'utf8');
  expect(report.environmentVariables).toMatchObject({ CONSUMER_GROUP: scenario.group });
  expect(await member.stop()).toMatchObject({ code: 0 });
  for (const text of [JSON.stringify(report), commandLine, member.output()]) expect(text).not.toContain('p1anted');
  // A connection string may hold a password.
  expect(report.environmentVariables).not.toHaveProperty('MONGODB_URI');
});

it('every secret is among them that can be where nobody asks for it', () => {
  const others = [
    'KAFKA_SSL_CERT',
    'KAFKA_SSL_KEY',
    'KAFKA_SASL_PASSWORD',
    'KAFKA_SASL_OAUTH_CLIENT_SECRET',
    'MONGODB_URI',
  ];
  const secret = settingEntries.flatMap(([name, setting]) => (setting.secret ? [name] : []));
  expect([...Object.keys(SECRETS), ...others].sort()).toEqual(secret.sort());
});
