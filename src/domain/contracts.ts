/** The one declaration of topics and what they carry: the check at start, `topics`, the decoder and the tests read it. */

import { AUDIENCES } from './audiences/index.ts';

export type RecordName =
  | 'OrderFinalized'
  | 'ContractSigned'
  | 'PrivacyRequested'
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
  /** Upstream keys it by something else than the customer: where its messages go on, by customer. */
  readonly rekeyedTo?: string;
}

const DECLARATIONS: readonly Declaration[] = [
  { topic: 'order-finalized', direction: 'input', record: 'OrderFinalized' },
  { topic: 'contract-signed', direction: 'input', record: 'ContractSigned' },
  { topic: 'privacy-requested', direction: 'input', record: 'PrivacyRequested' },
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
  /** Topics that take its messages as they are, with more headers. */
  readonly copiedTo: readonly string[];
}

const MiB = 1024 * 1024;
const days = (count: number): string => String(count * 24 * 60 * 60 * 1000);

/** Readers of inputs are us, so writers may lag; readers of outputs are others, ahead of us or behind. */
const COMPATIBILITY = { input: 'BACKWARD_TRANSITIVE', output: 'FULL_TRANSITIVE' } as const;

const CONFIGS = {
  input: { 'cleanup.policy': 'delete', 'retention.ms': days(30) },
  output: { 'cleanup.policy': 'compact', 'min.compaction.lag.ms': days(7) },
  /** What is old already, or comes from a member whose clock is slow, must not be deleted before it is read. */
  internal: { 'message.timestamp.type': 'LogAppendTime' },
  'dead-letter': { 'cleanup.policy': 'delete', 'retention.ms': days(90) },
} as const;

/**
 * Every contract, in the order of declaration. `rekeyed`: names of input topics, without the prefix, that upstream keys by
 * something else than the customer.
 */
export const contracts = (prefix = '', rekeyed: readonly string[] = []): Contract[] =>
  DECLARATIONS.flatMap((declared) => {
    if (!rekeyed.includes(declared.topic)) return [declared];
    const rekeyedTo = `${declared.topic}.by-customer`;
    return [
      { ...declared, rekeyedTo: prefix + rekeyedTo },
      { ...declared, topic: rekeyedTo, internal: true as const },
    ];
  }).map(({ topic, ...declared }) => ({
    ...declared,
    topic: prefix + topic,
    subject: `${prefix}${topic}-value`,
    compatibility: COMPATIBILITY[declared.direction],
  }));

/** Of inputs that are keyed by something else than the customer: where their messages go on. */
export const routesOf = (all: readonly Contract[]): Map<string, string> =>
  new Map(all.flatMap(({ topic, rekeyedTo }) => (rekeyedTo === undefined ? [] : [[topic, rekeyedTo]])));

/** Where the refused messages of an input topic go. */
export const deadLetterTopic = (inputTopic: string): string => `${inputTopic}.dlq`;

/** Every topic that has to exist: inputs, outputs, and the dead letters of each input. */
export const topics = (prefix = '', rekeyed: readonly string[] = []): Topic[] => {
  const all = contracts(prefix, rekeyed);
  const copies = new Set(routesOf(all).values());
  return all.flatMap((contract) =>
    contract.direction === 'output' ? [outputTopic(contract)] : inputTopics(contract, copies.has(contract.topic)),
  );
};

const limitedTo = (bytes: number): Topic['configs'] => ({ 'max.message.bytes': String(bytes) });

/** Limits grow along the road: a profile outgrows the events it is made of, and whoever copies a message adds headers. */
const outputTopic = ({ topic, direction }: Contract): Topic => ({
  ...{ topic, direction, copiedTo: [] },
  configs: { ...CONFIGS.output, ...limitedTo(4 * MiB) },
});

const inputTopics = ({ topic, direction, internal, rekeyedTo }: Contract, isCopy: boolean): Topic[] => {
  const limit = isCopy ? 2 * MiB : MiB;
  const letters = deadLetterTopic(topic);
  return [
    {
      ...{ topic, direction, copiedTo: rekeyedTo === undefined ? [letters] : [letters, rekeyedTo] },
      configs: { ...CONFIGS.input, ...limitedTo(limit), ...(internal && CONFIGS.internal) },
    },
    {
      ...{ topic: letters, direction: 'dead-letter', copiedTo: [] },
      configs: { ...CONFIGS['dead-letter'], ...limitedTo(2 * limit) },
    },
  ];
};

/** The contract of the topic that carries a record. */
export const contractOf = (record: RecordName, prefix = ''): Contract => {
  const found = contracts(prefix).find((contract) => contract.record === record);
  if (!found) throw new Error(`no contract carries ${record}`);
  return found;
};
