/**
 * Where messages of a customer belong. Of inputs that upstream keys by something else, what is accepted goes on to a topic of ours, by
 * customer.
 */
import type { Arrival } from '../domain/refusal.ts';
import type { Headers, InboundRecord, OutboundRecord } from './ports.ts';

export interface Router {
  /** Where what arrives in a topic goes on; prefix included, like all topics here. */
  readonly routes: ReadonlyMap<string, string>;
  /** Where the messages of a customer belong, in every topic and whoever publishes them. */
  readonly partitionOf: (customerId: string) => number;
}

/**
 * Whether the message lies where its customer's task finds it. Two tasks that both had messages of a customer would shut each other
 * out for ever.
 */
const isAtHome = ({ partitionOf }: Router, { partition }: InboundRecord, key: string | null): boolean =>
  key === null || partitionOf(key) === partition;

/** What its judgement goes by, apart from what it says. `key`: null where it can name nobody. */
export const arrivalOf = (
  router: Router,
  record: InboundRecord,
  key: string | null,
  futureToleranceMs: number,
): Required<Arrival> => ({
  key,
  isKeyedOtherwise: router.routes.has(record.topic),
  isMisplaced: !isAtHome(router, record, key),
  recordTimestamp: sentAt(router, record),
  futureToleranceMs,
});

/** The message as it was received, where the tasks of its customer find it. */
export const routed = (
  { partitionOf }: Router,
  record: InboundRecord,
  topic: string,
  customerId: string,
): OutboundRecord => ({
  topic,
  partition: partitionOf(customerId),
  key: customerId,
  value: record.value,
  headers: { ...record.headers, ...originOf(record) },
});

const SENT_AT = 'origin-timestamp';

const originOf = ({ topic, partition, offset, timestamp }: InboundRecord): Headers => ({
  'origin-topic': topic,
  'origin-partition': String(partition),
  'origin-offset': String(offset),
  [SENT_AT]: String(timestamp),
});

/**
 * When upstream sent the message, ms. A topic of ours dates it anew, by which it is kept; but whether it is from the future is to be
 * judged as it was when it arrived.
 */
export const sentAt = ({ routes }: Router, { topic, headers, timestamp }: InboundRecord): number => {
  const said = headers[SENT_AT];
  if (said == null || Array.isArray(said) || ![...routes.values()].includes(topic)) return timestamp;
  const sent = Number(said);
  return Number.isSafeInteger(sent) ? sent : timestamp;
};
