/** The dead-letter topics, for the tasks that sweep them. */
import type { Cluster, Kafka } from 'kafkajs';
import { ProfileError } from '../../errors.ts';
import type { Extent, InboundRecord, LetterLog } from '../../pipeline/ports.ts';
import { withAdmin } from './admin.ts';
import { clusterOf } from './cluster.ts';
import { guarded } from './errors.ts';
import { readTopic } from './reader.ts';

/** A portion ends with the record that makes it as large as this. */
const PORTION = { records: 500, bytes: 500_000 };

/** `topics`: dead-letter topics that exist. */
export const createLetterLog = (kafka: Kafka, topics: readonly string[]): LetterLog => ({
  extents: (partition) => guarded('reading where dead letters end', () => extentsOf(kafka, topics, partition)),

  read: async ({ topic, partition, start, end, signal }, take) => {
    const watch = createWatch();
    let portion: InboundRecord[] = [];
    let bytes = 0;
    const hand = async (): Promise<void> => {
      const letters = portion;
      [portion, bytes] = [[], 0];
      watch.rest();
      if (letters.length > 0) await take(letters);
      watch.look();
    };
    try {
      watch.look();
      const options = { topic, from: 'beginning', until: 'end', only: { partition, start, end } } as const;
      await readTopic(kafka, { ...options, signal: AbortSignal.any([signal, watch.signal]) }, (record) => {
        portion.push(record);
        bytes += sizeOf(record);
        return portion.length >= PORTION.records || bytes >= PORTION.bytes ? hand() : undefined;
      });
      if (signal.aborted) throw new ProfileError('CLOSED', 'closed while reading dead letters');
      if (watch.signal.aborted) throw new ProfileError('KAFKA_UNAVAILABLE', 'no more dead letters came, and no end');
      await hand();
    } finally {
      watch.rest();
    }
  },

  deleteBefore: (topic, partition, offset) =>
    withAdmin(kafka, 'deleting dead letters', async (admin) => {
      // The client looks for the leader before it has learned of the topic, unless it was asked something else before.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
    }),
});

/** Longer than any transaction stays open. What was to be read may have been deleted meanwhile, and then nothing comes. */
const STALL_MS = 120_000;

const createWatch = () => {
  const stalled = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: stalled.signal,
    rest: () => clearTimeout(timer),
    look: () => {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), STALL_MS);
    },
  };
};

const sizeOf = ({ key, value, headers }: InboundRecord): number =>
  Object.values(headers)
    .flat()
    .reduce((sum, header) => sum + (header?.length ?? 0), (key?.length ?? 0) + (value?.length ?? 0));

/** The client tells an administrator only of what lies before the first open transaction, behind which letters may be committed already. */
const extentsOf = async (kafka: Kafka, topics: readonly string[], partition: number): Promise<Map<string, Extent>> => {
  const cluster = clusterOf(kafka);
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([...topics]);
    await cluster.refreshMetadataIfNecessary();
    const existing = topics.filter((topic) => countOf(cluster, topic) > partition);
    if (existing.length === 0) return new Map();
    const asked = existing.map((topic) => ({ topic, partitions: [{ partition }] }));
    const ends = offsetsIn(await cluster.fetchTopicsOffset(asked.map((each) => ({ ...each, fromBeginning: false }))));
    const starts = offsetsIn(await cluster.fetchTopicsOffset(asked.map((each) => ({ ...each, fromBeginning: true }))));
    return new Map(existing.map((topic) => [topic, { start: starts.get(topic) ?? 0, end: ends.get(topic) ?? 0 }]));
  } finally {
    await cluster.disconnect();
  }
};

const countOf = (cluster: Cluster, topic: string): number => cluster.findTopicPartitionMetadata(topic).length;

const offsetsIn = (
  answer: readonly { readonly topic: string; readonly partitions: readonly { readonly offset: string }[] }[],
): Map<string, number> => new Map(answer.map(({ topic, partitions }) => [topic, Number(partitions[0]?.offset ?? 0)]));
