/** Traffic taken through decoder, judge and plan without servers: the logs and documents that a correct system leaves. */
import { createDecoder } from '../../src/adapters/registry/decoder.ts';
import type { RegistryClient } from '../../src/adapters/registry/client.ts';
import type { StoredChunk } from '../../src/adapters/mongodb/chunk-box.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, createWriter, frame } from '../../src/adapters/registry/wire.ts';
import { type AudienceKeys, AUDIENCES } from '../../src/domain/audiences/index.ts';
import { contractOf, contracts, type RecordName, routesOf } from '../../src/domain/contracts.ts';
import { type InputEvent, UPSTREAM_TOPICS } from '../../src/domain/events.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import { admit, isRefusal } from '../../src/domain/refusal.ts';
import type { Room } from '../../src/domain/past/move-out.ts';
import type { ProfileRules } from '../../src/domain/rules.ts';
import { announce, type AudienceOutput } from '../../src/pipeline/announce.ts';
import { deadLettersOf, type RefusedRecord } from '../../src/pipeline/refused.ts';
import { isStub, type ProfileDocument } from '../../src/pipeline/document.ts';
import type { Statement } from '../../src/pipeline/links/answers.ts';
import { createLinkHash } from '../../src/pipeline/links/hash.ts';
import { answerRecords, type Links } from '../../src/pipeline/links/links.ts';
import type { Delivery } from '../../src/pipeline/fold.ts';
import { planWithHistory } from '../../src/pipeline/history/plan.ts';
import { planCustomer } from '../../src/pipeline/plan.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { underKey } from '../../src/pipeline/pseudonyms.ts';
import { arrivalOf, routed } from '../../src/pipeline/router.ts';
import { encodeTraffic, generateTraffic, type TrafficOptions } from '../../src/traffic/index.ts';
import { createHistoryMemory } from './history-memory.ts';
import { createLinkMemory, type Kept } from './link-memory.ts';
import type { StoredEntry } from '../../src/verification/archive.ts';
import type { StoredDecision } from '../../src/verification/decisions.ts';
import { createRetentionMemory } from './retention-memory.ts';
import { RULES } from './rules.ts';

export const SCHEMA_IDS: Readonly<Record<RecordName, number>> = {
  OrderFinalized: 1,
  ContractSigned: 2,
  CustomerUpdated: 3,
  MarketingProfileUpdated: 4,
  ChurnProfileUpdated: 5,
  FraudProfileUpdated: 6,
  ProfileCommand: 7,
  CustomerLink: 8,
  PrivacyRequested: 9,
};

/** A registry that knows the schemas of the contracts and nothing else. */
export const registryStandIn: RegistryClient = {
  writerType: (id) => {
    const record = (Object.keys(SCHEMA_IDS) as RecordName[]).find((name) => SCHEMA_IDS[name] === id);
    return Promise.resolve(record ? recordType(record) : 'unknown');
  },
  call: () => Promise.reject(new Error('not asked')),
};

const ALL = contracts('', UPSTREAM_TOPICS);

export const trafficDecoder = () => createDecoder(registryStandIn, ALL, { unknownSchemaGraceMs: 0 });

const writerOf = (record: RecordName) => createWriter(SCHEMA_IDS[record], recordType(record));

const updates = recordType('CustomerUpdated');

export const encodeUpdate = (event: CustomerUpdated): Buffer =>
  frame(SCHEMA_IDS.CustomerUpdated, updates.toBuffer(event));

export const decodeUpdate = (value: Buffer | null): Promise<CustomerUpdated | null> =>
  Promise.resolve(value && (updates.fromBuffer(bodyOf(value)) as CustomerUpdated));

const WRITERS = {
  MarketingProfileUpdated: writerOf('MarketingProfileUpdated'),
  ChurnProfileUpdated: writerOf('ChurnProfileUpdated'),
  FraudProfileUpdated: writerOf('FraudProfileUpdated'),
};

const audiencesUnder = (keys: AudienceKeys): AudienceOutput[] =>
  AUDIENCES.map((audience) => {
    const { name, record } = audience;
    const encoder = { encode: WRITERS[record] };
    return { ...underKey(audience, keys[name]), record, topic: contractOf(record).topic, encoder };
  });

/** It takes longer to make than to use. */
const decoder = trafficDecoder();

const inputTypes = {
  OrderFinalized: recordType('OrderFinalized'),
  ContractSigned: recordType('ContractSigned'),
  PrivacyRequested: recordType('PrivacyRequested'),
  ProfileCommand: recordType('ProfileCommand'),
};

