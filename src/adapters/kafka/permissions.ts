/** What a member has to be allowed of Kafka, and no more; and what it is not. */
import { randomUUID } from 'node:crypto';
import kafkajs, { type Kafka } from 'kafkajs';
import { contracts, deadLetterTopic } from '../../domain/contracts.ts';
import { clusterOf } from './cluster.ts';
import { errorTypeOf, guarded } from './errors.ts';
import { READER_GROUPS } from './reader.ts';

export interface KafkaPermission {
  readonly resource: 'topic' | 'group' | 'transactional-id';
  readonly name: string;
  /** Of whatever begins so. */
  readonly isPrefix?: true;
  readonly operation: 'Read' | 'Write' | 'Delete' | 'DescribeConfigs';
}

type Operation = KafkaPermission['operation'];

const LETTERS: readonly Operation[] = ['Read', 'Write', 'Delete', 'DescribeConfigs'];

/** `rekeyed`: names of input topics, without the prefix, that upstream keys by something else than the customer. */
export const memberPermissions = (
  group: string,
  topicPrefix: string,
  rekeyed: readonly string[],
): KafkaPermission[] => {
  const ofTopic = (name: string, operations: readonly Operation[]) =>
    operations.map((operation) => ({ resource: 'topic', name, operation }) as const);
  return [
    ...contracts(topicPrefix, rekeyed).flatMap(({ topic, direction, internal }) => {
      if (direction === 'output') return ofTopic(topic, ['Write', 'DescribeConfigs']);
      const own: readonly Operation[] = internal ? ['Write'] : [];
      return [...ofTopic(topic, ['Read', ...own, 'DescribeConfigs']), ...ofTopic(deadLetterTopic(topic), LETTERS)];
    }),
    { resource: 'group', name: group, operation: 'Read' },
    { resource: 'group', name: READER_GROUPS, isPrefix: true, operation: 'Read' },
    { resource: 'group', name: READER_GROUPS, isPrefix: true, operation: 'Delete' },
    { resource: 'transactional-id', name: `${group}-`, isPrefix: true, operation: 'Write' },
  ];
};

export interface MissingPermissions {
  readonly missing: readonly KafkaPermission[];
  /** Nobody can tell before the transactional id may be used: the broker looks at that first. */
  readonly unknown: readonly KafkaPermission[];
}

/**
 * Those of the permissions that the client does not have. For each the broker is asked for something that it would refuse to do anyway, or
 * that would change nothing: it says first whether the client may ask. Throws KAFKA_UNAVAILABLE.
 */
export const missingPermissions = (kafka: Kafka, needed: readonly KafkaPermission[]): Promise<MissingPermissions> =>
  guarded('asking what is permitted', async () => {
    const cluster = clusterOf(kafka);
    try {
      await cluster.connect();
      await cluster.refreshMetadata();
      const broker = (await cluster.findControllerBroker()) as unknown as AskedBroker;
      const missing: KafkaPermission[] = [];
      const unknown: KafkaPermission[] = [];
      const transaction = transactionOf(needed);
      for (const permission of needed) {
        const refusal = await refusalOf(() => ask(broker, permission, transaction));
        if (refusal === REFUSALS[permission.resource]) missing.push(permission);
        else if (refusal === REFUSALS['transactional-id']) unknown.push(permission);
      }
      return { missing, unknown };
    } finally {
      await cluster.disconnect();
    }
  });

const REFUSALS: Readonly<Record<KafkaPermission['resource'], string>> = {
  topic: 'TOPIC_AUTHORIZATION_FAILED',
  group: 'GROUP_AUTHORIZATION_FAILED',
  'transactional-id': 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
};

/** What the broker objects to; null when to nothing. */
const refusalOf = async (asking: () => Promise<unknown>): Promise<string | null> => {
  try {
    await asking();
    return null;
  } catch (error) {
    const [refused = error] = errorsIn(error);
    if (refused instanceof kafkajs.KafkaJSProtocolError) return errorTypeOf(refused);
    throw error;
  }
};

/** Of a deletion, one a partition. */
const errorsIn = (error: unknown): readonly unknown[] =>
  error instanceof kafkajs.KafkaJSDeleteTopicRecordsError
    ? (error as unknown as { readonly partitions: readonly { readonly error: unknown }[] }).partitions.map(
        (each) => each.error,
      )
    : [];

/** As the client has it, whose types leave out most. */
interface AskedBroker {
  fetch(request: object): Promise<unknown>;
  heartbeat(request: object): Promise<unknown>;
  addPartitionsToTxn(request: object): Promise<unknown>;
  describeConfigs(request: object): Promise<unknown>;
  deleteRecords(request: object): Promise<unknown>;
  deleteGroups(groups: readonly string[]): Promise<{ readonly results: readonly { readonly error?: Error }[] }>;
}

/** There will be no such offset, and no such producer. */
const NEVER = '9223372036854775807';

interface Transaction {
  readonly id: string;
  /** One that may be written to. */
  readonly topic: string;
}

const transactionOf = (needed: readonly KafkaPermission[]): Transaction => ({
  id: `${needed.find(({ resource }) => resource === 'transactional-id')?.name ?? ''}0`,
  topic: needed.find(({ resource, operation }) => resource === 'topic' && operation === 'Write')?.name ?? '',
});

const ask = (
  broker: AskedBroker,
  { resource, name, isPrefix, operation }: KafkaPermission,
  { id, topic }: Transaction,
): Promise<unknown> => {
  const adds = (to: string) =>
    broker.addPartitionsToTxn({
      ...{ transactionalId: id, producerId: NEVER, producerEpoch: 0 },
      topics: [{ topic: to, partitions: [0] }],
    });
  if (resource === 'transactional-id') return adds(topic);
  if (resource === 'group') {
    const groupId = isPrefix ? `${name}${randomUUID()}` : name;
    return operation === 'Delete'
      ? deleted(broker, groupId)
      : broker.heartbeat({ groupId, groupGenerationId: -1, memberId: 'nobody' });
  }
  switch (operation) {
    case 'Read': {
      const partitions = [{ partition: 0, fetchOffset: NEVER, maxBytes: 1 }];
      return broker.fetch({ maxWaitTime: 0, minBytes: 0, isolationLevel: 1, topics: [{ topic: name, partitions }] });
    }
    case 'Write':
      return adds(name);
    case 'DescribeConfigs': {
      const { TOPIC: type } = kafkajs.ConfigResourceTypes;
      return broker.describeConfigs({ resources: [{ type, name, configNames: ['cleanup.policy'] }] });
    }
    case 'Delete':
      // What lies before the beginning.
      return broker.deleteRecords({ topics: [{ topic: name, partitions: [{ partition: 0, offset: '0' }] }] });
  }
};

const deleted = async (broker: AskedBroker, groupId: string): Promise<void> => {
  for (const { error } of (await broker.deleteGroups([groupId])).results) if (error !== undefined) throw error;
};
