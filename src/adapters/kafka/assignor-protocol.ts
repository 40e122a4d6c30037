import kafkajs, { type Cluster, type PartitionAssigner } from 'kafkajs';
import { z } from 'zod';
import { type Candidate, planTasks } from '../../pipeline/assignor.ts';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

const NAME = 'co-partitioned-sticky';
/** Of the consumer protocol's own fields, not of the claim in `userData`. */
const PROTOCOL_VERSION = 0;

/** What a member holds: its partitions, which are the same of every topic, and the membership it got them in. */
export interface Ownership {
  readonly memberId: string | null;
  readonly partitions: readonly number[];
}

/**
 * A claim as members send it to the group's leader. A leader of another release that knows another format reads it as
 * no claim at all: tasks may move once more than needed, and nothing else happens.
 */
const CLAIM = z.object({ format: z.literal(1), memberId: z.string().nullable(), owned: z.array(z.int()) });

/**
 * Gives partition p of every topic to the same member, and to the one that had it before if it may keep it.
 * `ownership` is asked on every join. `assign` never throws, because that would end the consumer: of a topic with fewer
 * partitions than the others only those that exist are assigned.
 */
export const coPartitionedSticky =
  (ownership: () => Ownership): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: PROTOCOL_VERSION,

    protocol({ topics }) {
      const { memberId, partitions } = ownership();
      const claim: z.input<typeof CLAIM> = { format: 1, memberId, owned: [...partitions] };
      const userData = Buffer.from(JSON.stringify(claim));
      return { name: NAME, metadata: MemberMetadata.encode({ version: PROTOCOL_VERSION, topics, userData }) };
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- kafkajs asks for a promise
    async assign({ members, topics }) {
      const counts = topics.map((topic) => ({ topic, count: partitionCount(cluster, topic) }));
      const candidates = members.map(({ memberId, memberMetadata }) => candidate(memberId, memberMetadata));
      const plan = planTasks(Math.max(0, ...counts.map(({ count }) => count)), candidates);
      return [...plan].map(([memberId, tasks]) => {
        const assignment = Object.fromEntries(
          counts.map(({ topic, count }) => [topic, tasks.filter((partition) => partition < count)]),
        );
        const memberAssignment = MemberAssignment.encode({
          version: PROTOCOL_VERSION,
          assignment,
          userData: Buffer.alloc(0),
        });
        return { memberId, memberAssignment };
      });
    },
  });

/** For a group of one member, which is to have one partition of its topics and no other. */
export const onePartition =
  (partition: number): PartitionAssigner =>
  () => ({
    name: 'one-partition',
    version: PROTOCOL_VERSION,
    protocol: ({ topics }) => ({
      name: 'one-partition',
      metadata: MemberMetadata.encode({ version: PROTOCOL_VERSION, topics, userData: Buffer.alloc(0) }),
    }),
    // eslint-disable-next-line @typescript-eslint/require-await -- kafkajs asks for a promise
    async assign({ members, topics }) {
      const assignment = Object.fromEntries(topics.map((topic) => [topic, [partition]]));
      const encoded = { version: PROTOCOL_VERSION, assignment, userData: Buffer.alloc(0) };
      return members
        .slice(0, 1)
        .map(({ memberId }) => ({ memberId, memberAssignment: MemberAssignment.encode(encoded) }));
    },
  });

const candidate = (memberId: string, metadata: Buffer): Candidate => {
  try {
    const claim = CLAIM.parse(JSON.parse(String(MemberMetadata.decode(metadata)?.userData)));
    return { memberId, owned: claim.owned, fresh: claim.memberId === memberId };
  } catch {
    return { memberId, owned: [], fresh: false };
  }
};

/** 0 while the cluster knows nothing of the topic: the next rebalance assigns it. */
const partitionCount = (cluster: Cluster, topic: string): number => {
  try {
    return cluster.findTopicPartitionMetadata(topic).length;
  } catch {
    return 0;
  }
};
