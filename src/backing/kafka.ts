import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { cached, verifyAll, type Context } from './cache.ts';
import { freePort } from './ports.ts';
import { directoryName, type Recipe } from './server.ts';
import { java, maven } from './tools.ts';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.1.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;
const JARS_SHA256 = '761379bf49cac30792df08bc54e3d687614b0854f7d91cad732afe590164cb7b';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** The broker's jars, with everything they need. */
export const kafkaJars = (context: Context): Promise<string> =>
  cached(context, 'kafka-4.1.0', 'Kafka 4.1 (43 MB, once)', async (directory) => {
    await writeFile(join(directory, 'pom.xml'), POM);
    const jars = join(directory, 'libs');
    await maven(context, directory, [COPY, `-DoutputDirectory=${jars}`, '-DincludeScope=runtime']);
    await verifyAll(jars, JARS_SHA256);
    await rm(join(directory, 'repository'), { recursive: true });
  }).then((directory) => join(directory, 'libs'));

/** One node that is broker and controller, with the broker's default limits and quick groups and transactions. */
export const singleNode = (controllerPort: number): Record<string, string | number | boolean> => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'auto.create.topics.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 8,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 8,
  // Events carry the time they occurred, which may be years ago: nothing ends by age before its topic says so.
  'log.retention.ms': -1,
  'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
});

/** Apache Kafka 4.1 as one node. `BACKING_KAFKA_JARS` may name a directory of jars, such as `libs` of a Kafka distribution. */
export async function kafkaRecipe(context: Context): Promise<Recipe> {
  const [port, controllerPort] = await Promise.all([freePort(), freePort()]);
  const address = `127.0.0.1:${port}`;
  const settings = {
    ...singleNode(controllerPort),
    listeners: `PLAINTEXT://${address},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${address}`,
  };
  return brokerRecipe(context, { name: 'Kafka', address, settings });
}

export interface BrokerOptions {
  /** Of the server, its log and its directory. */
  readonly name: string;
  /** Where it is asked whether it is ready. */
  readonly address: string;
  /** Its server.properties, except for `log.dirs`. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly maxHeapMb?: number;
  /** More for its JVM. */
  readonly jvm?: readonly string[];
  /** Users of SCRAM that are there from the beginning, as the tool that formats the storage takes them. */
  readonly scram?: readonly string[];
}

/** A broker whose storage is formatted and whose settings are written. */
export async function brokerRecipe(context: Context, options: BrokerOptions): Promise<Recipe> {
  const { name, address, settings, maxHeapMb = 512, scram = [] } = options;
  const [command, jars] = await Promise.all([
    java(context, 17),
    context.environment['BACKING_KAFKA_JARS'] || kafkaJars(context),
  ]);
  const directory = join(context.directory, directoryName(name));
  await mkdir(directory);
  const config = join(directory, 'server.properties');
  const lines = Object.entries({ ...settings, 'log.dirs': join(directory, 'data') });
  await writeFile(config, lines.map(([key, value]) => `${key}=${value}`).join('\n'));
  const logging = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
  const jvm = ['-Xms128m', `-Xmx${maxHeapMb}m`, logging, '-cp', join(jars, '*')];
  const format = ['-XX:TieredStopAtLevel=1', ...jvm, 'kafka.tools.StorageTool', 'format'];
  const users = scram.flatMap((user) => ['--add-scram', user]);
  await context.supervisor.run(command, [...format, '-t', 'customerProfileStreamA', '-c', config, ...users], directory);
  return {
    name,
    command,
    args: [...jvm, ...(options.jvm ?? []), 'kafka.Kafka', config],
    address,
    ready: () => brokerAnswers(address),
  };
}

/** Fails unless a broker at this address has joined its cluster. */
export async function brokerAnswers(address: string): Promise<void> {
  const { Kafka, logLevel } = kafkajs;
  const admin = new Kafka({
    brokers: [address],
    connectionTimeout: 2000,
    requestTimeout: 2000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('no broker has registered yet');
  } finally {
    await admin.disconnect();
  }
}
