/** One broker, one MongoDB and one registry, each with a fault proxy between it and the members. */
import type { Context } from '../../src/backing/cache.ts';
import type { ServiceName } from '../../src/backing/index.ts';
import { brokerRecipe, singleNode } from '../../src/backing/kafka.ts';
import { mongodbRecipe } from '../../src/backing/mongodb.ts';
import { freePort } from '../../src/backing/ports.ts';
import { supervised } from '../../src/backing/processes.ts';
import { registryRecipe } from '../../src/backing/registry.ts';
import { startServer, type Recipe, type ServerControl } from '../../src/backing/server.ts';
import { startProxy, type FaultProxy, type ProxyOptions } from '../network/proxy.ts';
import { directly, stepDown } from './mongods.ts';
import { surroundings, type Addresses, type TopologyOptions } from './options.ts';

export type SingleOptions = TopologyOptions & Pick<ProxyOptions, 'random'>;

export interface SingleTopology {
  /** For those who publish, read and judge. */
  readonly direct: Addresses;
  /** The same servers through the proxies, for those who suffer. */
  readonly members: Addresses;
  readonly proxies: Readonly<Record<ServiceName, FaultProxy>>;
  readonly services: Readonly<Record<ServiceName, ServerControl>>;
  /** Makes MongoDB step down: it takes no writes for so many seconds (2 by default), and is then elected again. */
  stepDown(seconds?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the servers as child processes, downloaded once, and the proxies in this process. Fails with BACKING_SERVICE. */
export async function startSingle(options: SingleOptions = {}): Promise<SingleTopology> {
  const proxies: FaultProxy[] = [];
  const closeProxies = (): Promise<unknown> => Promise.all(proxies.map((proxy) => proxy.close()));
  const proxy = async (target: string, protocol: ProxyOptions['protocol']): Promise<FaultProxy> => {
    const started = await startProxy({ target, protocol, ...(options.random && { random: options.random }) });
    proxies.push(started);
    return started;
  };
  try {
    const { stop, ...started } = await supervised(surroundings(options), (context) => start(context, proxy));
    return {
      ...started,
      stop: async () => {
        await closeProxies();
        await stop();
      },
    };
  } catch (error) {
    await closeProxies();
    throw error;
  }
}

async function start(
  context: Context,
  proxy: (target: string, protocol: ProxyOptions['protocol']) => Promise<FaultProxy>,
): Promise<Omit<SingleTopology, 'stop'>> {
  // The broker tells clients that come through the proxy to come back through it, so that it must know its address.
  const behindProxy = `127.0.0.1:${await freePort()}`;
  const kafkaProxy = await proxy(behindProxy, 'kafka');
  const [kafka, mongodb, registry] = await Promise.all([
    started(context, brokerOf(context, behindProxy, kafkaProxy.address)),
    started(context, mongodbRecipe(context)),
    started(context, registryRecipe(context)),
  ]);
  const proxies = {
    kafka: kafkaProxy,
    mongodb: await proxy(new URL(mongodb.address).host, 'mongodb'),
    registry: await proxy(new URL(registry.address).host, 'http'),
  };
  const throughProxy = new URL(registry.address);
  throughProxy.host = proxies.registry.address;
  return {
    direct: {
      kafkaBrokers: [kafka.address],
      mongodbUri: mongodb.address,
      schemaRegistryUrl: registry.address,
    },
    members: {
      kafkaBrokers: [proxies.kafka.address],
      // The set knows its member by another address: a client that looked for it would go past the proxy.
      mongodbUri: directly(proxies.mongodb.address),
      schemaRegistryUrl: throughProxy.href,
    },
    proxies,
    services: { kafka: kafka.control, mongodb: mongodb.control, registry: registry.control },
    stepDown: (seconds = 2) => stepDown(mongodb.address, seconds),
  };
}

async function started(
  context: Context,
  recipe: Promise<Recipe>,
): Promise<{ address: string; control: ServerControl }> {
  const prepared = await recipe;
  return { address: prepared.address, control: await startServer(context, prepared) };
}

async function brokerOf(context: Context, behindProxy: string, proxyAddress: string): Promise<Recipe> {
  const [port, controllerPort] = await Promise.all([freePort(), freePort()]);
  const address = `127.0.0.1:${port}`;
  const settings = {
    ...singleNode(controllerPort),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `PLAINTEXT://${address},PROXIED://${behindProxy},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${address},PROXIED://${proxyAddress}`,
  };
  return brokerRecipe(context, { name: 'Kafka', address, settings });
}