const linksIn = (linkKeys: readonly string[], store: Links['store']): Links => ({
  topic: contractOf('CustomerLink').topic,
  encoder: { encode: createWriter(SCHEMA_IDS.CustomerLink, recordType('CustomerLink')) },
  commandTopic: contractOf('ProfileCommand').topic,
  commandEncoder: { encode: createWriter(SCHEMA_IDS.ProfileCommand, inputTypes.ProfileCommand) },
  store,
  hash: linkKeys.length > 0 ? createLinkHash(linkKeys) : null,
  partitions: 1,
  group: GROUP,
});

export interface World {
  /** Those of others, then what the system has said to itself. */
  inputs: InboundRecord[];
  /** `customer-updated` only. */
  outputs: InboundRecord[];
  /** The topics of all audiences. */
  heard: InboundRecord[];
  /** Of either, what only a read_uncommitted subscriber sees. */
  aborted: InboundRecord[];
  deadLetters: InboundRecord[];
  /** The collection `profiles`. */
  documents: ProfileDocument[];
  /** The collection `erased`. */
  stubs: ProfileDocument[];
  /** The collection `links`. */
  links: Kept[];
  /** The collection `history`. */
  history: StoredChunk[];
  /** The collection `decisions`. */
  decisions: StoredDecision[];
  /** The collection `archive`. */
  archive: StoredEntry[];
}

export interface Playing {
  readonly batch?: number;
  /** None: nobody shares anything. */
  readonly linkKeys?: readonly string[];
  /** Of who makes the n-th attempt; none: churn hears of customers by their ids. */
  readonly churnKey?: (attempt: number) => string | undefined;
  readonly rules?: ProfileRules;
  /** For orders in documents; without it all of them stay there. */
  readonly room?: Room;
  /** Names of topics that are keyed by something else than the customer. */
  readonly rekeyed?: readonly string[];
  /** Whether the transaction of the n-th attempt is aborted, after documents were saved; the next batch is one longer. */
  readonly aborts?: (attempt: number) => boolean;
}

/** Of the schemas with which the system speaks to itself. */
const INTERNAL = [SCHEMA_IDS.ProfileCommand, SCHEMA_IDS.CustomerLink].map((id) => frame(id, Buffer.alloc(0)));

export const ERASURE_KEY = 'the key of who was erased';
const ENDLESS: Room = { most: Infinity, hot: Infinity, chunk: 1 };
const GROUP = 'traffic';
const PARTITION = 0;
const RECORDED_AT = Date.UTC(2026, 0, 1);
const SENT_ON_AT = Date.UTC(2026, 0, 2);
const FUTURE_TOLERANCE_MS = 300_000;

export const trafficWorld = (options: TrafficOptions, playing?: Playing): Promise<World> =>
  play(
    [...generateTraffic(options)].map((item) => encodeTraffic(item, SCHEMA_IDS)),
    playing,
  );

export const eventWorld = (events: readonly InputEvent[], playing?: Playing): Promise<World> =>
  play(events.map(encoded), playing);

export const encoded = (input: InputEvent): OutboundRecord => {
  const value = frame(SCHEMA_IDS[input.type], inputTypes[input.type].toBuffer(input.event));
  return { topic: contractOf(input.type).topic, key: input.event.customerId, value, headers: {} };
};

