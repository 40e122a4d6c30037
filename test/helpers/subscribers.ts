/** The whole system at work, and examples that subscribe to it, each as a process of its own as a subscriber would start it. */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import type { Admin } from 'kafkajs';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { type Child, startChild } from './child.ts';
import { listen } from './loopback.ts';
import { createScenario, type Scenario } from './scenario.ts';
import { testServices } from './services.ts';
import { until } from './until.ts';

export interface Subscribers {
  readonly scenario: Scenario;
  /** Of everybody of whom an event was published. */
  readonly customers: ReadonlySet<string>;
  publish(...events: readonly InputEvent[]): Promise<void>;
  topicOf(audience: string): string;
  /** `onLine` hears what it writes to standard output. */
  example(name: string, options?: ExampleOptions): Child;
  /** Waits until the group has committed all that is visible of the topic. Markers at its end kafkajs never commits. */
  hasRead(group: string, topic: string): Promise<void>;
  /** The group begins at the beginning again. */
  forgetOffsets(group: string): Promise<void>;
}

export interface ExampleOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

export const createSubscribers = async (): Promise<Subscribers> => {
  const scenario = await createScenario({ partitions: 3 });
  await scenario.member().running();
  const [orders, contracts] = scenario.inputs;
  const customers = new Set<string>();
  const administer = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = scenario.kafka.admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  };
  return {
    scenario,
    customers,
    publish: (...events) => {
      for (const { event } of events) customers.add(event.customerId);
      return scenario.publish(
        events.map(({ type, event }) => ({
          topic: type === 'OrderFinalized' ? orders : contracts,
          key: event.customerId,
          value: frame(scenario.schemaIds[type], recordType(type).toBuffer(event)),
          headers: {},
        })),
      );
    },
    topicOf: (audience) => `${scenario.env['TOPIC_PREFIX'] ?? ''}customer-updated.${audience}`,
    example: (name, { args = [], env = {}, onLine = () => undefined } = {}) => {
      const file = `examples/${name}.ts`;
      const child = startChild(['--conditions=customer-profile-source', file, ...args], { ...scenario.env, ...env });
      if (child.process.stdout !== null) createInterface(child.process.stdout).on('line', onLine);
      return child;
    },
    hasRead: async (group, topic) => {
      const last = new Map<number, number>();
      for (const { partition, offset } of await scenario.records(topic)) last.set(partition, offset);
      await administer((admin) =>
        until(`${group} has read everything`, async () => {
          const [read] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
          const committed = new Map(read?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
          return [...last].every(([partition, offset]) => (committed.get(partition) ?? 0) > offset);
        }),
      );
    },
    forgetOffsets: async (group) => {
      await administer((admin) => admin.deleteGroups([group]));
    },
  };
};

export interface FlakyRegistry {
  readonly url: string;
  close(): void;
}

/** A way to the registry that is closed for so many questions, and open from then on. */
export const startFlakyRegistry = async (failures: number): Promise<FlakyRegistry> => {
  let left = failures;
  const answer = async (path: string): Promise<readonly [status: number, body: string]> => {
    left -= 1;
    if (left >= 0) return [503, ''];
    const answered = await fetch(testServices().schemaRegistryUrl + path);
    return [answered.status, await answered.text()];
  };
  const server = createServer((request, response) => {
    void answer(request.url ?? '').then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  return { url: `http://${await listen(server)}`, close: () => void server.close() };
};
