/** Servers, topics, schemas and members of a soak, all of them its own. */
import { dirname } from 'node:path';
import { prepare } from '../../bench/installation.ts';
import { createKafka } from '../../src/adapters/kafka/client.ts';
import { createGroupOffsets } from '../../src/adapters/kafka/offsets.ts';
import { connectPublisher } from '../../src/adapters/kafka/publisher.ts';
import { type BackingServices, startBackingServices } from '../../src/backing/index.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { contracts } from '../../src/domain/contracts.ts';
import { SETTINGS } from '../../src/settings.ts';
import { encodeTraffic } from '../../src/traffic/index.ts';
import { createLoad, type Load } from './load.ts';
import { type SoakMember, startMember } from './member.ts';
import { PARTITIONS } from './options.ts';
import { type SoakTraffic, soakTraffic } from './traffic.ts';

export interface Installation {
  readonly config: Config;
  readonly load: Load;
  /** Records that the group has not committed. */
  lag(): Promise<number>;
  /** One member more. */
  start(): Promise<SoakMember>;
  /** Ends members and servers, with their data. */
  close(): Promise<void>;
}

/** An hour of load is not for somebody's servers, and what is measured are the defaults: settings around us do not count. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !(name in SETTINGS) && !(name.replace(/_FILE$/, '') in SETTINGS)),
);

export const install = async (traffic: SoakTraffic, onProgress: (message: string) => void): Promise<Installation> => {
  const services = await startBackingServices({ environment, onProgress });
  try {
    return await installOn(services, traffic);
  } catch (error) {
    await services.stop();
    throw error;
  }
};

const installOn = async (services: BackingServices, traffic: SoakTraffic): Promise<Installation> => {
  const env = {
    ...environment,
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    KAFKA_BROKERS: services.kafkaBrokers.join(),
    MONGODB_URI: services.mongodbUri,
    SCHEMA_REGISTRY_URL: services.schemaRegistryUrl,
    ERASURE_KEY: 'a key for this soak',
    // Broken messages name a schema that nobody will register. To wait for it is a recovery, and none is to be hidden by it.
    UNKNOWN_SCHEMA_GRACE_MS: '0',
  };
  const config = loadConfig(env);
  const { schemaIds } = await prepare(config, PARTITIONS);
  const offsets = createGroupOffsets(createKafka(config.kafka, 'soak-lag'), {
    group: config.group,
    topics: contracts().flatMap(({ topic, direction }) => (direction === 'input' ? [topic] : [])),
    onOutOfRange: () => undefined,
  });
  const publisher = await connectPublisher(createKafka(config.kafka, 'soak-upstream'));
  const members: SoakMember[] = [];
  return {
    config,
    load: createLoad(
      publisher,
      soakTraffic(traffic).map((item) => encodeTraffic(item, schemaIds)),
    ),
    lag: async () => (await offsets.lag()).reduce((sum, { records }) => sum + records, 0),
    start: async () => {
      const member = await startMember(env);
      members.push(member);
      return member;
    },
    close: async () => {
      await Promise.allSettled([...members.map((member) => member.stop()), publisher.close(), offsets.close()]);
      await services.stop();
    },
  };
};
