/** Traffic taken through decoder, judge and plan without servers: the logs and documents that a correct system leaves. */
import { createDecoder } from '../../src/adapters/registry/decoder.ts';
import type { RegistryClient } from '../../src/adapters/registry/client.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import { contracts, type RecordName } from '../../src/domain/contracts.ts';
import { customerUpdated } from '../../src/domain/customer-updated.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import { isRefusal, judge } from '../../src/domain/refusal.ts';
import { deadLetter } from '../../src/pipeline/dead-letter.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { type Delivery, planCustomer } from '../../src/pipeline/plan.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { encodeTraffic, generateTraffic, type TrafficOptions } from '../../src/traffic/index.ts';

export const SCHEMA_IDS: Readonly<Record<RecordName, number>> = {
  OrderFinalized: 1,
  ContractSigned: 2,
  CustomerUpdated: 3,
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

export interface World {
  inputs: InboundRecord[];
  outputs: InboundRecord[];
  deadLetters: InboundRecord[];
  documents: ProfileDocument[];
}

const PARTITION = 0;
const BATCH = 20;
const RECORDED_AT = Date.UTC(2026, 0, 1);
const FUTURE_TOLERANCE_MS = 300_000;

export const trafficWorld = async (options: TrafficOptions): Promise<World> => {
  const world: World = { inputs: [], outputs: [], deadLetters: [], documents: [] };
  const ends: Record<string, number> = {};
  const append = (log: InboundRecord[], { topic, key, value, headers }: OutboundRecord): void => {
    const offset = ends[topic] ?? 0;
    ends[topic] = offset + 1;
    const bytes = typeof key === 'string' ? Buffer.from(key) : key;
    log.push({ topic, partition: PARTITION, offset, timestamp: RECORDED_AT, key: bytes, value, headers });
  };
  for (const item of generateTraffic(options)) append(world.inputs, encodeTraffic(item, SCHEMA_IDS));

  const decoder = trafficDecoder();
  await decoder.prepare(world.inputs.map(({ value }) => value));
  const documents = new Map<string, ProfileDocument>();
  let from: Record<string, number> = Object.fromEntries(contracts().map(({ topic }) => [topic, 0]));
  for (let i = 0; i < world.inputs.length; i += BATCH) {
    const to = { ...from };
    const byCustomer = new Map<string, Delivery[]>();
    for (const record of world.inputs.slice(i, i + BATCH)) {
      const { topic, offset, timestamp } = record;
      to[topic] = offset + 1;
      const event = decoder.decode(topic, record.value);
      const key = record.key?.toString() ?? null;
      const arrival = { key, recordTimestamp: timestamp, futureToleranceMs: FUTURE_TOLERANCE_MS };
      const refusal = isRefusal(event) ? event : judge(event, arrival);
      if (refusal) append(world.deadLetters, deadLetter(record, refusal));
      if (key !== null)
        byCustomer.set(key, [...(byCustomer.get(key) ?? []), { topic, offset, input: refusal ?? event }]);
    }
    for (const [customerId, deliveries] of byCustomer) {
      const plan = planCustomer(customerId, documents.get(customerId) ?? null, deliveries, { epoch: 1, from, to });
      if (plan.document !== null) documents.set(customerId, plan.document);
      if (!plan.publish || plan.document?.profile == null || plan.document.pending === null) continue;
      const { version, previousVersion, pending, profile } = plan.document;
      const value = encodeUpdate(customerUpdated({ customerId, version, previousVersion, pending, profile }));
      append(world.outputs, { topic: 'customer-updated', key: customerId, value, headers: {} });
    }
    from = to;
  }
  world.documents = [...documents.values()];
  return world;
};
