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
}

export interface CustomerLog {
  readonly partition: number;
  readonly accepted: Accepted[];
}

export interface RefusedInput {
  readonly record: InboundRecord;
  readonly reason: RefusalReason;
}

export interface InputLog {
  /** But for what the system has said to itself. */
  readonly count: number;
  /** Messages by which it has done so, the accepted ones. */
  readonly internal: number;
  readonly byCustomer: ReadonlyMap<string, CustomerLog>;
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
    const admitted = admit(decoder.decode(topic, value), arrivalOf(router, record, key, futureToleranceMs));
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
    log.accepted.push({ topic, offset, value });
    byCustomer.set(key, log);
  }
  routes.finish();
  return { count, internal, byCustomer, statements, refused, ends };
};

/** Requests for erasure and legal holds come in one topic: their order in it tells which were refused. */
const createRequestJudge = () => {
  const known = new Map<string, Facts>();
  return (customerId: string, input: InboundEvent | Refusal): InboundEvent | Refusal => {
    if (isRefusal(input) || input.type !== 'PrivacyRequested') return input;
    const facts = known.get(customerId) ?? emptyFacts;
    const refusal = isErasure(input) ? judgeAgainst(facts, input) : null;
    if (refusal === null) known.set(customerId, merge(facts, input));
    return refusal ?? input;
  };
};

const isSaidByUs = ({ type }: InboundEvent): boolean => type === 'ProfileCommand' || type === 'CustomerLink';

/** The customer's accepted events, decoded. */
export const eventsOf = ({ accepted }: CustomerLog, decoder: EventDecoder): InputEvent[] =>
  accepted.map(({ topic, value }) => {
    const event = decoder.decode(topic, value);
    if (isRefusal(event) || event.type === 'CustomerLink')
      throw new TypeError('a message was accepted as an event before');
    return event;
  });

export const foldOf = (events: readonly InputEvent[]): Facts => events.reduce(merge, emptyFacts);
