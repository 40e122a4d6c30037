/** Kafka, MongoDB and a schema registry for the demo, the tests and the benchmark: one interface, three sources. */
import { ProfileError } from '../errors.ts';
import { findEngine, startContainers } from './containers.ts';
import { startProcesses } from './processes.ts';
import type { ServerControl } from './server.ts';

export type { ServerControl } from './server.ts';

const SERVICES = ['kafka', 'mongodb', 'registry'] as const;
const SOURCES = ['environment', 'docker', 'processes'] as const;
export type ServiceName = (typeof SERVICES)[number];
export type Source = (typeof SOURCES)[number];

const VARIABLES: Record<ServiceName, string> = {
  kafka: 'KAFKA_BROKERS',
  mongodb: 'MONGODB_URI',
  registry: 'SCHEMA_REGISTRY_URL',
};

export interface BackingServices {
  /** Where those come from that the environment does not give. */
  readonly source: Source;
  readonly kafkaBrokers: string[];
  readonly mongodbUri: string;
  /** The root of the Confluent API. */
  readonly schemaRegistryUrl: string;
  /** Ends what was started here, with its data. Also happens by itself when this process ends, in whatever way. */
  readonly stop: () => Promise<void>;
}

/** Servers of our own, which a test may break. */
export interface ServerProcesses extends BackingServices {
  readonly services: Readonly<Record<ServiceName, ServerControl>>;
}

export interface StartOptions {
  /** Forces a source, as `BACKING_SERVICES` does. Docker and processes then serve everything and ignore addresses. */
  readonly source?: Source;
  /** Instead of `process.env`. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Hears one line a step, such as "downloading Kafka 4.1 (43 MB, once)…". */
  readonly onProgress?: (message: string) => void;
}

/** What a source started. */
export interface Started {
  readonly addresses: Partial<Record<ServiceName, string>>;
  readonly services?: Partial<Record<ServiceName, ServerControl>>;
  readonly stop: () => Promise<void>;
}

/**
 * Takes the addresses in `KAFKA_BROKERS`, `MONGODB_URI` and `SCHEMA_REGISTRY_URL`, and starts what is missing: in Docker
 * when an engine answers and has the images, otherwise as child processes on loopback, downloaded once into
 * `$XDG_CACHE_HOME/customer-profile-stream`. `BACKING_SERVICES` = environment, docker or processes forces one source.
 * `BACKING_JAVA`, `BACKING_MONGOD`, `BACKING_KAFKA_JARS` and `BACKING_REGISTRY_APP` replace a download by a path.
 * Fails with BACKING_SERVICE, saying what is missing and what to do.
 */
export async function startBackingServices(
  options: StartOptions & { readonly source: 'processes' },
): Promise<ServerProcesses>;
export async function startBackingServices(options?: StartOptions): Promise<BackingServices>;
export async function startBackingServices(options: StartOptions = {}): Promise<BackingServices> {
  const { environment = process.env, onProgress = () => undefined } = options;
  const forced = options.source ?? forcedSource(environment);
  const given = forced === 'docker' || forced === 'processes' ? {} : givenAddresses(environment);
  const missing = SERVICES.filter((name) => given[name] === undefined);
  const { addresses, ...started } = await startMissing(missing, forced, environment, onProgress);
  const all = { ...addresses, ...given };
  return {
    ...started,
    kafkaBrokers: required(all.kafka).split(','),
    mongodbUri: required(all.mongodb),
    schemaRegistryUrl: required(all.registry),
  };
}

async function startMissing(
  missing: readonly ServiceName[],
  forced: Source | undefined,
  environment: NodeJS.ProcessEnv,
  onProgress: (message: string) => void,
): Promise<Started & { readonly source: Source }> {
  if (missing.length === 0) return { source: 'environment', addresses: {}, stop: () => Promise.resolve() };
  if (forced === 'environment') {
    const variables = missing.map((name) => VARIABLES[name]).join(', ');
    throw new ProfileError('BACKING_SERVICE', `BACKING_SERVICES=environment needs also ${variables}`);
  }
  if (forced !== 'processes') {
    const engine = await findEngine().catch((error: unknown) => {
      if (forced === 'docker') throw error;
      return undefined;
    });
    if (engine !== undefined) {
      onProgress('starting the servers in Docker…');
      try {
        return { source: 'docker', ...(await startContainers(missing, engine)) };
      } catch (error) {
        if (forced === 'docker') throw error;
        onProgress(`Docker answers, but ${firstLine(error)}; starting child processes instead`);
      }
    }
  }
  onProgress('starting the servers as child processes…');
  return { source: 'processes', ...(await startProcesses(missing, { environment, onProgress })) };
}

function forcedSource(environment: NodeJS.ProcessEnv): Source | undefined {
  const value = environment['BACKING_SERVICES'];
  const source = SOURCES.find((candidate) => candidate === value);
  if (!value || source !== undefined) return source;
  throw new ProfileError('BACKING_SERVICE', `BACKING_SERVICES must be one of ${SOURCES.join(', ')}`);
}

const givenAddresses = (environment: NodeJS.ProcessEnv): Partial<Record<ServiceName, string>> =>
  Object.fromEntries(
    SERVICES.flatMap((name) => {
      const address = environment[VARIABLES[name]];
      return address ? [[name, address]] : [];
    }),
  );

function required(address: string | undefined): string {
  if (address === undefined) throw new TypeError('a service was started without an address');
  return address;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
