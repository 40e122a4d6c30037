/** The log of inputs, judged again from the beginning: what every customer and every dead letter has to be. */
import { isErasure } from '../domain/erasure.ts';
import type { InboundEvent, InputEvent } from '../domain/events.ts';
import { emptyFacts, type Facts } from '../domain/facts.ts';
import { merge } from '../domain/merge.ts';
import { admit, isRefusal, judgeAgainst, type Refusal, type RefusalReason } from '../domain/refusal.ts';
import { readableKey } from '../pipeline/decode.ts';
import { arrivalOf } from '../pipeline/router.ts';
import type { EventDecoder, InboundRecord } from '../pipeline/ports.ts';
import { type Statements, state } from './links.ts';
import { coordinates } from './records.ts';
import type { Findings } from './report.ts';
import { createRouteCheck } from './routes.ts';
import type { Sources } from './verify.ts';

/** An accepted message, still encoded: a log of events takes a tenth of the memory of the facts they add up to. */
interface Accepted {
  readonly topic: string;
  readonly offset: number;
  readonly value: Buffer | null;
  /** When it occurred, ms. */
  readonly at: number;
  /** It can be refused for an erasure, if that came first. */
  readonly mayBeErased: boolean;
}

export interface CustomerLog {
  readonly partition: number;
  readonly accepted: Accepted[];
}

export interface RefusedInput {
  readonly record: InboundRecord;
  readonly reason: RefusalReason;
  /** The customers that its key and its value name. */
  readonly about: readonly string[];
  /** When upstream sent it, ms. */
  readonly sentAt: number;
}

export interface InputLog {
  /** But for what the system has said to itself. */
  readonly count: number;
  /** Messages by which it has done so, the accepted ones. */
  readonly internal: number;
  readonly byCustomer: ReadonlyMap<string, CustomerLog>;
  /** Up to when customers are erased, ms. */
  readonly erasedAt: ReadonlyMap<string, number>;
  readonly statements: Statements;
  /** By coordinates. */
  readonly refused: ReadonlyMap<string, RefusedInput>;
  /** One past the last record of every topic and partition that has any, by `<topic>:<partition>`. */
  readonly ends: ReadonlyMap<string, number>;
}

export const readInputs = async (
  { inputs, decoder, futureToleranceMs, router }: Pick<Sources, 'inputs' | 'decoder' | 'futureToleranceMs' | 'router'>,
  findings: Findings,
): Promise<InputLog> => {
  const routes = createRouteCheck(router, findings);
  const requests = createRequestJudge();
  const arrivals = new Set(router.routes.values());
  const statements: Statements = new Map();
  const byCustomer = new Map<string, CustomerLog>();
  const erasedAt = new Map<string, number>();
  const refused = new Map<string, RefusedInput>();
  const ends = new Map<string, number>();
  let count = 0;
  let internal = 0;
  for await (const record of inputs) {
    const { topic, partition, offset, value } = record;
    ends.set(`${topic}:${partition}`, offset + 1);
    await decoder.prepare([value]);
    const key = readableKey(record.key);
    const isRouted = router.routes.has(topic);
    const hasArrived = arrivals.has(topic);
    if (hasArrived) routes.arrived(record);
    const decoded = decoder.decode(topic, value);
    const arrival = arrivalOf(router, record, key, futureToleranceMs);
    const admitted = admit(decoded, arrival);
    const input = isRouted || key === null ? admitted : requests(key, admitted);
    if (isRouted && !isRefusal(input) && input.type !== 'CustomerLink') {
      routes.accepted(record, input.event.customerId);
      count += 1;
      continue;
    }
    if (isRefusal(input) || key === null) {
      refused.set(coordinates(topic, partition, offset), {
        record,
        reason: isRefusal(input) ? input.reason : 'missing-key',
        about: [key, isRefusal(decoded) ? null : decoded.event.customerId].filter((id) => id !== null),
        sentAt: arrival.recordTimestamp,
      });
      count += 1;
      continue;
    }
    if (isSaidByUs(input) || hasArrived) internal += 1;
    else count += 1;
    if (input.type === 'CustomerLink') {
      state(statements, input.event, record, findings);
      continue;
    }
    const log = byCustomer.get(key) ?? { partition, accepted: [] };
    const { occurredAt: at } = input.event;
    log.accepted.push({ topic, offset, value, at, mayBeErased: !isErasure(input) && !isSaidByUs(input) });
    byCustomer.set(key, log);
    if (isErasure(input)) erasedAt.set(key, Math.max(at, erasedAt.get(key) ?? at));
  }
  routes.finish();
  return { count, internal, byCustomer, erasedAt, statements, refused, ends };
};

/** Requests for erasure, legal holds and all that comes with either are in one topic: their order in it tells which were refused. */
const createRequestJudge = () => {
  const known = new Map<string, Facts>();
  return (customerId: string, input: InboundEvent | Refusal): InboundEvent | Refusal => {
    if (isRefusal(input) || input.type !== 'PrivacyRequested') return input;
    const facts = known.get(customerId) ?? emptyFacts;
    const refusal = judgeAgainst(facts, input);
    if (refusal === null) known.set(customerId, merge(facts, input));
    return refusal ?? input;
  };
};

const isSaidByUs = ({ type }: InboundEvent): boolean => type === 'ProfileCommand' || type === 'CustomerLink';

/** The customer's accepted events, decoded. `refused`: by coordinates, those that letters say were refused all the same. */
export const eventsOf = (
  { partition, accepted }: CustomerLog,
  refused: ReadonlySet<string>,
  decoder: EventDecoder,
): InputEvent[] =>
  accepted.flatMap(({ topic, offset, value }) => {
    if (refused.has(coordinates(topic, partition, offset))) return [];
    const event = decoder.decode(topic, value);
    if (isRefusal(event) || event.type === 'CustomerLink')
      throw new TypeError('a message was accepted as an event before');
    return [event];
  });

/**
 * What was said of links is gone with an erasure, whatever its date. `since`: the causes that were named after the last one, which tell
 * what has been said again.
 */
export const foldOf = (events: readonly InputEvent[], since: ReadonlySet<string>): Facts => {
  const others = events.filter((input) => !isSaidByUs(input));
  const facts = others.reduce(merge, emptyFacts);
  const answers = events.filter(
    (input) => isSaidByUs(input) && (facts.erased === undefined || since.has(input.event.eventId)),
  );
  return answers.reduce(merge, facts);
};
