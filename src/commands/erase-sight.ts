/** Looks at databases and topics for what becomes of an erasure. Changes nothing. */
import type { Config } from '../config.ts';
import { contractOf, contracts, deadLetterTopic, routesOf } from '../domain/contracts.ts';
import { ProfileError } from '../errors.ts';
import { headerOf } from '../pipeline/letters.ts';
import type { InboundRecord } from '../pipeline/ports.ts';
import type { Request, Sight } from './erase-outcome.ts';

type SightConfig = Pick<
  Config<'kafka' | 'mongodb' | 'erasure'>,
  'kafka' | 'mongodb' | 'erasure' | 'group' | 'topicPrefix' | 'rekeyedInputs'
>;

/** Throws GROUP_MISMATCH when it could not tell whether somebody was erased, and TOPIC_MISSING. */
export const openSight = async (config: SightConfig): Promise<Sight & { close(): Promise<void> }> => {
  const [{ createKafka }, { createGroupOffsets }, { createPlacement }, { readTopics }, { describeTopics }] =
    await Promise.all([
      import('../adapters/kafka/client.ts'),
      import('../adapters/kafka/offsets.ts'),
      import('../adapters/kafka/placement.ts'),
      import('../adapters/kafka/record-stream.ts'),
      import('../adapters/kafka/topics.ts'),
    ]);
  const [{ connectMongo }, { checkErasureKeys }, { createProfileStore }, { createSweepMarks }] = await Promise.all([
    import('../adapters/mongodb/client.ts'),
    import('../adapters/mongodb/database.ts'),
    import('../adapters/mongodb/profiles.ts'),
    import('../adapters/mongodb/sweeps.ts'),
  ]);
  const { group, topicPrefix, rekeyedInputs, erasure } = config;
  const all = contracts(topicPrefix, rekeyedInputs);
  const inputs = all.filter(({ direction }) => direction === 'input').map(({ topic }) => topic);
  const asked = contractOf('PrivacyRequested', topicPrefix).topic;
  const letters = [asked, ...[routesOf(all).get(asked) ?? []].flat()].map(deadLetterTopic);

  const kafka = createKafka(config.kafka, 'customer-profile-erase');
  const { partitions = 0 } = (await describeTopics(kafka, [asked])).get(asked) ?? {};
  if (partitions === 0) throw new ProfileError('TOPIC_MISSING', `no topic ${asked}`);
  const partitionOf = createPlacement(partitions);
  const mongo = await connectMongo(config.mongodb);
  const offsets = createGroupOffsets(kafka, { group, topics: inputs, onOutOfRange: () => undefined });
  const [store, marks] = [createProfileStore(mongo.db, erasure.keys), createSweepMarks(mongo.db)];
  const close = async (): Promise<void> => {
    await Promise.all([offsets.close(), mongo.close()]);
  };
  try {
    await checkErasureKeys(mongo.db, erasure.keys);
  } catch (error) {
    await close();
    throw error;
  }
  const stored = async (customerId: string) => (await store.load([customerId])).get(customerId);

  return {
    document: async (customerId) => (await stored(customerId))?.read() ?? null,
    isAlone: async (customerId) => ((await stored(customerId))?.losers ?? []).length === 0,
    isCommitted: async ({ topic, partition, offset }, customerId) =>
      offset < ((await offsets.read(partition ?? partitionOf(customerId)))[topic] ?? 0),
    refusalOf: async (request) => {
      for await (const letter of readTopics(config.kafka, letters)) {
        if (isOf(letter, request)) {
          return {
            reason: headerOf(letter.headers, 'dlq-reason') ?? '',
            detail: headerOf(letter.headers, 'dlq-detail') ?? '',
          };
        }
      }
      return null;
    },
    latestErasure: () => marks.latest(),
    unswept: async ({ latest, recent }) => {
      const tasks = Array.from({ length: partitions }, (_, partition) => marks.read(`${group}:${partition}`));
      const swept = await Promise.all(tasks);
      const isSwept = (mark: (typeof swept)[number]): boolean =>
        mark !== null && (mark.latest > latest || (mark.latest === latest && mark.recent >= recent));
      return swept.filter((mark) => !isSwept(mark)).length;
    },
    close,
  };
};

/** Of the request itself, or of what went on of it. */
const isOf = ({ headers }: InboundRecord, { topic, partition, offset }: Request): boolean =>
  ['dlq', 'origin'].some(
    (from) =>
      headerOf(headers, `${from}-topic`) === topic &&
      headerOf(headers, `${from}-partition`) === String(partition) &&
      headerOf(headers, `${from}-offset`) === String(offset),
  );
