/** The one declaration of topics and what they carry: the check at start, `topics`, the decoder and the tests read it. */

import { AUDIENCES } from './audiences/index.ts';

export type RecordName =
  | 'OrderFinalized'
  | 'ContractSigned'
  | 'ProfileCommand'
  | 'CustomerLink'
  | 'CustomerUpdated'
  | (typeof AUDIENCES)[number]['record'];
export type Compatibility = 'BACKWARD_TRANSITIVE' | 'FULL_TRANSITIVE';
export type Direction = 'input' | 'output';

interface Declaration {
  readonly topic: string;
  readonly direction: Direction;
  readonly record: RecordName;
  /** Only this system writes to it. */
  readonly internal?: true;
}

const DECLARATIONS: readonly Declaration[] = [
  { topic: 'order-finalized', direction: 'input', record: 'OrderFinalized' },
  { topic: 'contract-signed', direction: 'input', record: 'ContractSigned' },
  { topic: 'profile-command', direction: 'input', record: 'ProfileCommand', internal: true },
  { topic: 'customer-link', direction: 'input', record: 'CustomerLink', internal: true },
  { topic: 'customer-updated', direction: 'output', record: 'CustomerUpdated' },
  ...AUDIENCES.map(({ name, record }): Declaration => ({
    topic: `customer-updated.${name}`,
    direction: 'output',
    record,
  })),
];

/** A topic that carries one Avro record under one subject. */
export interface Contract extends Declaration {
  /** The topic's name with the prefix. */
  readonly topic: string;
  /** The subject of its values in the registry (TopicNameStrategy). */
  readonly subject: string;
  readonly compatibility: Compatibility;
}

/** A topic as it has to exist. Partition count and replication are the cluster's matter. */
export interface Topic {
  readonly topic: string;
  readonly direction: Direction | 'dead-letter';
  /** Topic configuration by Kafka's own names. */
  readonly configs: Readonly<Record<string, string>>;
}

const MiB = 1024 * 1024;
const days = (count: number): string => String(count * 24 * 60 * 60 * 1000);

/** Readers of inputs are us, so writers may lag; readers of outputs are others, ahead of us or behind. */
const COMPATIBILITY = { input: 'BACKWARD_TRANSITIVE', output: 'FULL_TRANSITIVE' } as const;

/** Limits grow along the road: a profile outgrows the events it is made of, a dead letter adds headers to its input. */
const CONFIGS = {
  input: { 'cleanup.policy': 'delete', 'retention.ms': days(30), 'max.message.bytes': String(MiB) },
  output: { 'cleanup.policy': 'compact', 'min.compaction.lag.ms': days(7), 'max.message.bytes': String(4 * MiB) },
  /** A member whose clock is slow must not have it deleted before it is read. */
  internal: { 'message.timestamp.type': 'LogAppendTime' },
  'dead-letter': { 'cleanup.policy': 'delete', 'retention.ms': days(90), 'max.message.bytes': String(2 * MiB) },
} as const;

/** Every contract, in the order of declaration. */
export const contracts = (prefix = ''): Contract[] =>
  DECLARATIONS.map(({ topic, ...declared }) => ({
    ...declared,
    topic: prefix + topic,
    subject: `${prefix}${topic}-value`,
    compatibility: COMPATIBILITY[declared.direction],
  }));

/** Where the refused messages of an input topic go. */
export const deadLetterTopic = (inputTopic: string): string => `${inputTopic}.dlq`;

/** Every topic that has to exist: inputs, outputs, and the dead letters of each input. */
export const topics = (prefix = ''): Topic[] =>
  contracts(prefix).flatMap(({ topic, direction, internal }): Topic[] => [
    { topic, direction, configs: internal ? { ...CONFIGS[direction], ...CONFIGS.internal } : CONFIGS[direction] },
    ...(direction === 'input'
      ? [{ topic: deadLetterTopic(topic), direction: 'dead-letter' as const, configs: CONFIGS['dead-letter'] }]
      : []),
  ]);

/** The contract of the topic that carries a record. */
export const contractOf = (record: RecordName, prefix = ''): Contract => {
  const found = contracts(prefix).find((contract) => contract.record === record);
  if (!found) throw new Error(`no contract carries ${record}`);
  return found;
};
