/** The input logs of one schedule: a few events of a few customers, with duplicates, stale ones, refused ones and holes. */
import type { InputEvent } from '../../src/domain/events.ts';
import { refuse, type Refusal, type RefusalReason } from '../../src/domain/refusal.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import type { Random } from '../../src/traffic/random.ts';

export const TOPICS = ['order-finalized', 'contract-signed'] as const;
export const OUTPUT_TOPIC = 'customer-updated';
export const FUTURE_TOLERANCE_MS = 1_000;

const START = 1_700_000_000_000;
const RECORD_TIME = START + 1_000_000;

/** One record of an input topic, and what has to become of it. */
export interface Input {
  readonly record: InboundRecord;
  /** Null where the key names nobody. */
  readonly customerId: string | null;
  /** What the value decodes to. */
  readonly decoded: InputEvent | Refusal;
  /** applied or refused by every member alike; either: its schema is unknown to the registry for a while. */
  readonly verdict: 'applied' | 'either' | RefusalReason;
}

/** Values are numbers of inputs, as two bytes. */
export const valueOf = (number: number): Buffer => (VALUES[number] ??= Buffer.from([number >> 8, number & 255]));
export const numberOf = (value: Buffer | null): number => (value === null ? -1 : value.readUInt16BE(0));
const VALUES: Buffer[] = [];

export interface InputShape {
  readonly partitions: number;
  readonly customers: number;
  readonly events: number;
  readonly unknownSchemas: boolean;
}

/** One partition of an input topic. */
export interface Log {
  readonly topic: string;
  readonly partition: number;
  /** `<topic>:<partition>` */
  readonly place: string;
  /** In offset order; null is an offset that no record stands at. */
  readonly entries: readonly (Input | null)[];
}

export interface Inputs {
  readonly all: readonly Input[];
  readonly logs: readonly Log[];
  readonly byCustomer: ReadonlyMap<string, readonly Input[]>;
}

export const placeOf = (topic: string, partition: number): string => `${topic}:${partition}`;

export const createInputs = (random: Random, shape: InputShape): Inputs => {
  const all: Input[] = [];
  const logs = Array.from({ length: shape.partitions }, (_, partition) =>
    TOPICS.map((topic) => ({ topic, partition, place: placeOf(topic, partition), entries: [] as (Input | null)[] })),
  ).flat();
  for (let number = 0; number < shape.events; number += 1) {
    const customer = random.int(0, shape.customers - 1);
    const partition = partitionOfCustomer(`c${customer}`, shape.partitions);
    const topic = random.pick(TOPICS);
    const log = logs.find((each) => each.topic === topic && each.partition === partition)?.entries ?? [];
    while (random.chance(0.15)) log.push(null);
    const input = createInput(random, shape, all, { topic, partition, offset: log.length, customerId: `c${customer}` });
    log.push(input);
    all.push(input);
  }
  const named = all.filter(({ customerId }) => customerId !== null);
  return { all, logs, byCustomer: Map.groupBy(named, ({ customerId }) => customerId ?? '') };
};

export const partitionOfCustomer = (customerId: string, partitions: number): number =>
  Number(customerId.slice(1)) % partitions;

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly customerId: string;
}

const createInput = (random: Random, shape: InputShape, before: readonly Input[], place: Place): Input => {
  const { topic, partition, offset, customerId } = place;
  const record = (key: Buffer | null): InboundRecord => {
    const value = valueOf(before.length);
    return { topic, partition, offset, timestamp: RECORD_TIME, key, value, headers: {} };
  };
  const own = Buffer.from(customerId);
  const event = eventOf(random, before, place);
  if (shape.unknownSchemas && random.chance(0.4)) {
    return { record: record(own), customerId, decoded: event, verdict: 'either' };
  }
  if (random.chance(0.85)) return { record: record(own), customerId, decoded: event, verdict: 'applied' };
  const other = orderOf(random, before.length, `${customerId}-other`);
  const future = orderOf(random, before.length, customerId, RECORD_TIME + FUTURE_TOLERANCE_MS + 1);
  const neighbour = `c${Number(customerId.slice(1)) + 1}`;
  const astray = { ...event, event: { ...event.event, customerId: neighbour } } as InputEvent;
  const nameless: Input =
    shape.partitions > 1 && before.length % 2 === 1
      ? { record: record(Buffer.from(neighbour)), customerId: null, decoded: astray, verdict: 'misplaced' }
      : { record: record(null), customerId: null, decoded: event, verdict: 'missing-key' };
  return random.pick<Input>([
    nameless,
    { record: record(own), customerId, decoded: other, verdict: 'key-mismatch' },
    { record: record(own), customerId, decoded: future, verdict: 'from-the-future' },
    { record: record(own), customerId, decoded: refuse('undecodable'), verdict: 'undecodable' },
  ]);
};

/** A new event, or one of the customer's earlier ones again, in either topic. */
const eventOf = (random: Random, before: readonly Input[], { topic, customerId }: Place): InputEvent => {
  const earlier = before.filter(({ verdict, ...input }) => verdict === 'applied' && input.customerId === customerId);
  const again = earlier[random.int(0, Math.max(0, earlier.length - 1))]?.decoded;
  if (again !== undefined && 'event' in again && random.chance(0.25)) return again;
  return topic === TOPICS[0]
    ? orderOf(random, before.length, customerId)
    : contractOf(random, before.length, customerId);
};

const envelopeOf = (random: Random, number: number, customerId: string, occurredAt?: number) => ({
  eventId: `e${number}`,
  occurredAt: occurredAt ?? START + random.int(0, 20),
  sourceSystem: 'simulation',
  customerId,
  correlationId: null,
});

const partyOf = (random: Random, number: number) =>
  random.chance(0.4)
    ? {
        ...{ partyType: 'individual' as const, title: null, givenName: null, middleName: null },
        ...{ familyName: `name-${number}`, birthDate: null, organizationName: null, organizationId: null },
      }
    : null;

const orderOf = (random: Random, number: number, customerId: string, occurredAt?: number): InputEvent => ({
  type: 'OrderFinalized',
  event: {
    ...envelopeOf(random, number, customerId, occurredAt),
    orderId: `o${random.int(1, 3)}`,
    orderVersion: random.int(1, 3),
    state: 'completed',
    ...{ category: null, channel: null, orderDate: null, completionDate: null, billingAccountId: null },
    orderTotalPrice: { currency: 'EUR', minorUnits: number },
    items: [],
    party: partyOf(random, number),
    contactMediums: [],
    ...{ paymentMethod: null, deviceFingerprint: null, deliveryAddress: null },
  },
});

const contractOf = (random: Random, number: number, customerId: string): InputEvent => ({
  type: 'ContractSigned',
  event: {
    ...envelopeOf(random, number, customerId),
    agreementId: `a${random.int(1, 2)}`,
    agreementVersion: random.int(1, 3),
    agreementType: 'subscription',
    name: `name-${number}`,
    signedAt: START,
    ...{ period: null, autoRenews: false, noticeDays: null, items: [] },
    party: partyOf(random, number),
    ...{ contactMediums: [], consents: [], languages: [] },
    ...{ billing: null, identification: null, creditProfile: null },
  },
});
