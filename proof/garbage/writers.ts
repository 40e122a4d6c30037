/** The schemas that the messages are written with: ours, and those of writers ahead of us, behind us, and beside us. */
import { readFileSync } from 'node:fs';
import avro from 'avsc';
import type { RegistryClient } from '../../src/adapters/registry/client.ts';
import type { Schema } from './avro.ts';

interface RecordSchema {
  readonly type: 'record';
  readonly name: string;
  readonly namespace?: string;
  readonly fields: readonly { readonly name: string; readonly type: Schema }[];
}

const read = (name: string): RecordSchema =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}.avsc`, import.meta.url), 'utf8')) as RecordSchema;

const ORDER = read('OrderFinalized');
const CONTRACT = read('ContractSigned');

const withField = (schema: RecordSchema, ...fields: RecordSchema['fields']): RecordSchema => ({
  ...schema,
  fields: [...fields, ...schema.fields],
});

const withoutFields = (schema: RecordSchema, ...names: readonly string[]): RecordSchema => ({
  ...schema,
  fields: schema.fields.filter(({ name }) => !names.includes(name)),
});

/** Changes every part of a schema for which `change` gives something else. */
const rewritten = <T>(schema: T, change: (node: Record<string, unknown>) => Record<string, unknown>): T =>
  JSON.parse(JSON.stringify(schema), (_, node: unknown) =>
    typeof node === 'object' && node !== null && !Array.isArray(node) ? change(node as Record<string, unknown>) : node,
  ) as T;

const withSymbol = <T>(schema: T, symbol: string, ...names: readonly string[]): T =>
  rewritten(schema, (node) =>
    node['type'] === 'enum' && names.includes(node['name'] as string)
      ? { ...node, symbols: [...(node['symbols'] as string[]), symbol] }
      : node,
  );

const withType = <T>(schema: T, field: string, type: Schema): T =>
  rewritten(schema, (node) => (node['name'] === field && 'doc' in node ? { ...node, type } : node));

const ORDER_ENUMS = ['OrderState', 'OrderItemAction', 'OrderItemState', 'PartyType', 'ContactMediumType'] as const;
const CONTRACT_ENUMS = ['PartyType', 'ContactMediumType', 'ConsentPurpose', 'ConsentChannel'] as const;
const LATER = { name: 'LaterRecord', type: 'record', fields: [{ name: 'note', type: 'string' }] };

/** What the writer's schema is to the topic of its event: read, or not to be read. */
const AVRO = {
  OrderFinalized: ORDER,
  ContractSigned: CONTRACT,
  PrivacyRequested: read('PrivacyRequested'),
  ProfileCommand: read('ProfileCommand'),
  CustomerLink: read('CustomerLink'),
  CustomerUpdated: read('CustomerUpdated'),
  newerOrder: withField(
    withSymbol(ORDER, 'fromTheNextVersion', ...ORDER_ENUMS, 'ValidationState', 'PaymentMethodType'),
    { name: 'laterText', type: ['null', 'string'] },
    { name: 'laterRecords', type: { type: 'array', items: LATER } },
    { name: 'laterDetails', type: { type: 'map', values: 'long' } },
    { name: 'laterRatio', type: 'double' },
  ),
  newerContract: withField(withSymbol(CONTRACT, 'fromTheNextVersion', ...CONTRACT_ENUMS, 'ValidationState'), {
    name: 'laterRecords',
    type: { type: 'array', items: LATER },
  }),
  olderOrder: withoutFields(ORDER, 'paymentMethod', 'deviceFingerprint', 'deliveryAddress', 'contactMediums'),
  olderContract: withoutFields(CONTRACT, 'identification', 'creditProfile', 'languages', 'consents', 'autoRenews'),
  reversedOrder: { ...ORDER, fields: reversed(ORDER) },
  /** int is read as long, and bytes as string. */
  narrowOrder: withType(withType(ORDER, 'orderVersion', 'int'), 'sourceSystem', 'bytes'),
  /** Items that take no byte. */
  nothingsOrder: withField(ORDER, { name: 'nothings', type: { type: 'array', items: 'null' } }),
  nestedOrder: withField(ORDER, {
    name: 'lists',
    type: { type: 'array', items: { type: 'array', items: 'string' } },
  }),
  recursiveOrder: withField(ORDER, {
    name: 'chain',
    type: { type: 'record', name: 'Link', fields: [{ name: 'next', type: ['null', 'Link'] }] },
  }),
  /** Of our name, and without what we cannot do without. */
  keylessOrder: withoutFields(ORDER, 'orderId'),
  /** Of our name, with a type that cannot be read as ours. */
  textualOrder: withType(ORDER, 'occurredAt', 'string'),
  /** A number that may be none. */
  doubleOrder: withType(ORDER, 'orderVersion', 'double'),
  otherNamespace: { ...ORDER, namespace: 'somebodyelse' },
  foreign: { type: 'record', name: 'Invoice', namespace: 'billing', fields: [{ name: 'number', type: 'string' }] },
  string: 'string',
} as const satisfies Record<string, Schema>;

function reversed({ fields }: RecordSchema): RecordSchema['fields'] {
  // A name has to be declared before it is used.
  const declares = ({ name }: { readonly name: string }): boolean =>
    ['orderTotalPrice', 'contactMediums'].includes(name);
  return [...fields.filter(declares), ...fields.filter((field) => !declares(field)).toReversed()];
}

/** Schemas that are not Avro at all, by the registry's name of their kind. */
const OTHER_KINDS = {
  jsonSchema: { schemaType: 'JSON', schema: '{"type":"object","properties":{"orderId":{"type":"string"}}}' },
  protobuf: { schemaType: 'PROTOBUF', schema: 'syntax = "proto3"; message OrderFinalized { string order_id = 1; }' },
} as const;

export type AvroWriter = keyof typeof AVRO;
export type Writer = AvroWriter | keyof typeof OTHER_KINDS;

/** Ids by writer, and one that the registry does not know. */
export type Ids = Readonly<Record<Writer | 'unknown', number>>;

export const schemaOf = (writer: AvroWriter): Schema => AVRO[writer];

/** What a registry needs besides the schemas of the topics, each under a subject of its own. */
export interface ExtraWriter {
  readonly name: Writer;
  readonly schemaType: 'AVRO' | 'JSON' | 'PROTOBUF';
  readonly schema: string;
}

const OURS: readonly string[] = [
  'OrderFinalized',
  'ContractSigned',
  'PrivacyRequested',
  'ProfileCommand',
  'CustomerLink',
  'CustomerUpdated',
];

export const EXTRA_WRITERS: readonly ExtraWriter[] = [
  ...Object.entries(AVRO)
    .filter(([name]) => !OURS.includes(name))
    .map(([name, schema]) => ({
      name: name as AvroWriter,
      schemaType: 'AVRO' as const,
      schema: JSON.stringify(schema),
    })),
  ...Object.entries(OTHER_KINDS).map(([name, kind]) => ({ name: name as keyof typeof OTHER_KINDS, ...kind })),
];

const WRITERS = [...Object.keys(AVRO), ...Object.keys(OTHER_KINDS)] as readonly Writer[];

/** Ids as a registry would give them, for runs without one. */
export const OFFLINE_IDS = {
  ...Object.fromEntries(WRITERS.map((writer, index) => [writer, index + 1])),
  unknown: 2_000_000_011,
} as Ids;

/** What the registry has by id, as parsed JSON: what the independent judge is given. */
export const OFFLINE_SCHEMAS: ReadonlyMap<number, unknown> = new Map(
  WRITERS.map((writer) => [
    OFFLINE_IDS[writer],
    writer in AVRO
      ? AVRO[writer as AvroWriter]
      : (JSON.parse(writer === 'jsonSchema' ? OTHER_KINDS.jsonSchema.schema : '{}') as unknown),
  ]),
);

const types = new Map<number, avro.Type | 'unusable'>(
  WRITERS.map((writer) => [
    OFFLINE_IDS[writer],
    writer in AVRO ? avro.Type.forSchema(AVRO[writer as AvroWriter] as avro.Schema) : 'unusable',
  ]),
);

/** A registry that knows the writers. */
export const offlineRegistry: RegistryClient = {
  writerType: (id) => Promise.resolve(types.get(id) ?? 'unknown'),
  call: () => Promise.resolve({ status: 200, code: null, body: { id: OFFLINE_IDS.CustomerUpdated } }),
};
