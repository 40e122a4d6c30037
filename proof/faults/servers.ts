/** The servers of a run, one interface for both topologies. */
import type { ServerControl } from '../../src/backing/index.ts';
import { createRandom } from '../../src/traffic/random.ts';
import type { TestServices } from '../../test/helpers/services.ts';
import type { FaultProxy } from '../network/proxy.ts';
import { startCluster } from '../topology/cluster.ts';
import { startSingle } from '../topology/single.ts';
import type { Options } from './options.ts';

export const LINKS = ['kafka', 'mongodb', 'registry'] as const;
export type Link = (typeof LINKS)[number];

/** Sets the proxies' source of chance apart from those of traffic and lanes. */
const JITTER = -1;

export interface Servers {
  readonly addresses: TestServices;
  /** Where the members find them. */
  readonly throughProxies?: TestServices;
  readonly proxies?: Readonly<Record<Link, FaultProxy>>;
  readonly brokers: readonly ServerControl[];
  readonly mongods: readonly ServerControl[];
  readonly registry: ServerControl;
  readonly replicationFactor: number;
  /** Makes the primary step down; another, or the same one a little later, takes over. */
  stepDown(): Promise<void>;
  /** Waits until another server may be lost: everything is replicated again. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

export const startServers = async (
  { topology, seed }: Pick<Options, 'topology' | 'seed'>,
  onProgress: (message: string) => void,
): Promise<Servers> => {
  if (topology === 'cluster') {
    const { kafkaBrokers, mongodbUri, schemaRegistryUrl, ...cluster } = await startCluster({ onProgress });
    return { ...cluster, addresses: { kafkaBrokers, mongodbUri, schemaRegistryUrl } };
  }
  const jitter = createRandom(seed, JITTER);
  const { direct, members, services, ...single } = await startSingle({ onProgress, random: () => jitter.fraction() });
  return {
    ...single,
    ...{ addresses: direct, throughProxies: members },
    brokers: [services.kafka],
    mongods: [services.mongodb],
    registry: services.registry,
    replicationFactor: 1,
    whole: () => Promise.resolve(),
  };
};
