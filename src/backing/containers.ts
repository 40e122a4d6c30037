import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Testcontainers from 'testcontainers';
import { ProfileError } from '../errors.ts';
import type { ServiceName, Started } from './index.ts';
import { brokerAnswers, singleNode } from './kafka.ts';
import { primaryAnswers } from './mongodb.ts';
import { freePort } from './ports.ts';
import { CONFLUENT_API, registryAnswers } from './registry.ts';

type Library = typeof Testcontainers;
interface Container {
  readonly container: Testcontainers.StartedTestContainer;
  readonly address: string;
  readonly ready: () => Promise<void>;
}
type Launch = (testcontainers: Library, host: string) => Promise<Container>;

const READY_WITHIN_MS = 90_000;
/** The readiness of a server is asked for through its own protocol, not through its ports or log. */
const ANY_OUTPUT = /./;

/** The settings of a broker that clients find at this host and port, outside. */
export const brokerInContainer = (host: string, port: number): Record<string, string | number | boolean> => ({
  ...singleNode(9093),
  listeners: 'PLAINTEXT://:9092,INSIDE://127.0.0.1:9094,CONTROLLER://127.0.0.1:9093',
  'advertised.listeners': `PLAINTEXT://${host}:${port},INSIDE://127.0.0.1:9094`,
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  // A broker ends transactions by requests to itself, and nothing in a container answers at the host's address.
  'inter.broker.listener.name': 'INSIDE',
});

const LAUNCHES: Record<ServiceName, Launch> = {
  async kafka({ GenericContainer, Wait }, host) {
    // Clients come back to the advertised address, so that the port outside must be known before the start.
    const port = await freePort();
    const variable = (name: string): string => `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`;
    const container = await new GenericContainer('apache/kafka:4.1.0')
      .withExposedPorts({ container: 9092, host: port })
      .withEnvironment(
        Object.fromEntries(Object.entries(brokerInContainer(host, port)).map(([k, v]) => [variable(k), String(v)])),
      )
      .withWaitStrategy(Wait.forLogMessage(ANY_OUTPUT))
      .start();
    const address = `${host}:${port}`;
    return { container, address, ready: () => brokerAnswers(address) };
  },
  async mongodb({ GenericContainer, Wait }, host) {
    // The members of a replica set have one address for clients and for themselves: the same port outside and inside.
    const port = await freePort();
    const container = await new GenericContainer('mongo:8')
      .withExposedPorts({ container: port, host: port })
      .withExtraHosts(isIP(host) ? [] : [{ host, ipAddress: '127.0.0.1' }])
      .withCommand([
        '--port',
        String(port),
        '--replSet',
        'rs0',
        '--bind_ip_all',
        '--setParameter',
        'enableTestCommands=1',
      ])
      .withWaitStrategy(Wait.forLogMessage(ANY_OUTPUT))
      .start();
    const address = `${host}:${port}`;
    return { container, address: `mongodb://${address}/?replicaSet=rs0`, ready: () => primaryAnswers(address) };
  },
  async registry({ GenericContainer, Wait }, host) {
    const container = await new GenericContainer('apicurio/apicurio-registry:3.3.3')
      .withExposedPorts(8080)
      .withWaitStrategy(Wait.forLogMessage(ANY_OUTPUT))
      .start();
    const address = `http://${host}:${container.getMappedPort(8080)}${CONFLUENT_API}`;
    return { container, address, ready: () => registryAnswers(address) };
  },
};

/** Testcontainers, and the host its ports are published on. Fails with BACKING_SERVICE when no engine answers. */
export async function findEngine(): Promise<{ testcontainers: Library; host: string }> {
  const testcontainers = await import('testcontainers').catch((error: unknown) => {
    const message = 'the package testcontainers is missing: install the development dependencies (npm install)';
    throw new ProfileError('BACKING_SERVICE', message, { cause: error });
  });
  const client = await testcontainers.getContainerRuntimeClient().catch((error: unknown) => {
    const message = 'no Docker engine answers: start one, or use BACKING_SERVICES=processes';
    throw new ProfileError('BACKING_SERVICE', message, { cause: error });
  });
  return { testcontainers, host: client.info.containerRuntime.host };
}

/** Starts these services in containers, which Testcontainers also removes after a crash of this process. */
export async function startContainers(
  names: readonly ServiceName[],
  { testcontainers, host }: Awaited<ReturnType<typeof findEngine>>,
): Promise<Started> {
  const containers: Testcontainers.StartedTestContainer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(containers.map((container) => container.stop({ remove: true, removeVolumes: true })));
  };
  const launched = await Promise.allSettled(
    names.map(async (name) => {
      const { container, address, ready } = await LAUNCHES[name](testcontainers, host);
      containers.push(container);
      await untilReady(ready);
      return [name, address] as const;
    }),
  );
  const failed = launched.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    const reason = failed.reason instanceof Error ? failed.reason.message.trim() : String(failed.reason);
    throw new ProfileError('BACKING_SERVICE', `the containers do not start: ${reason}`, { cause: failed.reason });
  }
  const addresses = launched.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return { addresses: Object.fromEntries(addresses), stop };
}

async function untilReady(ready: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const failure = await ready().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    if (performance.now() > deadline) throw failure as Error;
    await sleep(200);
  }
}
