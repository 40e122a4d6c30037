/** Kafka as three nodes that are broker and controller each. */
import kafkajs from 'kafkajs';
import type { Context } from '../../src/backing/cache.ts';
import { brokerRecipe, singleNode } from '../../src/backing/kafka.ts';
import { freePort } from '../../src/backing/ports.ts';
import type { Recipe } from '../../src/backing/server.ts';

export const REPLICATION_FACTOR = 3;
const NODES = [1, 2, 3];

/** Everything is kept three times, and acknowledged by two. */
export async function brokerRecipes(context: Context): Promise<Recipe[]> {
  const nodes = await Promise.all(
    NODES.map(async (id) => ({
      id,
      address: `127.0.0.1:${await freePort()}`,
      controller: `127.0.0.1:${await freePort()}`,
    })),
  );
  const voters = nodes.map(({ id, controller }) => `${id}@${controller}`).join();
  return Promise.all(
    nodes.map(({ id, address, controller }) => {
      const settings = {
        ...singleNode(0),
        // From here on, in place of what a single node has.
        'node.id': id,
        'controller.quorum.voters': voters,
        listeners: `PLAINTEXT://${address},CONTROLLER://${controller}`,
        'advertised.listeners': `PLAINTEXT://${address}`,
        'default.replication.factor': REPLICATION_FACTOR,
        'offsets.topic.replication.factor': REPLICATION_FACTOR,
        'transaction.state.log.replication.factor': REPLICATION_FACTOR,
        'transaction.state.log.min.isr': 2,
        'min.insync.replicas': 2,
        // A broker that was killed is missed sooner than by default, for more faults in less time.
        'broker.session.timeout.ms': 6_000,
        'broker.heartbeat.interval.ms': 1_000,
      };
      return brokerRecipe(context, { name: `Kafka ${id}`, address, settings, maxHeapMb: 256 });
    }),
  );
}

/** Fails unless every partition, those of Kafka's own topics too, has all its replicas in sync. */
export async function allInSync(brokers: readonly string[]): Promise<void> {
  const kafka = new kafkajs.Kafka({
    brokers: [...brokers],
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 1 },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers: registered } = await admin.describeCluster();
    if (registered.length < brokers.length) throw new Error(`only ${registered.length} brokers are there`);
    const { topics } = await admin.fetchTopicMetadata({ topics: await admin.listTopics() });
    for (const { name, partitions } of topics) {
      const lagging = partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
      if (lagging.length > 0) throw new Error(`${lagging.length} partitions of ${name} are not in sync`);
    }
  } finally {
    await admin.disconnect();
  }
}
