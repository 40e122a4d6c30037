/**
 * Installs the chart on the cluster that kubectl points at, and holds it against what is promised of it, under load: nothing is lost or doubled
 * while members are replaced, scaled, drained and deleted. `KAFKA_BROKERS`, `MONGODB_URI` and `SCHEMA_REGISTRY_URL` are servers that pods and this
 * machine reach by the same addresses; `IMAGE` is one that the cluster can pull. All of it happens in a namespace, topics and a database of its own.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBackingServices } from '../src/backing/index.ts';
import { contractOf } from '../src/domain/contracts.ts';
import { createScenario, type Scenario } from '../test/helpers/scenario.ts';
import { uniqueName } from '../test/helpers/services.ts';
import { outputOf } from './command.ts';
import { findHelm, NO_HELM } from './helm.ts';

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '100' }, partitions: { type: 'string', default: '12' } },
});
const [RATE, PARTITIONS] = [Number(values.rate), Number(values.partitions)];
const CHART = 'helm/customer-profile-stream';
const NAME = 'customer-profile-stream';
const DEPLOYMENT = `deployment/${NAME}`;
const MEMBERS = 'app.kubernetes.io/component=member';
const SECRET = ['MONGODB_URI', 'ERASURE_KEY'];
/** Before and after a change, so that its silences are seen whole. */
const CALM_MS = 4_000;

const namespace = uniqueName('customer-profile');
const helmProgram = await findHelm();
assert.ok(helmProgram, NO_HELM);
const kubectl = (...args: readonly string[]) =>
  outputOf(process.env['KUBECTL'] || 'kubectl', ['--namespace', namespace, ...args]);
const helm = (...args: readonly string[]) => outputOf(helmProgram, ['--namespace', namespace, ...args]);

const [repository = '', tag = ''] = (process.env['IMAGE'] ?? '').split(/:(?=[^/]*$)/);
assert.ok(tag, 'IMAGE names the image with its tag: registry.example.com/customer-profile-stream:0.1.0');

/** The values of an installation whose settings are these. */
const settingValues = (env: Scenario['env']): string[] => {
  const plain = Object.entries(env).filter(([name]) => !SECRET.includes(name) && name !== 'HTTP_PORT');
  const given = {
    image: { repository, tag },
    config: Object.fromEntries(plain),
    secrets: Object.fromEntries(SECRET.map((key) => [key, { name: 'settings', key }])),
    topics: { partitions: PARTITIONS, replicationFactor: 1 },
    replicas: 3,
  };
  return Object.entries(given).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]);
};

const install = async ({ env }: Scenario): Promise<string> => {
  await outputOf(process.env['KUBECTL'] || 'kubectl', ['create', 'namespace', namespace]);
  await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
  const literals = SECRET.map((name) => `--from-literal=${name}=${env[name] ?? ''}`);
  await kubectl('create', 'secret', 'generic', 'settings', ...literals);
  await helm('install', NAME, CHART, ...settingValues(env), '--wait', '--timeout=3m');
  await helm('test', NAME, '--timeout=2m');
  return 'in a namespace that admits restricted pods only; customer-profile check passes from inside';
};

const isReady = () => kubectl('rollout', 'status', DEPLOYMENT, '--timeout=3m');

const scaledTo = async (members: number): Promise<void> => {
  await kubectl('scale', DEPLOYMENT, `--replicas=${members}`);
  await isReady();
  await kubectl('wait', 'pod', '--selector', MEMBERS, '--for=condition=Ready', '--timeout=2m');
};

/** Where members run; a single node cannot be drained, for they have nowhere to go. */
const nodes = async (): Promise<string[]> =>
  (await kubectl('get', 'nodes', '--output=name')).split('\n').map((name) => name.replace('node/', ''));

const drained = async (): Promise<void> => {
  const [node = ''] = (
    await kubectl('get', 'pods', '--selector', MEMBERS, '--output=jsonpath={.items[0].spec.nodeName}')
  ).split(' ');
  try {
    await kubectl(
      'drain',
      node,
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=3m',
      '--pod-selector',
      MEMBERS,
    );
    await isReady();
    const left = await kubectl(
      'get',
      'pods',
      '--selector',
      MEMBERS,
      `--field-selector=spec.nodeName=${node}`,
      '--output=name',
    );
    assert.equal(left, '', 'members are still on the node');
  } finally {
    await kubectl('uncordon', node);
  }
};

/** Hardly any time to take leave: two seconds, as kubelets have it. */
const deleted = async (): Promise<void> => {
  const pod = await kubectl('get', 'pods', '--selector', MEMBERS, '--output=jsonpath={.items[0].metadata.name}');
  await kubectl('delete', 'pod', pod, '--grace-period=0', '--force');
  await isReady();
};

const changes: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['rolling restart', () => kubectl('rollout', 'restart', DEPLOYMENT).then(isReady)],
  ['from 3 members to 1', () => scaledTo(1)],
  ['from 1 member to 4', () => scaledTo(4)],
  ...((await nodes()).length > 1 ? [['a node is drained', drained] as const] : []),
  ['a pod is deleted by force', deleted],
  ['from 4 members to 1', () => scaledTo(1)],
];

/** The longest time without a version in any partition, s. */
const silence = (times: readonly (readonly number[])[], from: number, to: number): string => {
  const gaps = times.flatMap((ofPartition) => {
    const within = [from, ...ofPartition.filter((time) => time > from && time < to), to];
    return within.slice(1).map((time, at) => time - (within[at] ?? time));
  });
  return (Math.max(...gaps) / 1_000).toFixed(1);
};

const underLoad = async (scenario: Scenario): Promise<void> => {
  const traffic = scenario.traffic({ seed: 1, customers: 2_000, events: Infinity, rate: RATE, spread: 'even' });
  const happened: { what: string; from: number; ready: number; to: number }[] = [];
  for (const [what, change] of changes) {
    await sleep(CALM_MS);
    const from = Date.now();
    await change();
    const ready = Date.now();
    await sleep(CALM_MS);
    happened.push({ what, from, ready, to: Date.now() });
    console.log(`ok    ${what}: ready after ${((ready - from) / 1_000).toFixed(1)} s`);
  }
  await traffic.stop();
  await scenario.drained(120_000);
  const { ok, violations } = await scenario.verified();
  assert.ok(ok, `${violations.length} violations, the first: ${JSON.stringify(violations[0])}`);

  const published = await scenario.records(contractOf('CustomerUpdated', scenario.env['TOPIC_PREFIX']).topic);
  const times = [...Map.groupBy(published, ({ partition }) => partition).values()].map((records) =>
    records.map(({ timestamp }) => timestamp),
  );
  for (const { what, from, to } of happened)
    console.log(`      ${what}: no partition silent for longer than ${silence(times, from, to)} s`);
  console.log(
    `ok    verified: ${traffic.count()} messages, ${published.length} versions, nothing lost and nothing doubled`,
  );
};

const services = await startBackingServices({ source: 'environment' });
const scenario = await createScenario({ services, partitions: PARTITIONS, env: { SESSION_TIMEOUT_MS: '10000' } });
try {
  console.log(`ok    installs: ${await install(scenario)}`);
  await underLoad(scenario);
  await helm('uninstall', NAME, '--wait');
  await kubectl('wait', 'pod', '--selector', MEMBERS, '--for=delete', '--timeout=2m');
  console.log('ok    uninstalls');
} finally {
  await kubectl('delete', 'namespace', namespace, '--wait=false');
  await scenario.close();
}
process.exit();
