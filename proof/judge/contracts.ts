/** What arrives where, and the reasons to refuse it: the tables of the README, and the schemas with which all of it is read. */
import { readFileSync } from 'node:fs';
import { parseSchema, type RecordNode } from './avro-schema.ts';

/** Whoever adds an input topic adds it here, and what its events say in statements.ts. */
export const INPUT_TOPICS = {
  'order-finalized': 'OrderFinalized',
  'contract-signed': 'ContractSigned',
  'privacy-requested': 'PrivacyRequested',
  'profile-command': 'ProfileCommand',
  'customer-link': 'CustomerLink',
} as const;

export type InputType = (typeof INPUT_TOPICS)[keyof typeof INPUT_TOPICS];

/** What is about one customer and changes what is known of that one. */
export type EventType = Exclude<InputType, 'CustomerLink'>;

/** What the system says to itself. */
export const isInternal = (type: InputType): boolean => type === 'ProfileCommand' || type === 'CustomerLink';

/** By which field the messages of a topic are keyed. */
export const KEY_FIELDS: Readonly<Record<InputType, string>> = {
  OrderFinalized: 'customerId',
  ContractSigned: 'customerId',
  PrivacyRequested: 'customerId',
  ProfileCommand: 'customerId',
  CustomerLink: 'link',
};

/** What customers may have in common, by name. */
export const LINK_KINDS = ['address', 'device', 'email', 'paymentInstrument', 'phone'] as const;

export type LinkKind = (typeof LINK_KINDS)[number];

/** Where the messages of an input go on that is keyed by something else. */
export const byCustomer = (topic: string): string => `${topic}.by-customer`;

export const OUTPUT_TOPIC = 'customer-updated';
export const OUTPUT_RECORD = 'CustomerUpdated';

/** Who is told of a customer in a topic of their own, by the last part of its name, and with which record. */
export const AUDIENCE_RECORDS = {
  marketing: 'MarketingProfileUpdated',
  churn: 'ChurnProfileUpdated',
  fraud: 'FraudProfileUpdated',
} as const;

export type Audience = keyof typeof AUDIENCE_RECORDS;

export const AUDIENCES = Object.keys(AUDIENCE_RECORDS) as readonly Audience[];

/** Whose topic it is; null when it is that of all that there is to know. Throws a TypeError when it is no output. */
export const audienceOf = (topic: string, prefix: string): Audience | null => {
  if (topic === prefix + OUTPUT_TOPIC) return null;
  const found = AUDIENCES.find((audience) => topic === `${prefix}${OUTPUT_TOPIC}.${audience}`);
  if (found === undefined) throw new TypeError('a record of a topic that is no output');
  return found;
};

export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;

export const REASONS: readonly string[] = [
  'missing-key',
  'key-mismatch',
  'misplaced',
  'empty-value',
  'not-confluent-format',
  'unknown-schema',
  'wrong-schema',
  'undecodable',
  'invalid-value',
  'from-the-future',
  'before-erasure',
  'legal-hold',
];

const schemaFile = (record: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../schemas/${record}.avsc`, import.meta.url), 'utf8'));

const RECORDS = [...Object.values(INPUT_TOPICS), OUTPUT_RECORD, ...Object.values(AUDIENCE_RECORDS)] as const;

/** Our own schema of each record, as JSON. */
export const READER_SCHEMAS: ReadonlyMap<string, unknown> = new Map(
  RECORDS.map((record) => [record, schemaFile(record)]),
);

const nodes = new Map<string, RecordNode>();
for (const [record, schema] of READER_SCHEMAS) {
  const node = parseSchema(schema);
  if (node.kind === 'record') nodes.set(record, node);
}

export const readerNode = (record: InputType): RecordNode => {
  const node = nodes.get(record);
  if (node === undefined) throw new TypeError(`no schema of ${record}`);
  return node;
};
