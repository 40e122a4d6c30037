/** Traffic taken through decoder, judge and plan without servers: the logs and documents that a correct system leaves. */
import { createDecoder } from '../../src/adapters/registry/decoder.ts';
import type { RegistryClient } from '../../src/adapters/registry/client.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, createWriter, frame } from '../../src/adapters/registry/wire.ts';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { contractOf, contracts, type RecordName } from '../../src/domain/contracts.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import { isRefusal, judge } from '../../src/domain/refusal.ts';
import type { ProfileRules } from '../../src/domain/rules.ts';
import { announce, type AudienceOutput } from '../../src/pipeline/announce.ts';
import { deadLetter } from '../../src/pipeline/dead-letter.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { type Delivery, planCustomer } from '../../src/pipeline/plan.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { encodeTraffic, generateTraffic, type TrafficOptions } from '../../src/traffic/index.ts';
import { RULES } from './rules.ts';

export const SCHEMA_IDS: Readonly<Record<RecordName, number>> = {
  OrderFinalized: 1,
  ContractSigned: 2,
  CustomerUpdated: 3,
  MarketingProfileUpdated: 4,
  ChurnProfileUpdated: 5,
  FraudProfileUpdated: 6,
};

/** A registry that knows the schemas of the contracts and nothing else. */
export const registryStandIn: RegistryClient = {
  writerType: (id) => {
    const record = (Object.keys(SCHEMA_IDS) as RecordName[]).find((name) => SCHEMA_IDS[name] === id);
    return Promise.resolve(record ? recordType(record) : 'unknown');
  },
  call: () => Promise.reject(new Error('not asked')),
};

export const trafficDecoder = () => createDecoder(registryStandIn, contracts(), { unknownSchemaGraceMs: 0 });

const updates = recordType('CustomerUpdated');

export const encodeUpdate = (event: CustomerUpdated): Buffer =>
  frame(SCHEMA_IDS.CustomerUpdated, updates.toBuffer(event));

export const decodeUpdate = (value: Buffer | null): Promise<CustomerUpdated | null> =>
  Promise.resolve(value && (updates.fromBuffer(bodyOf(value)) as CustomerUpdated));

const audiences = AUDIENCES.map(({ name, record, view }): AudienceOutput => {
  const encoder = { encode: createWriter(SCHEMA_IDS[record], recordType(record)) };
  return { name, record, view, topic: contractOf(record).topic, encoder };
});

/** It takes longer to make than to use. */
const decoder = trafficDecoder();

const inputTypes = { OrderFinalized: recordType('OrderFinalized'), ContractSigned: recordType('ContractSigned') };

export interface World {
  inputs: InboundRecord[];
  /** `customer-updated` only. */
  outputs: InboundRecord[];
  /** The topics of all audiences. */
  heard: InboundRecord[];
  /** Of either, what only a read_uncommitted subscriber sees. */
  aborted: InboundRecord[];
  deadLetters: InboundRecord[];
  documents: ProfileDocument[];
}

export interface Playing {
  readonly batch?: number;
  readonly rules?: ProfileRules;
  /** Whether the transaction of the n-th attempt is aborted, after documents were saved; the next batch is one longer. */
  readonly aborts?: (attempt: number) => boolean;
}

const PARTITION = 0;
const RECORDED_AT = Date.UTC(2026, 0, 1);
const FUTURE_TOLERANCE_MS = 300_000;

export const trafficWorld = (options: TrafficOptions): Promise<World> =>
  play([...generateTraffic(options)].map((item) => encodeTraffic(item, SCHEMA_IDS)));

export const eventWorld = (events: readonly InputEvent[], playing?: Playing): Promise<World> =>
  play(
    events.map((input) => {
      const value = frame(SCHEMA_IDS[input.type], inputTypes[input.type].toBuffer(input.event));
      return { topic: contractOf(input.type).topic, key: input.event.customerId, value, headers: {} };
    }),
    playing,
  );

const play = async (
  inputs: readonly OutboundRecord[],
  { batch = 20, rules = RULES, aborts = () => false }: Playing = {},
): Promise<World> => {
  const world: World = { inputs: [], outputs: [], heard: [], aborted: [], deadLetters: [], documents: [] };
  const ends: Record<string, number> = {};
  const append = (log: InboundRecord[], { topic, key, value, headers }: OutboundRecord): void => {
    const offset = ends[topic] ?? 0;
    ends[topic] = offset + 1;
    const bytes = typeof key === 'string' ? Buffer.from(key) : key;
    log.push({ topic, partition: PARTITION, offset, timestamp: RECORDED_AT, key: bytes, value, headers });
  };
  for (const input of inputs) append(world.inputs, input);

  await decoder.prepare(world.inputs.map(({ value }) => value));
  const outputTopic = contractOf('CustomerUpdated').topic;
  const outputs = { encoder: { encode: encodeUpdate }, outputTopic, audiences, group: 'traffic' };
  const documents = new Map<string, ProfileDocument>();
  let from: Record<string, number> = Object.fromEntries(contracts().map(({ topic }) => [topic, 0]));
  for (let i = 0, size = batch, epoch = 1; i < world.inputs.length; epoch += 1) {
    const isAborted = aborts(epoch);
    const to = { ...from };
    const byCustomer = new Map<string, Delivery[]>();
    for (const record of world.inputs.slice(i, i + size)) {
      const { topic, offset, timestamp } = record;
      to[topic] = offset + 1;
      const event = decoder.decode(topic, record.value);
      const key = record.key?.toString() ?? null;
      const arrival = { key, recordTimestamp: timestamp, futureToleranceMs: FUTURE_TOLERANCE_MS };
      const refusal = isRefusal(event) ? event : judge(event, arrival);
      if (refusal && !isAborted) append(world.deadLetters, deadLetter(record, refusal));
      if (key !== null)
        byCustomer.set(key, [...(byCustomer.get(key) ?? []), { topic, offset, input: refusal ?? event }]);
    }
    for (const [customerId, deliveries] of byCustomer) {
      const before = documents.get(customerId) ?? null;
      const plan = planCustomer(customerId, before, deliveries, { epoch, from, to }, audiences, rules);
      if (plan.document !== null) documents.set(customerId, plan.document);
      if (!plan.publish) continue;
      for (const record of announce(outputs, plan.document, plan.tellings)) {
        const log = record.topic === outputTopic ? world.outputs : world.heard;
        append(isAborted ? world.aborted : log, record);
      }
    }
    if (isAborted) {
      size += 1;
      continue;
    }
    from = to;
    i += size;
    size = batch;
  }
  world.documents = [...documents.values()];
  return world;
};
