/** The client's view of the brokers, for what it does not offer by itself. */
import type { Cluster, Kafka } from 'kafkajs';

/** Not connected yet; whoever asks for it closes it. A consumer shows it to its assigner, and nobody else. */
export const clusterOf = (kafka: Kafka): Cluster => {
  let found: Cluster | undefined;
  kafka.consumer({
    groupId: 'none',
    readUncommitted: true,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster;
        const never = () => Promise.resolve([]);
        return {
          name: 'none',
          version: 0,
          assign: never,
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  if (found === undefined) throw new Error('the client does not ask its assigner any more');
  return found;
};
