import type { Admin, Kafka } from 'kafkajs';
import type { CommittedOffsets, Position } from '../../pipeline/ports.ts';
import { ProfileError } from '../../errors.ts';
import { guarded } from './errors.ts';

export interface OffsetsSettings {
  readonly group: string;
  readonly topics: readonly string[];
  /** The committed offset is no longer in the log: what lay between was deleted unread. */
  readonly onOutOfRange: (topic: string, partition: number) => void;
}

/** Records of one topic partition that are not processed yet. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
}

export interface GroupOffsets extends CommittedOffsets {
  /** Lag by topic and partition, up to the last stable offset. */
  lag(): Promise<PartitionLag[]>;
  close(): Promise<void>;
}

/** Start, last stable end and committed offset of one partition; committed is negative where nothing was committed. */
interface Range {
  readonly topic: string;
  readonly partition: number;
  readonly low: number;
  readonly high: number;
  readonly committed: number;
}

export const createGroupOffsets = (kafka: Kafka, settings: OffsetsSettings): GroupOffsets => {
  const { group, topics, onOutOfRange } = settings;
  const admin = kafka.admin();
  let connected: Promise<void> | undefined;
  const ranges = async (): Promise<Range[]> => {
    connected ??= admin.connect();
    await connected.catch((error: unknown) => {
      connected = undefined;
      throw error;
    });
    return readRanges(admin, group, topics);
  };
  return {
    read: (partition) =>
      guarded('reading committed offsets', async () => {
        const position: Record<string, number> = {};
        for (const range of (await ranges()).filter((each) => each.partition === partition)) {
          const { topic, low, committed } = range;
          const lost = isLost(range);
          if (lost) onOutOfRange(topic, partition);
          position[topic] = lost || committed === NONE ? low : committed;
        }
        return complete(position, topics);
      }),
    lag: () =>
      guarded('reading the lag', async () =>
        (await ranges()).map(({ topic, partition, low, high, committed }) => ({
          topic,
          partition,
          records: Math.max(0, high - Math.max(committed, low)),
        })),
      ),
    close: () => admin.disconnect().catch(() => undefined),
  };
};

/** Nothing was ever committed. */
const NONE = -1;

/**
 * Outside the log only when records were deleted unread, or the topic is another one than it was. A client whose fetch
 * meets that first leaves "the earliest" as committed offset, which is another negative number.
 */
const isLost = ({ low, high, committed }: Range): boolean =>
  committed !== NONE && (committed < low || committed > high);

const readRanges = async (admin: Admin, group: string, topics: readonly string[]): Promise<Range[]> => {
  const [committed, ...logs] = await Promise.all([
    admin.fetchOffsets({ groupId: group, topics: [...topics] }),
    ...topics.map((topic) => admin.fetchTopicOffsets(topic)),
  ]);
  const byTopic = new Map(committed.map(({ topic, partitions }) => [topic, partitions]));
  return topics.flatMap((topic, index) =>
    (logs[index] ?? []).map(({ partition, low, high }) => {
      const offset = byTopic.get(topic)?.find((each) => each.partition === partition)?.offset ?? '-1';
      return { topic, partition, low: Number(low), high: Number(high), committed: Number(offset) };
    }),
  );
};

const complete = (position: Position, topics: readonly string[]): Position => {
  const missing = topics.filter((topic) => position[topic] === undefined);
  if (missing.length === 0) return position;
  throw new ProfileError('KAFKA_UNAVAILABLE', `Kafka knows no such partition of ${missing.join(', ')}`);
};
