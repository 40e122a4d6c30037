/** Traffic to bytes, broken as the item says. */
import { recordType } from '../adapters/registry/schemas.ts';
import { frame } from '../adapters/registry/wire.ts';
import type { UpstreamEvent } from '../domain/events.ts';
import type { OutboundRecord } from '../pipeline/ports.ts';
import type { TrafficItem } from './generate.ts';

/** No registry has given so many. */
const UNKNOWN_SCHEMA_ID = 2_000_000_011;
const TRUNCATED_BYTES = 60;

/** Of the schemas of inputs. */
type SchemaIds = Readonly<Record<UpstreamEvent['type'], number>>;

const types = {
  OrderFinalized: recordType('OrderFinalized'),
  ContractSigned: recordType('ContractSigned'),
  PrivacyRequested: recordType('PrivacyRequested'),
};

export const encodeTraffic = (item: TrafficItem, schemaIds: SchemaIds, topicPrefix = ''): OutboundRecord => ({
  topic: topicPrefix + item.topic,
  key: item.key,
  value: valueOf(item, schemaIds),
  headers: item.headers,
});

const valueOf = ({ input, expected }: TrafficItem, schemaIds: SchemaIds): Buffer | null => {
  if (expected === 'empty-value') return null;
  if (expected === 'not-confluent-format') return Buffer.from(JSON.stringify(input.event));
  const body = bodyOf(input);
  if (expected === 'unknown-schema') return frame(UNKNOWN_SCHEMA_ID, body);
  if (expected === 'wrong-schema') return frame(schemaIds[otherThan(input.type)], body);
  return frame(schemaIds[input.type], expected === 'undecodable' ? body.subarray(0, TRUNCATED_BYTES) : body);
};

const bodyOf = ({ type, event }: UpstreamEvent): Buffer => types[type].toBuffer(event);

const otherThan = (type: UpstreamEvent['type']): UpstreamEvent['type'] =>
  type === 'OrderFinalized' ? 'ContractSigned' : 'OrderFinalized';