/** Takes messages through the system, in the order in which they are given. */
export const play = async (
  inputs: readonly OutboundRecord[],
  {
    batch = 20,
    linkKeys = [],
    churnKey = () => undefined,
    rules = RULES,
    room = ENDLESS,
    rekeyed = [],
    aborts = () => false,
  }: Playing = {},
): Promise<World> => {
  const world: World = {
    inputs: [],
    outputs: [],
    heard: [],
    aborted: [],
    deadLetters: [],
    documents: [],
    stubs: [],
    links: [],
    history: [],
    decisions: [],
    archive: [],
  };
  const retention = createRetentionMemory(ERASURE_KEY);
  const memory = createLinkMemory();
  const history = createHistoryMemory(ERASURE_KEY);
  const links = linksIn(linkKeys, memory);
  const router = { routes: routesOf(contracts('', rekeyed)), partitionOf: () => PARTITION };
  const arrivals = new Set(router.routes.values());
  const ends: Record<string, number> = {};
  const append = (log: InboundRecord[], { topic, key, value, headers }: OutboundRecord): void => {
    const offset = ends[topic] ?? 0;
    ends[topic] = offset + 1;
    const bytes = typeof key === 'string' ? Buffer.from(key) : key;
    // What is sent on is dated anew.
    const timestamp = arrivals.has(topic) ? SENT_ON_AT : RECORDED_AT;
    log.push({ topic, partition: PARTITION, offset, timestamp, key: bytes, value, headers });
  };
  const upstream: InboundRecord[] = [];
  const internal: InboundRecord[] = [];
  for (const [number, input] of inputs.entries()) {
    append(upstream, router.routes.has(input.topic) ? { ...input, key: `something else ${number % 7}` } : input);
  }

  await decoder.prepare([...upstream.map(({ value }) => value), ...INTERNAL]);
  const outputTopic = contractOf('CustomerUpdated').topic;
  const outputs = { encoder: { encode: encodeUpdate }, outputTopic, links, group: GROUP };
  const documents = new Map<string, ProfileDocument>();
  let from: Record<string, number> = Object.fromEntries(ALL.map(({ topic }) => [topic, 0]));
  for (let i = 0, j = 0, size = batch, epoch = 1; i < upstream.length || j < internal.length; epoch += 1) {
    const isAborted = aborts(epoch);
    const audiences = audiencesUnder({ churn: churnKey(epoch) });
    const to = { ...from };
    const byCustomer = new Map<string, Delivery[]>();
    const statements: Statement[] = [];
    const published: OutboundRecord[] = [];
    const refused: RefusedRecord[] = [];
    const ofOthers = upstream.slice(i, i + size);
    const ofOurs = internal.slice(j, j + size);
    for (const record of [...ofOthers, ...ofOurs]) {
      const { topic, offset } = record;
      const route = router.routes.get(topic);
      to[topic] = Math.max(to[topic] ?? 0, offset + 1);
      const event = decoder.decode(topic, record.value);
      const key = record.key?.toString() ?? null;
      const input = admit(event, arrivalOf(router, record, key, FUTURE_TOLERANCE_MS));
      if (isRefusal(input)) {
        const named = isRefusal(event) ? [] : [event.event.customerId];
        refused.push({
          record,
          refusal: input,
          about: [...(key === null ? [] : [key]), ...named],
          sentAt: RECORDED_AT,
        });
      }
      if (!isRefusal(input) && input.type === 'CustomerLink') {
        statements.push({ offset, said: input.event });
        continue;
      }
      if (!isRefusal(input) && route !== undefined) {
        published.push(routed(router, record, route, input.event.customerId));
        continue;
      }
      if (key === null || topic === links.topic || route !== undefined) continue;
      byCustomer.set(key, [...(byCustomer.get(key) ?? []), { topic, offset, input }]);
    }
    for (const [customerId, deliveries] of byCustomer) {
      const before = documents.get(customerId) ?? null;
      const { hash } = links;
      const [stretch, then] = [
        { epoch, from, to },
        { rules, audiences, hash, room },
      ];
      const plan =
        before?.facts.past === undefined
          ? planCustomer(customerId, before, deliveries, stretch, then)
          : await planWithHistory(history, before, deliveries, stretch, then);
      await history.put(customerId, plan.chunks);
      retention.save(plan, epoch);
      if (plan.leavesChunks) await history.tidy(customerId, plan.document?.facts.past, epoch);
      if (plan.document !== null) documents.set(customerId, plan.document);
      for (const { topic, offset, refusal } of plan.refused) {
        const record = [...ofOthers, ...ofOurs].find((each) => each.topic === topic && each.offset === offset);
        if (record !== undefined) refused.push({ record, refusal, about: [customerId], sentAt: RECORDED_AT });
      }
      if (plan.publish) published.push(...announce({ ...outputs, audiences }, PARTITION, plan));
    }
    const erased = new Map([...documents].map(([id, { facts }]) => [id, facts.erased?.at ?? -Infinity]));
    if (!isAborted) for (const letter of deadLettersOf(refused, erased)) append(world.deadLetters, letter);
    await memory.save(statements);
    published.push(...(await answerRecords(links, statements)));
    for (const record of published) {
      const isInternal = [links.topic, links.commandTopic, ...arrivals].includes(record.topic);
      if (!isInternal) {
        const log = record.topic === outputTopic ? world.outputs : world.heard;
        append(isAborted ? world.aborted : log, record);
      } else if (!isAborted) append(internal, record);
    }
    if (isAborted) {
      size += 1;
      continue;
    }
    from = to;
    [i, j] = [i + ofOthers.length, j + ofOurs.length];
    size = batch;
  }
  world.inputs = [...upstream, ...internal];
  const all = [...documents.values()];
  world.documents = all.filter((document) => !isStub(document));
  world.stubs = all.filter(isStub).map(retention.stub);
  world.decisions = retention.decisions();
  world.archive = retention.archive();
  world.links = memory.stored();
  world.history = history.stored();
  return world;
};
