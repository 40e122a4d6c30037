/** The servers of a run, one interface for both topologies. */
import type { ServerControl } from '../../src/backing/index.ts';
import type { TestServices } from '../../test/helpers/services.ts';
import type { FaultProxy } from '../network/proxy.ts';
import { startCluster } from '../topology/cluster.ts';
import { startSingle } from '../topology/single.ts';
import type { Options } from './options.ts';

export const LINKS = ['kafka', 'mongodb', 'registry'] as const;
export type Link = (typeof LINKS)[number];

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
  { topology }: Pick<Options, 'topology'>,
  onProgress: (message: string) => void,
): Promise<Servers> => {
  if (topology === 'cluster') {
    const { kafkaBrokers, mongodbUri, schemaRegistryUrl, ...cluster } = await startCluster({ onProgress });
    return { ...cluster, addresses: { kafkaBrokers, mongodbUri, schemaRegistryUrl } };
  }
  const { direct, members, services, ...single } = await startSingle({ onProgress });
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
