/** What must become of one input: applied, or refused and for which reason. A function of the record and the schemas alone. */
import { isUtf8 } from 'node:buffer';
import { createDecode, type Decode } from './avro.ts';
import {
  byCustomer,
  INPUT_TOPICS,
  type InputType,
  isInternal,
  KEY_FIELDS,
  READER_SCHEMAS,
  readerNode,
} from './contracts.ts';
import { partitionOf } from './murmur2.ts';
import { isTree, textOf, type Tree } from './read.ts';
import { faultOf } from './rules.ts';
import type { JudgeSettings, LogRecord, WriterSchemas } from './types.ts';

export type Verdict =
  | { readonly kind: 'applied'; readonly type: InputType; readonly event: Tree }
  | {
      readonly kind: 'refused';
      /** One of the README's table. */
      readonly reason: string;
      readonly field?: string;
      /** What it says, where it can be read. */
      readonly event?: Tree;
    };

type Refused = Extract<Verdict, { kind: 'refused' }>;

const refused = (reason: string): Refused => ({ kind: 'refused', reason });

type Settings = Pick<JudgeSettings, 'prefix' | 'rekeyed' | 'partitions' | 'schemas' | 'futureToleranceMs'>;

/** Throws a TypeError when the topic is no input. */
export const verdictOf = (record: LogRecord, settings: Settings): Verdict => {
  const { type, keyed } = inputOf(record.topic, settings);
  const decoded = decodeValue(record.value, type, settings.schemas);
  if ('reason' in decoded) return refused(decoded.reason);
  const { event } = decoded;
  if (keyed !== 'otherwise') {
    const key = customerOf(record);
    if (key === null) return { ...refused('missing-key'), event };
    const field = KEY_FIELDS[type];
    if (key !== textOf(event, field)) return { ...refused('key-mismatch'), field, event };
    // Links have places of their own, which are judged with them.
    if (type !== 'CustomerLink' && partitionOf(key, settings.partitions) !== record.partition) {
      return { ...refused('misplaced'), event };
    }
  }
  // The record of what the system says to itself has the time of a member, and the event that of others.
  const isDatedByOthers = isInternal(type) && !['refresh', 'retention'].includes(textOf(event, 'kind') ?? '');
  const latest = isDatedByOthers ? Number.POSITIVE_INFINITY : sentAt(record, keyed) + settings.futureToleranceMs;
  const fault = faultOf(readerNode(type), event, latest);
  return fault === null ? { kind: 'applied', type, event } : { kind: 'refused', ...fault, event };
};

export interface InputTopic {
  readonly type: InputType;
  /** `anew`: the messages of a topic that is keyed otherwise, sent on. */
  readonly keyed: 'as it should be' | 'otherwise' | 'anew';
}

/** Throws a TypeError when the topic is no input. */
export const inputOf = (topic: string, { prefix, rekeyed }: Pick<JudgeSettings, 'prefix' | 'rekeyed'>): InputTopic => {
  for (const [input, type] of Object.entries(INPUT_TOPICS)) {
    const isRekeyed = rekeyed.includes(input);
    if (topic === prefix + input) return { type, keyed: isRekeyed ? 'otherwise' : 'as it should be' };
    if (isRekeyed && topic === byCustomer(prefix + input)) return { type, keyed: 'anew' };
  }
  throw new TypeError('a record of a topic that is no input');
};

/** When upstream sent the message. */
export const sentAt = ({ headers, timestamp }: LogRecord, keyed: InputTopic['keyed']): number => {
  const said = keyed === 'anew' ? headers['origin-timestamp'] : undefined;
  return said == null ? timestamp : Number(said);
};

const MOST_KEY_BYTES = 1024;

/** The customer that the key names; null when it can name none: absent, empty, huge or no text. */
export const customerOf = ({ key }: Pick<LogRecord, 'key'>): string | null =>
  key === null || key.length === 0 || key.length > MOST_KEY_BYTES || !isUtf8(key) ? null : key.toString('utf8');

const MAGIC = 0;
const HEADER_BYTES = 5;

/** A value in the Confluent wire format, read as the record; or the reason why it never can be. */
export const decodeValue = (
  value: Buffer | null,
  record: string,
  schemas: WriterSchemas,
): { readonly event: Tree } | { readonly reason: string } => {
  if (value === null || value.length === 0) return { reason: 'empty-value' };
  if (value.length < HEADER_BYTES || value[0] !== MAGIC) return { reason: 'not-confluent-format' };
  const id = value.readUInt32BE(1);
  if (!schemas.has(id)) return { reason: 'unknown-schema' };
  const decode = decodeOf(schemas.get(id), record);
  if (decode === null) return { reason: 'wrong-schema' };
  try {
    return { event: decode(value.subarray(HEADER_BYTES)) as Tree };
  } catch {
    return { reason: 'undecodable' };
  }
};

/** By writer schema, then by record; null when what the one writes cannot be read as the other. */
const decodes = new WeakMap<Tree, Map<string, Decode | null>>();

const decodeOf = (schema: unknown, record: string): Decode | null => {
  if (!isTree(schema)) return null;
  const known = decodes.get(schema) ?? new Map<string, Decode | null>();
  decodes.set(schema, known);
  let decode = known.get(record);
  if (decode === undefined) known.set(record, (decode = build(schema, record)));
  return decode;
};

const build = (schema: Tree, record: string): Decode | null => {
  try {
    return createDecode(schema, READER_SCHEMAS.get(record));
  } catch {
    return null;
  }
};
